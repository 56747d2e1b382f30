/** One argument as it was typed. */
export interface ArgumentWord {
	/** Of `name=value`, where it is one of the names that were looked for. */
	readonly name?: string;
	/** Without its quotes and its name. */
	readonly text: string;
	readonly quoted: boolean;
	/** As typed, with the white space before it. */
	readonly typed: string;
}

/** Straight and typographic quotes, up to the first closing one that ends a word: `'don't stop'` is one. */
const QUOTED = /^(?:"(.*?)"|'(.*?)'|[“”](.*?)”|„(.*?)[“”]|‘(.*?)’|«(.*?)»)(?=\s|$)/su;

const NAME = /^([\p{L}$_][\p{L}\p{N}$_]*)=/u;

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/**
 * The words of a line, in their order. What is in quotes is one word, and so is what is in braces or brackets, up to the end of the line where nothing
 * closes them. Only `names` are taken for names: another word with an equals sign is one as it stands.
 */
export function argumentWords(line: string, names: ReadonlySet<string>): readonly ArgumentWord[] {
	const words: ArgumentWord[] = [];
	for (let rest = line.trimEnd(); rest !== ''; ) {
		const before = rest.length - rest.trimStart().length;
		const after = rest.slice(before);
		const found = NAME.exec(after)?.[1];
		const name = found !== undefined && names.has(found) ? found : undefined;
		const value = name === undefined ? after : after.slice(name.length + 1);
		const quoted = QUOTED.exec(value);
		const length = quoted?.[0].length ?? plainLength(value);
		const text = quoted?.slice(1).find((group) => group !== undefined) ?? value.slice(0, length);
		const typed = rest.slice(0, rest.length - value.length + length);
		words.push({ ...(name !== undefined && { name }), text, quoted: quoted !== null, typed });
		rest = rest.slice(typed.length);
	}
	return words;
}

/** Up to the white space that ends the word. */
function plainLength(text: string): number {
	const end = (from: number) => {
		const space = text.slice(from).search(/\s/);
		return space === -1 ? text.length : from + space;
	};
	return end(text.charAt(0) in CLOSING ? groupLength(text) : 0);
}

/** Up to the bracket that closes the first one; what is in double quotes closes nothing. */
function groupLength(text: string): number {
	const open: (string | undefined)[] = [];
	for (const { 0: part, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|“[^”]*”|[{}[\]]/gsu)) {
		if (part in CLOSING) open.push(CLOSING[part]);
		else if (part === open.at(-1)) open.pop();
		if (open.length === 0) return index + 1;
	}
	return text.length;
}
