import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { createInteractiveConsole } from '../../../adapters/console/interactive.ts';
import { createRunsInHand } from '../../../adapters/console/runs-in-hand.ts';
import type { CommandServices } from '../../../commands/command.ts';
import { settingsOf } from '../../../commands/settings.ts';
import { readConfig } from '../../../src/config.ts';
import type { Conversation, PendingWrite, WriteDecision } from '../../../src/conversation.ts';
import { createLogger } from '../../../src/log.ts';
import type { Progress } from '../../../src/pipeline/progress.ts';
import { createFunctionStore } from '../../../src/repository/store/function-store.ts';
import { createKeptImports } from '../../../src/repository/transfer/kept-imports.ts';
import { createBudgets } from '../../../src/runs/budgets.ts';
import type { Journal } from '../../../src/runs/journal.ts';
import type { Run } from '../../../src/runs/run.ts';
import { createRunQueue } from '../../../src/runs/run-queue.ts';
import { createRunStore } from '../../../src/runs/run-store.ts';
import { createUsage } from '../../../src/runs/usage.ts';
import { SqliteDatabase } from '../../../src/storage/sqlite-database.ts';
import { createSqliteStorage } from '../../../src/storage/sqlite-storage.ts';
import { createCatalogue } from '../../../src/toolset/catalogue.ts';
import type { PersonQuestion } from '../../../src/toolset/tool.ts';
import { result } from '../../runs/scripted-answer.ts';
import { Terminal } from './terminal.ts';

/** What a scripted question does beside answering. */
export interface Hands {
	readonly run: Run;
	readonly journal: Journal;
	readonly signal: AbortSignal;
	/** Asks in the run's conversation; journalled, as in the product. Undefined when that is closed. */
	decide(write: PendingWrite): Promise<WriteDecision | undefined>;
	/** Whether that came to a yes. */
	confirm(write: PendingWrite): Promise<boolean>;
	/** The same for what a program asks. */
	ask(question: PersonQuestion): Promise<string | boolean>;
	/** Resolves when the test lets questions of this text go, rejects when the run is stopped. */
	released(): Promise<void>;
}

export type Script = (hands: Hands) => AsyncIterable<Progress>;

export const WRITE: PendingWrite = {
	tool: 'movies.add',
	effect: 'write',
	method: 'POST',
	url: 'http://127.0.0.1/watchlist',
	body: { movie: 1 },
};

export const answers = (sentence: (hands: Hands) => string): Script =>
	async function* (hands) {
		yield result(sentence(hands));
	};

/** Says that it works, and answers when it is let go. */
export const slow: Script = async function* (hands) {
	yield { type: 'status', text: 'Working…' };
	await hands.released();
	yield result(`${hands.run.question.text}: done`);
};

/** Asks for as many writes as are given, all at once. */
export const writes = (count: number): Script =>
	async function* (hands) {
		yield { type: 'status', text: 'Working…' };
		const one = (_: unknown, at: number) => hands.confirm({ ...WRITE, url: `${WRITE.url}/${at + 1}` });
		const allowed = await Promise.all(Array.from({ length: count }, one));
		yield result(`sent: ${allowed.join(', ')}`);
	};

export async function openFolder(context: TestContext) {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-interactive-'));
	context.after(() => rm(folder, { recursive: true }));
	return folder;
}

/** The interactive console on a terminal that a test types into, with the real queue and storage in `folder`; what questions do is scripted. */
export async function openConsole(context: TestContext, folder: string, scripts: Readonly<Record<string, Script>>) {
	const terminal = new Terminal();
	const historyFile = path.join(folder, 'data', 'history');
	const person = await createInteractiveConsole({
		input: terminal.input,
		output: terminal.output,
		errors: terminal.output,
		historyFile,
		saveFiles: async () => [],
		filesFolder: path.join(folder, 'data', 'files'),
	});
	const logger = await createLogger({ level: 'warn', scrub: (value) => value, destination: person.log });
	const storage = await createSqliteStorage(await SqliteDatabase.open(path.join(folder, 'bot.sqlite'), { busyTimeoutMs: 1000 }), {
		logger,
	});
	const hand = createRunsInHand();
	const openConversation = (key: string): Conversation | undefined => {
		const conversation = person.conversation(key);
		return conversation && hand.shownIn(conversation);
	};
	const gate = Promise.withResolvers<void>();
	const queue = createRunQueue({
		storage,
		logger: pino({ level: 'silent' }),
		concurrency: 4,
		openConversation,
		async *answer(run, journal, signal) {
			const script = scripts[run.question.text] ?? answers(() => `an answer to ${run.question.text}`);
			const aborted = new Promise<never>((_resolve, reject) =>
				signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
			);
			aborted.catch(() => {});
			const conversation = openConversation(run.conversation);
			let asked = 0;
			const decide: Hands['decide'] = (write) =>
				journal.step(`approval-${asked++}`, async () => conversation?.confirmWrite(run, write, signal));
			yield* script({
				run,
				journal,
				signal,
				decide,
				confirm: async (write) => (await decide(write)) === 'allowed',
				ask: (question) => journal.step(`question-${asked++}`, async () => (await conversation?.askPerson(run, question, signal)) ?? ''),
				released: () => Promise.race([gate.promise, aborted]),
			});
		},
	});
	const runs = hand.watch(queue);
	const services: CommandServices = {
		runs,
		functions: createFunctionStore(storage),
		// Nobody here verifies functions.
		functionChecks: {} as CommandServices['functionChecks'],
		functionImports: createKeptImports(storage),
		catalogue: createCatalogue({ storage, open: () => Promise.reject(new Error('no toolsets here')), onFailure() {} }),
		readDocument: () => Promise.reject(new Error('no documents here')),
		sampleQuestions: [],
		usage: createUsage(storage),
		budgets: createBudgets({ storage, limits: {} }),
		settings: settingsOf(readConfig({})),
	};
	const left = person.converse(services, hand, () => runs.resume());
	let closed = false;
	const close = async () => {
		if (closed) return;
		closed = true;
		terminal.input.end();
		await left;
		await queue.close();
		await storage.close();
	};
	context.after(close);
	return {
		terminal,
		functions: services.functions,
		historyFile,
		logger,
		/** Resolves when the person has left. */
		left,
		/** As the process does when the person has left. */
		close,
		release: () => gate.resolve(),
		unfinished: () => createRunStore(storage).unfinished(),
	};
}
