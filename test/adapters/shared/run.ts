import type { JsonValue } from '../../../src/json.ts';
import type { Result } from '../../../src/pipeline/progress.ts';
import type { Run } from '../../../src/runs/run.ts';

export const run: Run = {
	id: '01JD0000000000000000000000',
	workspaceId: 'slack:T0123',
	conversation: 'slack:T0123/C0123/1700000000.000100',
	question: { text: 'Which films did Sofia Coppola direct?', askedBy: { id: 'U0DANA', name: 'Dana' }, earlier: [] },
	status: 'running',
	createdAt: '2026-01-02T03:04:05.000Z',
	seed: { now: 0, random: 0 },
	allowWrites: false,
};

const totals: Result['totals'] = {
	toolCalls: 2,
	modelCalls: 3,
	promptTokens: 1200,
	completionTokens: 34,
	tokensEstimated: false,
	ms: 4120,
	repairs: 0,
	reused: ['findPerson'],
};

export function resultOf(value: JsonValue, sentence = '', program = 'return 1;'): Result {
	return { type: 'result', sentence, value, program, totals };
}
