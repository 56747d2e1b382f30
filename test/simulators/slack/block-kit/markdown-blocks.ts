export interface MarkdownBlocks {
	readonly all: number;
	readonly tables: number;
}

type Piece = 'text' | 'heading' | 'fence' | 'table' | 'divider';

/**
 * How many blocks Slack makes of a `markdown` block: one a heading, a code fence, a table, a divider, and a run of text between them.
 * They count against its limit of 50 a message and one table a message.
 */
export function countMarkdownBlocks(markdown: string): MarkdownBlocks {
	const pieces: Piece[] = [];
	let fence: string | undefined;
	for (const line of markdown.split('\n')) {
		const marker = line.match(/^ {0,3}(`{3,}|~{3,})/)?.[1];
		if (fence !== undefined) {
			if (marker?.startsWith(fence) && line.trim() === marker) fence = undefined;
			continue;
		}
		if (marker) fence = marker;
		const piece = marker ? 'fence' : pieceOf(line);
		if (piece === undefined) continue;
		const continues = (piece === 'text' || piece === 'table') && pieces.at(-1) === piece;
		if (!continues) pieces.push(piece);
	}
	return { all: pieces.length, tables: pieces.filter((piece) => piece === 'table').length };
}

function pieceOf(line: string): Piece | undefined {
	if (line.trim() === '') return undefined;
	if (/^#{1,6} /.test(line)) return 'heading';
	if (/^ {0,3}([-*_])( *\1){2,} *$/.test(line)) return 'divider';
	return /^\s*\|.*\|\s*$/.test(line) ? 'table' : 'text';
}
