import type { Repair } from '../../src/pipeline/progress.ts';

/** A repair on one line. `literal` shortens what went wrong, and takes its markup away. */
export function repairWords({ text, attempt, limit }: Repair, literal: (text: string) => string): string {
	const problem = literal(text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, ''));
	return `${problem} – fixing it and running again (${attempt}/${limit})`;
}
