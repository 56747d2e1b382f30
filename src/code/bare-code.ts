import { readsLikeCall } from './call-form.ts';
import type { Program } from './program.ts';
import { applyEdits, type Edit } from './program-form.ts';
import { nodesOf, type SyntaxNode } from './syntax.ts';
import { partsOfTypes } from './type-text.ts';

/** Longer texts in a program are sentences. UTF-16 units. */
const SENTENCE_CHARACTERS = 60;

/**
 * The code of a program, for a prompt of somebody else's question: without its comments, and with `…` for texts that are sentences or read like the call
 * of a tool. Whoever wrote it may have read what was no instruction.
 */
export function bareCode({ source, javascript, tree, comments }: Program): string {
	const edits: Edit[] = comments.map(({ start, end }) => ({ start, end, text: '' }));
	for (const [node] of nodesOf(tree)) {
		const words = wordsIn(node);
		if (words && isTelling(source.slice(words.start, words.end))) edits.push({ ...words, text: '…' });
	}
	for (const { start, end, text } of partsOfTypes(source, javascript).texts) {
		if (isTelling(text.slice(1, -1))) edits.push({ start, end, text: 'string' });
	}
	return applyEdits(source, edits)
		.replaceAll(/[ \t]+$/gm, '')
		.replaceAll(/\n{2,}/g, '\n')
		.trim();
}

function isTelling(text: string): boolean {
	return text.length > SENTENCE_CHARACTERS || readsLikeCall(text);
}

/** Where the words of a text or of a regular expression stand, without the marks around them. */
function wordsIn(node: SyntaxNode): Omit<Edit, 'text'> | undefined {
	if (node.type === 'TemplateElement') return { start: node.start, end: node.end };
	if (node.type !== 'Literal') return undefined;
	if (typeof node.value === 'string') return { start: node.start + 1, end: node.end - 1 };
	return node.regex && { start: node.start + 1, end: node.start + 1 + node.regex.pattern.length };
}
