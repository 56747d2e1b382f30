import { once } from 'node:events';
import path from 'node:path';
import { type Bot, startBotChild } from '../adapters/bot-child.ts';
import { type Gate, openGate } from './gate.ts';
import { type Arming, HIT, type Report, type StorageFault } from './storage-fault.ts';

/** A place for one process of the bot: when one has ended, the next may be started in it. It has its own ways to Slack and to the model. */
export interface ProcessSlot {
	readonly slack: Gate;
	readonly model: Gate;
	/** Undefined before the first one was started, and between two. */
	readonly bot: Bot | undefined;
	/** Where it is told what happens in Slack; undefined for one that takes no events. */
	readonly address: string | undefined;
	/** Times that it was started. */
	readonly starts: number;
	start(): Promise<void>;
	/** Resolves when the process has heard it; with null nothing goes wrong any more. */
	arm(fault: StorageFault | null): Promise<void>;
	/** The operation that a fault has hit since the last arming. */
	hit(): string | undefined;
	/** Operations since the last arming that change something, in order. */
	writes(): Promise<readonly string[]>;
	/** As kill -9. */
	kill(): Promise<void>;
	/** As the end of a container. */
	end(): Promise<void>;
	close(): Promise<void>;
	/** Of all its processes. */
	output(): string;
	/** Lines of the log that the process there is now has written as errors. */
	errors(): readonly string[];
}

export interface SlotOptions {
	readonly folder: string;
	/** Origins of the servers behind the gates. */
	readonly slack: string;
	readonly model: string;
	readonly environment: Readonly<Record<string, string>>;
	/** Told whenever its process asks the model. */
	readonly asks: (slot: ProcessSlot) => void;
}

const PRELOAD = path.join(import.meta.dirname, 'preload.ts');

export async function openSlot({ folder, slack, model, environment, asks }: SlotOptions): Promise<ProcessSlot> {
	let bot: Bot | undefined;
	let before = '';
	let armedAt = 0;
	let starts = 0;
	let address: string | undefined;

	async function end(signal: NodeJS.Signals): Promise<void> {
		await bot?.end(signal);
	}
	const kill = () => end('SIGKILL');
	const gates = {
		slack: await openGate({ target: slack, kill }),
		model: await openGate({ target: model, kill, passed: () => asks(slot) }),
	};
	const slot: ProcessSlot = {
		...gates,
		get bot() {
			return bot && bot.child.exitCode === null && bot.child.signalCode === null ? bot : undefined;
		},
		get address() {
			return slot.bot && address;
		},
		get starts() {
			return starts;
		},
		async start() {
			before += bot?.output() ?? '';
			armedAt = 0;
			const settings = { ...environment, SLACK_API_URL: `${gates.slack.origin}/api/`, OPENAI_BASE_URL: `${gates.model.origin}/v1` };
			bot = await startBotChild({ folder, environment: settings, preload: PRELOAD, ready: 'Ctrl-C stops.' });
			starts++;
			const [, port] = /port (\d+), path/.exec(bot.output()) ?? [];
			address = port === undefined ? undefined : `http://127.0.0.1:${port}/slack/events`;
		},
		async arm(fault) {
			if (!slot.bot) return;
			armedAt = slot.bot.output().length;
			await ask(slot.bot, { fault }, 'armed');
		},
		hit: () => new RegExp(`^${HIT}(.*)$`, 'm').exec(bot?.output().slice(armedAt) ?? '')?.[1],
		writes: async () => (slot.bot ? ((await ask(slot.bot, 'writes', 'writes')) ?? []) : []),
		kill,
		end: () => end('SIGTERM'),
		async close() {
			await kill();
			await Promise.all([gates.slack.close(), gates.model.close()]);
		},
		output: () => before + (bot?.output() ?? ''),
		errors: () =>
			(bot?.output() ?? '').split('\n').filter((line) => line.startsWith('{') && (JSON.parse(line) as { level: number }).level >= 50),
	};
	return slot;
}

/** Undefined when the process ends instead of answering. */
async function ask(bot: Bot, message: Arming | 'writes', answer: 'armed' | 'writes'): Promise<readonly string[] | undefined> {
	const { child } = bot;
	const over = new AbortController();
	const ended = once(child, 'exit', { signal: over.signal });
	const { promise, resolve } = Promise.withResolvers<readonly string[] | undefined>();
	const hear = (report: Report) => {
		if (answer in report) resolve('writes' in report ? report.writes : []);
	};
	child.on('message', hear);
	child.send(message, () => {});
	try {
		return await Promise.race([promise, ended.then(() => undefined)]);
	} finally {
		child.off('message', hear);
		ended.catch(() => {});
		over.abort();
	}
}
