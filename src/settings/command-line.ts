/**
 * The words of a command line as a POSIX shell splits them: white space parts them, single quotes keep everything, double quotes and backslashes
 * quote. Nothing is expanded: no variables, no globs, no `;` or `|`. Undefined when a quote is not closed or the last character is a backslash.
 */
export function parseCommandLine(text: string): readonly string[] | undefined {
	const words: string[] = [];
	let word: string | undefined;
	let rest = text.trim();
	while (rest !== '') {
		const [piece, kind] = nextPiece(rest);
		if (kind === 'open') return undefined;
		if (kind === 'gap') {
			if (word !== undefined) words.push(word);
			word = undefined;
		} else word = (word ?? '') + unquoted(piece, kind);
		rest = rest.slice(piece.length);
	}
	return word === undefined ? words : [...words, word];
}

type Kind = 'gap' | 'single' | 'double' | 'escape' | 'plain' | 'open';

const PIECES: readonly (readonly [RegExp, Kind])[] = [
	[/^\s+/, 'gap'],
	[/^'[^']*'/, 'single'],
	[/^"(?:[^"\\]|\\[\s\S])*"/, 'double'],
	[/^\\[\s\S]/, 'escape'],
	[/^[^\s'"\\]+/, 'plain'],
];

function nextPiece(text: string): readonly [string, Kind] {
	for (const [pattern, kind] of PIECES) {
		const piece = pattern.exec(text)?.[0];
		if (piece !== undefined) return [piece, kind];
	}
	return [text, 'open'];
}

function unquoted(piece: string, kind: Kind): string {
	if (kind === 'single') return piece.slice(1, -1);
	if (kind === 'escape') return piece.slice(1);
	// Within double quotes a backslash quotes these four alone (POSIX, 2.2.3), so that C:\temp stays itself.
	return kind === 'double' ? piece.slice(1, -1).replace(/\\([\\"$`])/g, '$1') : piece;
}
