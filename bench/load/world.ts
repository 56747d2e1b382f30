import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BotOrder, BotWord } from './bot-process.ts';
import { type Child, type ChildOptions, startChild } from './child.ts';
import type { ModelOrder, Serving } from './model-process.ts';

export type Bot = Child<BotOrder, BotWord>;

/** What the bot needs around it: a model server and the film API, a process each, and a folder. */
export interface World {
	readonly pids: readonly number[];
	readonly folder: string;
	readonly apiUrl: string;
	/** Where the conversations are written. */
	readonly shownFile: string;
	/** Starts a process with the bot; `settings` are variables of the environment as in `.env.example`. */
	openBot(settings: Readonly<Record<string, string>>, options?: ChildOptions): Promise<Bot>;
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
	const model = startChild<ModelOrder, Serving>(file('model-process.ts'));
	const api = startChild<object, Serving>(file('api-process.ts'));
	const bots: Bot[] = [];
	const close = async () => {
		await Promise.all([...bots, model, api].map((child) => child.end()));
		await rm(folder, { recursive: true, force: true });
	};
	try {
		const { url: modelUrl } = await model.ask({ latencyMs }, 'serving');
		const { url: apiUrl } = await api.ask({}, 'serving');
		const surroundings = {
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
			async openBot(settings, options) {
				const bot = startChild<BotOrder, BotWord>(file('bot-process.ts'), options);
				bots.push(bot);
				await bot.ask({ type: 'open', settings: { ...surroundings, ...settings }, shownFile }, 'opened');
				return bot;
			},
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

function file(name: string): string {
	return path.join(import.meta.dirname, name);
}
