import type { PendingWrite } from '../conversation.ts';
import type { JsonObject } from '../json.ts';
import type { Answer, Outcome } from '../sandbox/outcome.ts';

/**
 * What a dry run answers: the calls it held back, exactly as they would go out. A program that came to grief after one is no failure, since it went on
 * with a response that is none.
 */
export function dryRunAnswer(withheld: readonly PendingWrite[], outcome: Outcome): Answer {
	const calls = withheld.length === 1 ? 'this call' : `these ${withheld.length} calls`;
	const further =
		outcome.kind === 'returned'
			? ''
			: ' It did not get further, because what comes next depends on the answer to a call that was not made.';
	return { sentence: `Dry run: nothing was changed. The program would make ${calls}.${further}`, value: withheld.map(listed) };
}

function listed({ tool, method, url, headers, body, line }: PendingWrite): JsonObject {
	return {
		tool,
		request: `${method} ${url}`,
		...(headers && { headers: { ...headers } }),
		...(body !== undefined && { body }),
		...(line && { line: line.number }),
	};
}
