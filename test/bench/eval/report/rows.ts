import type { Answered } from '../../../../bench/eval/contract.ts';
import type { ReportRow } from '../../../../bench/eval/report/row.ts';

const ANSWERED: Answered = { sentence: 'Eight.', repairs: 0, reused: [] };

/** A row of which only what matters is said. */
export function rowWith(row: Partial<ReportRow> & { readonly turn?: Partial<Answered> }): ReportRow {
	const { turn, ...rest } = row;
	return {
		task: '1',
		repeat: 0,
		strategy: 'toolcoder',
		suite: 'films',
		model: 'scripted',
		scores: {},
		turns: [{ ...ANSWERED, ...turn }],
		calls: [],
		modelCalls: 3,
		promptTokens: 1000,
		completionTokens: 100,
		tokensEstimated: false,
		ms: 2000,
		functions: 0,
		...rest,
	};
}
