import { Refusal } from '../refusal.ts';

/** What is wrong with blocks or a view, in Slack's wording: each says where, as a JSON pointer. */
export interface Report {
	add(problem: string, at: string): void;
	readonly problems: readonly string[];
}

export function createReport(): Report {
	const problems: string[] = [];
	return { add: (problem, at) => problems.push(`${problem} [json-pointer:${at}]`), problems };
}

/** Refuses with all that was found, as Slack does. */
export function refuseProblems(report: Report, error: 'invalid_blocks' | 'invalid_arguments'): void {
	if (report.problems.length === 0) return;
	const messages = report.problems.map((problem) => `[ERROR] ${problem}`);
	throw new Refusal(error, { ...(error === 'invalid_blocks' ? { errors: report.problems } : {}), response_metadata: { messages } });
}
