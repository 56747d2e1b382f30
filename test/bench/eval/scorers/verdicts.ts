import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Lines of a file beside this one: inputs, and what the scorers that come with the benchmarks' simulators say of them. */
export function verdictsIn<Verdict>(file: string): readonly Verdict[] {
	const text = readFileSync(path.join(import.meta.dirname, file), 'utf8');
	return text
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as Verdict);
}
