import { startRedisServer } from '../../test/storage/redis-server.ts';
import { isEnding, type Judgement, judge } from './judge.ts';
import { endingsOf } from './measure-load.ts';
import { type TreeUsage, watchTrees } from './process-tree.ts';
import type { LoadQuestion } from './questions.ts';
import { readShown, type Shown } from './shown-file.ts';
import { type Bot, openWorld, type World } from './world.ts';

export interface WorkersOptions {
	readonly questions: readonly LoadQuestion[];
	readonly latencyMs: number;
	readonly workers: number;
	/** Runs at once in each worker. */
	readonly places: number;
	/** Model calls at once, of all of them together. */
	readonly modelConcurrency: number;
}

export interface WorkersMeasured {
	readonly judgement: Judgement;
	readonly workers: number;
	readonly places: number;
	readonly modelConcurrency: number;
	readonly latencyMs: number;
	/** From the first question to the last ending, and to the kill. */
	readonly seconds: number;
	readonly killedAfterSeconds: number;
	/** How long the killed worker's runs stood still, in seconds: from the kill to the first that another one shows of each. */
	readonly standstills: readonly number[];
	/** Endings by worker, the killed one first. */
	readonly endings: readonly number[];
	/** Each with its sandbox children and compiler. */
	readonly trees: readonly TreeUsage[];
}

/** One process takes all questions in, several answer them over one Redis server, and one of those is killed when half of them are answered. */
export async function measureWorkers(options: WorkersOptions): Promise<WorkersMeasured> {
	const redis = await startRedisServer();
	try {
		const { latencyMs, places, modelConcurrency } = options;
		const world = await openWorld({ latencyMs, concurrency: places, modelConcurrency });
		try {
			return await measureIn(world, redis.url, options);
		} finally {
			await world.close();
		}
	} finally {
		await redis.dispose();
	}
}

async function measureIn(
	world: World,
	redisUrl: string,
	{ questions, latencyMs, workers, places, modelConcurrency }: WorkersOptions,
): Promise<WorkersMeasured> {
	const front = await world.openBot({ REDIS_URL: redisUrl, ROLE: 'front' });
	await front.ask(
		{ type: 'connect', workspaces: [...new Set(questions.map(({ workspaceId }) => workspaceId))], apiUrl: world.apiUrl },
		'connected',
	);
	await front.ask({ type: 'serve' }, 'serving');
	const working: Bot[] = [];
	for (let number = 0; number < workers; number++) working.push(await world.openBot({ REDIS_URL: redisUrl, ROLE: 'worker' }));
	await Promise.all(working.map((bot) => bot.ask({ type: 'serve' }, 'serving')));
	const [victim] = working;
	if (!victim) throw new RangeError('there must be a worker to kill');

	const trees = watchTrees(working.map(({ pid }) => pid));
	const bots = [front, ...working];
	const half = endingsOf(bots, Math.ceil(questions.length / 2));
	const all = endingsOf(bots, questions.length);
	const askedAt = Date.now();
	await front.ask({ type: 'ask', questions }, 'accepted');
	await half;
	const killedAt = Date.now();
	await victim.kill();
	await all;
	// What comes twice comes after the first time.
	await Promise.all(bots.filter((bot) => bot !== victim).map((bot) => bot.ask({ type: 'close' }, 'closed')));
	const shown = readShown(world.shownFile);
	return {
		judgement: judge(questions, shown),
		workers,
		places,
		modelConcurrency,
		latencyMs,
		seconds: (Math.max(...shown.filter(isEnding).map(({ at }) => at)) - askedAt) / 1000,
		killedAfterSeconds: (killedAt - askedAt) / 1000,
		standstills: standstills(shown, victim.pid, killedAt),
		endings: working.map(({ pid }) => shown.filter((event) => event.pid === pid && isEnding(event)).length),
		trees: trees.stop(),
	};
}

/** Of the runs that the killed process had begun and not ended. */
function standstills(shown: readonly Shown[], victim: number, killedAt: number): number[] {
	const runs = Map.groupBy(shown, ({ run }) => run);
	return [...runs.values()].flatMap((events) => {
		const before = events.filter(({ pid, index }) => pid === victim && index >= 0);
		if (before.length === 0 || before.some(isEnding)) return [];
		const next = events.filter(({ pid, index }) => pid !== victim && index >= 0).map(({ at }) => at);
		return next.length > 0 ? [(Math.min(...next) - killedAt) / 1000] : [];
	});
}
