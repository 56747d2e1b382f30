import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Newest first, as readline keeps it. A history that cannot be read is no reason not to answer. */
export function readHistory(file: string): string[] {
	try {
		return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).reverse() : [];
	} catch {
		return [];
	}
}

/** Oldest first, readable by its owner alone. What cannot be written is forgotten. */
export function writeHistory(file: string, history: readonly string[]): void {
	try {
		mkdirSync(path.dirname(file), { recursive: true });
		writeFileSync(file, `${[...history].reverse().join('\n')}\n`, { mode: 0o600 });
	} catch {
		// See readHistory.
	}
}
