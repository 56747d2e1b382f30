import assert from 'node:assert/strict';
import { after } from 'node:test';
import { type Answered, MODEL_CALLS, type Strategy, type World } from '../../../../bench/eval/contract.ts';
import { meterModel } from '../../../../bench/eval/metered-model.ts';
import { createUserTurns } from '../../../../bench/eval/user-turns.ts';
import { callerOf, recordedToolset } from '../../../../bench/eval/world.ts';
import { createTypeChecker } from '../../../../src/code/check.ts';
import type { Model, ModelRequest } from '../../../../src/model/model.ts';
import { createToolbox } from '../../../../src/pipeline/toolbox.ts';
import type { RecordedCall } from '../../../../src/repository/function-record.ts';
import type { Turn } from '../../../../src/runs/run.ts';
import { DEFAULT_LIMITS } from '../../../../src/sandbox/limits.ts';
import type { SandboxLimits } from '../../../../src/sandbox/outcome.ts';
import { createSandbox } from '../../../../src/sandbox/pool.ts';
import { createEgress } from '../../../../src/toolset/http/egress.ts';
import { createKnownSecrets } from '../../../../src/toolset/http/known-secrets.ts';
import { human } from '../../../../src/toolset/human.ts';
import { openToolset } from '../../../../src/toolset/open-toolset.ts';
import type { Toolset } from '../../../../src/toolset/tool.ts';
import { type LibraryApi, startLibraryApi } from './library-api.ts';

/** What the model says next. Running out of replies fails the test. */
export type Script = readonly (string | ((request: ModelRequest) => string | Promise<string>))[];

export interface AskOptions {
	readonly question?: string;
	readonly earlier?: readonly Turn[];
	/** What the user says when asked. */
	readonly says?: readonly string[];
	readonly limits?: Partial<SandboxLimits>;
	readonly signal?: AbortSignal;
	/** In place of the library. */
	readonly toolsets?: readonly Toolset[];
	/** Model calls that the harness allows. */
	readonly modelCalls?: number;
}

export interface Asked {
	readonly answered: Answered;
	readonly calls: readonly RecordedCall[];
	/** What the model was sent, request by request. */
	readonly requests: readonly ModelRequest[];
	/** The instructions with the tools. */
	readonly instructions: string;
	/** What was said to it after each reply but the last. */
	readonly observations: readonly string[];
}

/** For all tests of a file. */
const shared = { sandbox: createSandbox({ size: 2 }), checker: createTypeChecker() };
const egress = createEgress({ allowPrivateHosts: [], allowLoopback: true });
after(() => Promise.all([shared.sandbox.close(), shared.checker.close(), egress.close()]));

/** A library API, and turns put to a strategy with everything real but the model. */
export interface LibraryWorld {
	readonly api: LibraryApi;
	ask(strategy: Strategy, script: Script, options?: AskOptions): Promise<Asked>;
}

export async function openLibraryWorld(): Promise<LibraryWorld> {
	const api = await startLibraryApi();
	after(() => api.close());
	const open = openToolset({
		egressOf: () => egress,
		secrets: new Map(),
		severalWorkspaces: false,
		known: createKnownSecrets([]),
		exampleUrl: () => Promise.reject(new Error('there are no examples')),
	});
	const library = await open(
		{ workspaceId: 'eval', name: 'library', source: `${api.address}/openapi.json`, addedAt: '2026-01-01', addedBy: 'test' },
		api.document,
	);
	return {
		api,
		async ask(strategy, script, options = {}) {
			const calls: RecordedCall[] = [];
			const requests: ModelRequest[] = [];
			const model: Model = {
				name: 'scripted',
				async complete(request) {
					const reply = script[requests.length];
					requests.push(request);
					assert.ok(reply !== undefined, `no reply number ${requests.length}`);
					const text = typeof reply === 'string' ? reply : await reply(request);
					return { text, usage: { promptTokens: 100, completionTokens: 10, estimated: false }, ms: 1 };
				},
			};
			const toolsets = options.toolsets ?? [library];
			const toolbox = await createToolbox([...toolsets, human].map((toolset) => recordedToolset(toolset, calls)));
			const signal = options.signal ?? new AbortController().signal;
			const people = { toolbox, askPerson: createUserTurns(options.says ?? []).answer, signal };
			const world: World = {
				...people,
				...shared,
				limits: { ...DEFAULT_LIMITS, ...options.limits },
				call: callerOf(people, calls),
				model: meterModel(model, options.modelCalls ?? MODEL_CALLS).model,
				now: Date.UTC(2023, 10, 12),
			};
			const turn = { text: options.question ?? 'How long is Kindred?', earlier: options.earlier ?? [], id: 'turn' };
			const answered = await strategy.answer(turn, world);
			const last = requests.at(-1)?.messages ?? [];
			const said = last.slice(2).filter(({ role }) => role === 'user');
			return { answered, calls, requests, instructions: last[0]?.content ?? '', observations: said.map(({ content }) => content) };
		},
	};
}
