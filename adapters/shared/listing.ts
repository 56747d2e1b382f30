import type { Progress, Result } from '../../src/pipeline/progress.ts';
import type { Run } from '../../src/runs/run.ts';
import { programFileName } from './file-names.ts';
import { counted } from './footer.ts';

const NAMED_FUNCTIONS = 5;

/** Code under a title that says what it is. */
export interface CodeListing {
	/** Plain words. */
	readonly title: string;
	/** Markup behind the title, escaped by whoever made it. */
	readonly subtitle?: string;
	readonly code: string;
	/** Of the file that it comes as when it is long. */
	readonly filename: string;
}

/** The code of an event; undefined for those that show none. `codeSpan` is a name in the platform's code style. */
export function listingOf(event: Progress, codeSpan: (name: string) => string): CodeListing | undefined {
	switch (event.type) {
		case 'scaffold':
			return { title: 'Scaffold', code: event.code, filename: 'scaffold.ts' };
		case 'plan':
			return { title: 'Plan', code: event.code, filename: 'plan.ts' };
		case 'reuse':
			return { title: 'Reuse', subtitle: ` of ${names(event.functions, codeSpan)}`, code: event.code, filename: 'program.ts' };
		default:
			return undefined;
	}
}

/** What "Show program" shows. */
export function programListing({ id }: Run, { program, totals }: Result): CodeListing {
	return { title: 'Program', subtitle: `  ·  ${counted(totals.toolCalls, 'tool call')}`, code: program, filename: programFileName(id) };
}

function names(functions: readonly string[], codeSpan: (name: string) => string): string {
	const more = functions.length - NAMED_FUNCTIONS;
	return `${functions.slice(0, NAMED_FUNCTIONS).map(codeSpan).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
