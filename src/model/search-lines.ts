import { withoutReasoning } from './reasoning.ts';

/** How a plan asks for tools: a comment of its own line. A numbered subtask (`// 1. Search: …`) is none. */
const SEARCH_LINE = /^[ \t]*\/\/ ?search:[ \t]*(\S.*)$/gm;

/** What is no word: people are shown what is searched for, and no chat shall find markup, a link or a mention in it. */
const NO_WORDS = /[^\p{L}\p{M}\p{N} ,.'-]+/gu;

/** What the lines `// search: refund a payment` of a text ask for, in order, each once; words and plain punctuation alone. */
export function searchesIn(text: string): string[] {
	return [
		...new Set(
			[...text.matchAll(SEARCH_LINE)].flatMap(([, words = '']) => words.replaceAll(NO_WORDS, ' ').replaceAll(/ +/g, ' ').trim() || []),
		),
	];
}

/** The lines of a reply that ask for tools, where it holds no program beside them; undefined when there are none. */
export function searchLinesIn(reply: string): string | undefined {
	const lines = searchesIn(withoutReasoning(reply.replaceAll(/\r\n?/g, '\n')).text).map((words) => `// search: ${words}`);
	return lines.length > 0 ? lines.join('\n') : undefined;
}
