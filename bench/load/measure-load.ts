import type { Measured } from './bot-process.ts';
import { isEnding, type Judgement, judge } from './judge.ts';
import { machineCpuSeconds, type TreeUsage, watchTrees } from './process-tree.ts';
import { BUSY_WORKSPACE, type LoadQuestion } from './questions.ts';
import { readShown, type Shown } from './shown-file.ts';
import { type Bot, openWorld, type World } from './world.ts';

export interface LoadOptions {
	readonly questions: readonly LoadQuestion[];
	readonly latencyMs: number;
	/** Model calls at once. */
	readonly concurrency: number;
	/** Runs at once: as many when left out. With more, the model is asked while other runs execute programs and keep functions. */
	readonly places?: number;
	/** Of the bot's process. */
	readonly nodeOptions?: readonly string[];
}

export interface LoadMeasured {
	readonly judgement: Judgement;
	readonly latencyMs: number;
	readonly concurrency: number;
	readonly places: number;
	/** From the first question to the last ending. */
	readonly seconds: number;
	/** Until all questions were on disk. */
	readonly acceptedSeconds: number;
	readonly bot: Measured;
	/** The bot with its sandbox children and compiler. */
	readonly tree: TreeUsage;
	/** Of the model server, the film API and whoever measures. */
	readonly aroundCpuSeconds: number;
	/** What this machine's processors did for others meanwhile. */
	readonly othersCpuSeconds: number;
	/** From asking to the ending, in seconds, for questions of the workspace that asks most, where there is one, and of the others. */
	readonly busyWaits: readonly number[];
	readonly otherWaits: readonly number[];
}

/** Asks all questions at once, of one bot on SQLite. */
export async function measureLoad(options: LoadOptions): Promise<LoadMeasured> {
	const { questions, latencyMs, concurrency, places = concurrency, nodeOptions } = options;
	const world = await openWorld({ latencyMs, concurrency: places, modelConcurrency: concurrency });
	try {
		const bot = await world.openBot({ DATABASE_URL: `sqlite://${world.folder}/bot.sqlite` }, { nodeOptions });
		const workspaces = [...new Set(questions.map(({ workspaceId }) => workspaceId))];
		await bot.ask({ type: 'connect', workspaces, apiUrl: world.apiUrl }, 'connected');
		await bot.ask({ type: 'serve' }, 'serving');
		return { ...(await measureAsking(bot, world, questions)), latencyMs, concurrency, places };
	} finally {
		await world.close();
	}
}

type Asking = Omit<LoadMeasured, 'latencyMs' | 'concurrency' | 'places'>;

async function measureAsking(bot: Bot, world: World, questions: readonly LoadQuestion[]): Promise<Asking> {
	const trees = watchTrees([bot.pid, ...world.pids]);
	const [machineBefore, ownBefore] = [machineCpuSeconds(), process.cpuUsage()];
	await bot.ask({ type: 'watch' }, 'watching');
	const askedAt = Date.now();
	const allEnded = endingsOf([bot], questions.length);
	await bot.ask({ type: 'ask', questions }, 'accepted');
	const acceptedSeconds = (Date.now() - askedAt) / 1000;
	await allEnded;
	const { type: _, ...measured } = await bot.ask({ type: 'measure' }, 'measured');
	const machine = machineCpuSeconds() - machineBefore;
	const [tree, ...around] = trees.stop();
	if (!tree) throw new Error('the bot was not watched');
	const { user, system } = process.cpuUsage(ownBefore);
	const aroundCpuSeconds = around.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, (user + system) / 1e6);
	// What comes twice comes after the first time.
	await bot.ask({ type: 'close' }, 'closed');
	const shown = readShown(world.shownFile);
	const endings = shown.filter(isEnding);
	return {
		judgement: judge(questions, shown),
		seconds: (Math.max(...endings.map(({ at }) => at)) - askedAt) / 1000,
		acceptedSeconds,
		bot: measured,
		tree,
		aroundCpuSeconds,
		othersCpuSeconds: Math.max(0, machine - tree.cpuSeconds - aroundCpuSeconds),
		...waits(endings, askedAt),
	};
}

/** So long nothing ends any more: longer than it takes until the runs of a dead process go on. What has no ending by then is lost. */
const STALLED_MS = 90_000;

/** Resolves when so many conversations have an ending, in whichever process, or no more come. */
export function endingsOf(bots: readonly Bot[], count: number): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	const ended = new Set<string>();
	const stalled = setTimeout(resolve, STALLED_MS);
	for (const bot of bots) {
		bot.listen((word) => {
			if (word.type !== 'ended') return;
			stalled.refresh();
			ended.add(word.conversation);
			if (ended.size === count) resolve();
		});
	}
	return promise.finally(() => clearTimeout(stalled));
}

function waits(endings: readonly Shown[], askedAt: number): Pick<LoadMeasured, 'busyWaits' | 'otherWaits'> {
	const seconds = (of: (workspaceId: string) => boolean) =>
		endings.filter(({ workspaceId }) => of(workspaceId)).map(({ at }) => (at - askedAt) / 1000);
	return { busyWaits: seconds((id) => id === BUSY_WORKSPACE), otherWaits: seconds((id) => id !== BUSY_WORKSPACE) };
}
