import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BotOrder, BotWord } from './bot-process.ts';
import { type Child, type ChildOptions, type Said, startChild } from './child.ts';
import type { ModelOrder, Serving } from './model-process.ts';
import type { Settings } from './open-bot.ts';

export type Bot = Child<BotOrder, BotWord>;

/** What the bot needs around it: a model server and the film API, a process each, and a folder. */
export interface World {
	readonly pids: readonly number[];
	readonly folder: string;
	readonly apiUrl: string;
	/** Where the conversations are written. */
	readonly shownFile: string;
	/** What the bot is told of all this. */
	readonly settings: Settings;
	/** Starts a process of this folder, which ends with the world. */
	start<Order extends object, Word extends Said>(name: string, options?: ChildOptions): Child<Order, Word>;
	/** Starts a process with the bot. */
	openBot(settings: Settings, options?: ChildOptions): Promise<Bot>;
	/** Ends everything, bots included. */
	close(): Promise<void>;
}

export interface WorldOptions {
	readonly latencyMs: number;
	/** Runs at once in each bot. */
	readonly concurrency: number;
	/** Model calls at once in all of them; as many as runs in one when left out. */
	readonly modelConcurrency?: number;
}

export async function openWorld({ latencyMs, concurrency, modelConcurrency = concurrency }: WorldOptions): Promise<World> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-load-'));
	const shownFile = path.join(folder, 'shown.jsonl');
	await writeFile(shownFile, '');
	const started: { end(): Promise<void> }[] = [];
	const start: World['start'] = <Order extends object, Word extends Said>(name: string, options?: ChildOptions) => {
		const child = startChild<Order, Word>(path.join(import.meta.dirname, name), options);
		started.push(child);
		return child;
	};
	const model = start<ModelOrder, Serving>('model-process.ts');
	const api = start<object, Serving>('api-process.ts');
	const close = async () => {
		await Promise.all(started.map((child) => child.end()));
		await rm(folder, { recursive: true, force: true });
	};
	try {
		const { url: modelUrl } = await model.ask({ latencyMs }, 'serving');
		const { url: apiUrl } = await api.ask({}, 'serving');
		const settings = {
			OPENAI_BASE_URL: modelUrl,
			MODEL: 'scripted',
			MODEL_CONCURRENCY: String(modelConcurrency),
			RUN_CONCURRENCY: String(concurrency),
			ALLOW_PRIVATE_HOSTS: new URL(apiUrl).host,
		};
		return {
			pids: [model.pid, api.pid],
			folder,
			apiUrl,
			shownFile,
			settings,
			start,
			async openBot(own, options) {
				const bot: Bot = start('bot-process.ts', options);
				await bot.ask({ type: 'open', settings: { ...settings, ...own }, shownFile }, 'opened');
				return bot;
			},
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}
