import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { type Logger, pino } from 'pino';
import { openExamples } from '../../examples/examples.ts';
import { createTypeChecker } from '../../src/code/check.ts';
import { readConfig } from '../../src/config.ts';
import type { PendingWrite, WriteDecision } from '../../src/conversation.ts';
import { UserError } from '../../src/errors.ts';
import type { Model, ModelRequest, Stage } from '../../src/model/model.ts';
import type { Failure, Progress, Result } from '../../src/pipeline/progress.ts';
import type { Stages } from '../../src/pipeline/work.ts';
import type { FunctionCall } from '../../src/runs/run.ts';
import { createSandbox } from '../../src/sandbox/pool.ts';
import { openServices } from '../../src/services.ts';
import { createKnownSecrets } from '../../src/toolset/http/known-secrets.ts';
import type { PersonQuestion } from '../../src/toolset/tool.ts';

export const WORKSPACE = 'console:test';

/** What the model says next, by stage: a program (fenced for it), or a function of the request. Running out of replies fails the test. */
export type Script = Partial<Record<Stage, readonly (string | ((request: ModelRequest) => string | Promise<string>))[]>>;

export interface Fixture {
	/** Asks and collects every event until the run is through. */
	ask(question: string, script: Script, options?: AskOptions): Promise<Asked>;
	readonly services: Awaited<ReturnType<typeof openServices>>;
	/** Writes that a person was asked about. */
	readonly asked: PendingWrite[];
	/** Goes on with what an earlier fixture left. */
	resume(script: Script, options?: AskOptions): Promise<{ ends: readonly (Result | Failure)[]; requests: readonly ModelRequest[] }>;
	/** Ends it as a shutdown does; the database stays for the next one. */
	leave(): Promise<void>;
	/** A temporary folder of this fixture. */
	readonly folder: string;
	close(): Promise<void>;
}

export interface AskOptions {
	readonly allowWrites?: boolean;
	readonly conversation?: string;
	readonly workspaceId?: string;
	/** What the person says to a write; refuses when left out. */
	readonly confirm?: (write: PendingWrite) => boolean | WriteDecision | Promise<boolean | WriteDecision>;
	/** What the person answers a program; nobody is there when left out. */
	readonly answer?: (question: PersonQuestion) => string | boolean | Promise<string | boolean>;
	readonly dryRun?: boolean;
	/** The run that this one is a retry of. */
	readonly retryOf?: string;
	/** Calls a stored function instead of asking. */
	readonly call?: FunctionCall;
	/** Called with every event, and how to stop the run. */
	readonly onEvent?: (event: Progress, stop: () => void) => void;
}

export interface Asked {
	/** The run's id. */
	readonly run: string;
	readonly events: readonly Progress[];
	readonly end: Result | Failure;
	/** The requests the model got. */
	readonly requests: readonly ModelRequest[];
	types(): string[];
	of<Type extends Progress['type']>(type: Type): Extract<Progress, { type: Type }>[];
}

/** The whole bot on the film example, everything real but the model. */
export interface FixtureOptions {
	/** Of an earlier fixture, to go on with its database. */
	readonly folder?: string;
	readonly stages?: Stages;
	readonly runTimeoutSeconds?: number;
	/** Silent when left out. */
	readonly logger?: Logger;
	/** Further settings. */
	readonly environment?: Readonly<Record<string, string>>;
}

/** For all fixtures of a file: a child and a compiler take the processor 0.2 s to start. */
const shared = { sandbox: createSandbox({ size: 4 }), checker: createTypeChecker() };
after(() => Promise.all([shared.sandbox.close(), shared.checker.close()]));

export async function openFixture({
	folder: given,
	stages,
	runTimeoutSeconds = 10,
	logger = pino({ level: 'silent' }),
	environment = {},
}: FixtureOptions = {}): Promise<Fixture> {
	const folder = given ?? (await mkdtemp(path.join(tmpdir(), 'toolcoder-test-')));
	const examples = openExamples();
	const asked: PendingWrite[] = [];
	let script: Script = {};
	let requests: ModelRequest[] = [];
	let events: Progress[] = [];
	let options: AskOptions = {};
	const model: Model = {
		name: 'scripted',
		async complete(request) {
			const nth = requests.filter(({ stage }) => stage === request.stage).length;
			requests.push(request);
			const reply = script[request.stage]?.[nth];
			assert.ok(reply !== undefined, `no reply number ${nth + 1} for ${request.stage}`);
			const program = typeof reply === 'string' ? reply : await reply(request);
			const text = program.includes('```') || program.startsWith('(no code)') ? program : `\`\`\`ts\n${program}\n\`\`\``;
			return { text, usage: { promptTokens: 100, completionTokens: 10, estimated: false }, ms: 1 };
		},
	};
	const services = await openServices({
		config: readConfig({
			DATABASE_URL: `sqlite://${folder}/test.sqlite`,
			RUN_TIMEOUT_SECONDS: String(runTimeoutSeconds),
			...environment,
		}),
		logger,
		knownSecrets: createKnownSecrets([]),
		fallbackModel: model,
		exampleUrl: examples.url,
		stages,
		shared,
		openConversation: () => ({
			show: async (run, event) => {
				events.push(event);
				options.onEvent?.(event, () => services.runs.stop(run.id, 'the test'));
			},
			confirmWrite: async (_run, write) => {
				asked.push(write);
				const said = await options.confirm?.(write);
				return typeof said === 'string' ? said : said ? 'allowed' : 'refused';
			},
			askPerson: async (_run, question) => {
				if (options.answer) return options.answer(question);
				throw new UserError('not-allowed', 'nobody is here');
			},
		}),
	});
	if (!given)
		await services.catalogue.add({
			workspaceId: WORKSPACE,
			name: 'movies',
			source: 'example:movies',
			addedAt: '2026-01-01',
			addedBy: 'test',
		});
	return {
		services,
		asked,
		folder,
		async resume(replies, chosen = {}) {
			script = replies;
			requests = [];
			events = [];
			options = chosen;
			const resumed = await services.runs.resume();
			const ends = await Promise.all(resumed.map(({ finished }) => finished));
			return { ends, requests };
		},
		async leave() {
			await services.close();
			await examples.close();
		},
		async close() {
			await services.close();
			await examples.close();
			await rm(folder, { recursive: true, force: true });
		},
		async ask(question, replies, chosen = {}) {
			script = replies;
			requests = [];
			events = [];
			options = chosen;
			const { run, finished } = await services.runs.submit({
				workspaceId: chosen.workspaceId ?? WORKSPACE,
				conversation: chosen.conversation ?? 'thread',
				text: question,
				askedBy: { id: 'tester' },
				allowWrites: chosen.allowWrites ?? false,
				dryRun: chosen.dryRun ?? false,
				retryOf: chosen.retryOf,
				...(chosen.call && { call: chosen.call }),
			});
			const end = await finished;
			const seen = events;
			return {
				run: run.id,
				events: seen,
				end,
				requests,
				types: () => seen.map(({ type }) => type).filter((type) => type !== 'status'),
				of: (type) => seen.filter((event) => event.type === type) as never,
			};
		},
	};
}
