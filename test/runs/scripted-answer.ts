import { setTimeout as delay } from 'node:timers/promises';
import type { Conversation } from '../../src/conversation.ts';
import type { Progress, Result, Totals } from '../../src/pipeline/progress.ts';
import type { Journal } from '../../src/runs/journal.ts';
import type { Run } from '../../src/runs/run.ts';

export const TOTALS: Totals = {
	toolCalls: 0,
	modelCalls: 0,
	promptTokens: 0,
	completionTokens: 0,
	tokensEstimated: false,
	ms: 0,
	repairs: 0,
	reused: [],
};

export function result(sentence: string): Result {
	return { type: 'result', sentence, value: null, program: '', totals: TOTALS };
}

/** Sends something to the world and resolves with what came back; each call is one side effect. */
export type Effects = (name: string) => Promise<string>;

/**
 * The shape of a real answer: two steps, a read and a write that the journal guards, a result, and something left behind after it.
 */
export async function* scriptedAnswer(run: Run, journal: Journal, effects: Effects): AsyncGenerator<Progress> {
	const code = await journal.step('scaffold', () => effects('step-scaffold'));
	yield { type: 'scaffold', code, functionName: 'f' };
	const plan = await journal.step('plan', () => effects('step-plan'));
	yield { type: 'plan', code: plan, tools: [] };
	const args = { of: run.question.text };
	const read = await journal.call(0, { tool: 'world.read', args }, 'read', async () => ({ ok: true, value: await effects('call-read') }));
	yield { type: 'tool-call', tool: 'world.read', ok: read.ok, ms: 1 };
	const write = await journal.call(0, { tool: 'world.write', args }, 'write', async () => ({
		ok: true,
		value: await effects('call-write'),
	}));
	yield { type: 'tool-call', tool: 'world.write', ok: write.ok, ms: 1, message: write.ok ? undefined : write.kind };
	yield result(write.ok ? `${run.question.text}: done` : `${run.question.text}: ${write.kind}`);
	await journal.step('keep', () => effects('step-keep'));
	yield { type: 'kept', functions: ['f'] };
}

/** A conversation that remembers what was shown in it. */
export function recordingConversation() {
	const shown: { run: Run; event: Progress; index: number }[] = [];
	const conversation: Conversation = {
		show: async (run, event, index) => {
			shown.push({ run, event, index });
		},
		confirmWrite: async () => 'refused',
		askPerson: async () => false,
	};
	return { conversation, shown, types: () => shown.map(({ event }) => event.type) };
}

/** Resolves once `condition` holds; fails after 10 s. */
export async function until(condition: () => boolean | Promise<boolean>, what = 'the condition'): Promise<void> {
	const deadline = Date.now() + 10_000;
	while (!(await condition())) {
		if (Date.now() > deadline) throw new Error(`${what} did not come about`);
		await delay(5);
	}
}
