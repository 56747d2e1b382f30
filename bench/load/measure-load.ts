import type { Measured } from './bot-process.ts';
import { isEnding, type Judgement, judge } from './judge.ts';
import { machineCpuSeconds, type TreeUsage, watchTrees } from './process-tree.ts';
import { BUSY_WORKSPACE, type LoadQuestion } from './questions.ts';
import { readShown, type Shown } from './shown-file.ts';
import { type Bot, openWorld, type World } from './world.ts';

export interface LoadOptions {
	readonly questions: readonly LoadQuestion[];
	readonly latencyMs: number;
	readonly concurrency: number;
	/** Of the bot's process. */
	readonly nodeOptions?: readonly string[];
}

export interface LoadMeasured {
	readonly judgement: Judgement;
	readonly latencyMs: number;
	readonly concurrency: number;
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
export async function measureLoad({ questions, latencyMs, concurrency, nodeOptions }: LoadOptions): Promise<LoadMeasured> {
	const world = await openWorld({ latencyMs, concurrency });
	try {
		const bot = await world.openBot({ DATABASE_URL: `sqlite://${world.folder}/bot.sqlite` }, { nodeOptions });
		const workspaces = [...new Set(questions.map(({ workspaceId }) => workspaceId))];
		await bot.ask({ type: 'connect', workspaces, apiUrl: world.apiUrl }, 'connected');
		await bot.ask({ type: 'serve' }, 'serving');
		return await measureAsking(bot, world, { questions, latencyMs, concurrency });
	} finally {
		await world.close();
	}
}

async function measureAsking(bot: Bot, world: World, { questions, latencyMs, concurrency }: LoadOptions): Promise<LoadMeasured> {
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
		latencyMs,
		concurrency,
		seconds: (Math.max(...endings.map(({ at }) => at)) - askedAt) / 1000,
		acceptedSeconds,
		bot: measured,
		tree,
		aroundCpuSeconds,
		othersCpuSeconds: Math.max(0, machine - tree.cpuSeconds - aroundCpuSeconds),
		...waits(endings, askedAt),
	};
}

/** Resolves when so many conversations have an ending, in whichever process. */
export function endingsOf(bots: readonly Bot[], count: number): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	const ended = new Set<string>();
	for (const bot of bots) {
		bot.listen((word) => {
			if (word.type !== 'ended') return;
			ended.add(word.conversation);
			if (ended.size === count) resolve();
		});
	}
	return promise;
}

function waits(endings: readonly Shown[], askedAt: number): Pick<LoadMeasured, 'busyWaits' | 'otherWaits'> {
	const seconds = (of: (workspaceId: string) => boolean) =>
		endings.filter(({ workspaceId }) => of(workspaceId)).map(({ at }) => (at - askedAt) / 1000);
	return { busyWaits: seconds((id) => id === BUSY_WORKSPACE), otherWaits: seconds((id) => id !== BUSY_WORKSPACE) };
}
