import type { PendingWrite } from '../conversation.ts';
import type { JsonObject } from '../json.ts';
import { sentAlready, startsOver } from '../runs/stopped-message.ts';
import type { Answer, Outcome } from '../sandbox/outcome.ts';

/**
 * What a dry run answers: the calls it held back, exactly as they would go out. A program that came to grief after one is no failure, since it went on
 * with a response that is none.
 *
 * @param changes the tools of calls that had gone out, or may have, before a person wished for the dry run; see `Journal.changes`
 */
export function dryRunAnswer(withheld: readonly PendingWrite[], outcome: Outcome, changes: readonly string[]): Answer {
	const begun = changes.length === 0 ? 'Dry run: nothing was changed.' : `Dry run from here on. ${sentAlready(changes)}`;
	const calls = withheld.length === 1 ? 'this call' : `these ${withheld.length} calls`;
	const further =
		outcome.kind === 'returned'
			? ''
			: ' It did not get further, because what comes next depends on the answer to a call that was not made.';
	const again = changes.length === 0 ? '' : ` ${startsOver(changes)}`;
	return { sentence: `${begun} The program would make ${calls}.${further}${again}`, value: withheld.map(listed) };
}

/** The answer of a dry run in which there was nothing to hold back: it is true, and says that it was a dry run to whoever reads it later. */
export function unchangedAnswer({ sentence, value }: Answer): Answer {
	return { sentence: ['Dry run: the program changes nothing.', sentence].filter(Boolean).join(' '), value };
}

function listed({ tool, method, url, headers, body, line, uncertain }: PendingWrite): JsonObject {
	return {
		tool,
		request: `${method} ${url}`,
		...(headers && { headers: { ...headers } }),
		...(body !== undefined && { body }),
		...(line && { line: line.number }),
		...(uncertain && { uncertain }),
	};
}
