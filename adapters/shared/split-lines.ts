import { shorten } from './shorten.ts';

/**
 * Parts of at most `limit` cost each, split between lines; a longer line is split within, never through a character. At least one part. `costOf`
 * is what a text takes of a message: it adds up, and no character costs more than a line feed does.
 */
export function splitLines(text: string, limit: number, costOf: (text: string) => number): string[] {
	const parts: string[] = [];
	let lines: string[] = [];
	let cost = 0;
	for (const line of text.split('\n').flatMap((long) => piecesOf(long, limit, costOf))) {
		const added = costOf(line) + costOf('\n');
		if (cost + added > limit && lines.length > 0) {
			parts.push(lines.join('\n'));
			lines = [];
			cost = 0;
		}
		lines.push(line);
		cost += added;
	}
	return [...parts, lines.join('\n')];
}

function piecesOf(line: string, limit: number, costOf: (text: string) => number): string[] {
	const dearest = costOf('\n');
	if (line.length <= limit / dearest || costOf(line) + dearest <= limit) return [line];
	const pieces: string[] = [];
	for (let rest = line; rest !== ''; ) {
		const piece = shorten(rest, Math.floor(limit / dearest) - 1, () => '');
		pieces.push(piece);
		rest = rest.slice(piece.length);
	}
	return pieces;
}
