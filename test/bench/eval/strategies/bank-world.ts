import assert from 'node:assert/strict';
import { after } from 'node:test';
import type { World } from '../../../../bench/eval/contract.ts';
import { LimitReached } from '../../../../bench/eval/limit-reached.ts';
import { createTypeChecker } from '../../../../src/code/check.ts';
import { UserError } from '../../../../src/errors.ts';
import type { ModelRequest, Stage } from '../../../../src/model/model.ts';
import { createToolbox } from '../../../../src/pipeline/toolbox.ts';
import { DEFAULT_LIMITS } from '../../../../src/sandbox/limits.ts';
import { createSandbox } from '../../../../src/sandbox/pool.ts';
import { human } from '../../../../src/toolset/human.ts';
import type { PersonQuestion } from '../../../../src/toolset/tool.ts';
import { type Bank, startBank } from './bank.ts';

/** What the model says next, by stage: a program. Running out of replies fails the test. */
export type Script = Partial<Record<Stage, readonly string[]>>;

export interface BankWorldOptions {
	/** `one` when left out. */
	readonly session?: string;
	/** What the user says next, when asked. */
	readonly says?: readonly string[];
	readonly modelCalls?: number;
	/** Of the processor, for one program. */
	readonly cpuMs?: number;
	readonly signal?: AbortSignal;
}

export interface BankWorld {
	readonly world: World;
	/** What the model was asked. */
	readonly prompts: readonly ModelRequest[];
	/** What the user was asked. */
	readonly questions: readonly PersonQuestion[];
}

const shared = { sandbox: createSandbox({ size: 2 }), checker: createTypeChecker() };
let bank: Promise<Bank> | undefined;
after(async () => Promise.all([shared.sandbox.close(), shared.checker.close(), (await bank)?.close()]));

/** One for all tests of a file. */
export function openBank(): Promise<Bank> {
	bank ??= startBank();
	return bank;
}

/** 2023-11-12, noon. */
export const NOW = Date.UTC(2023, 10, 12, 12);

/** A world of the bank in which everything but the model is real. */
export async function bankWorld(script: Script, options: BankWorldOptions = {}): Promise<BankWorld> {
	const { session = 'one', says = [], modelCalls = 12, cpuMs = 2000, signal = new AbortController().signal } = options;
	const prompts: ModelRequest[] = [];
	const questions: PersonQuestion[] = [];
	const left = [...says];
	const toolbox = await createToolbox([await (await openBank()).toolset(session), human]);
	const world: World = {
		...shared,
		toolbox,
		call: () => assert.fail('the pipeline calls toolsets itself'),
		model: {
			name: 'scripted',
			async complete(request) {
				if (prompts.length >= modelCalls) throw new LimitReached(modelCalls);
				const nth = prompts.filter(({ stage }) => stage === request.stage).length;
				prompts.push(request);
				const reply = script[request.stage]?.[nth];
				assert.ok(reply !== undefined, `no reply number ${nth + 1} for ${request.stage}`);
				const text = reply.startsWith('(no code)') ? reply : `\`\`\`ts\n${reply}\n\`\`\``;
				return { text, usage: { promptTokens: 100, completionTokens: 10, estimated: false }, ms: 1 };
			},
		},
		limits: { ...DEFAULT_LIMITS, cpuMs },
		async askPerson(question) {
			questions.push(question);
			const said = left.shift();
			if (said === undefined) throw new UserError('unanswered', 'The user has nothing more to say.');
			return said;
		},
		now: NOW,
		signal,
	};
	return { world, prompts, questions };
}
