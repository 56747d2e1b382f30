import { withoutReasoning } from './reasoning.ts';

/** How a plan asks for tools: a comment of its own line. A numbered subtask (`// 1. Search: …`) is none. */
const SEARCH_LINE = /^[ \t]*\/\/ ?search:[ \t]*(\S.*)$/gm;

/** What the lines `// search: refund a payment` of a text ask for, in order, each once. */
export function searchesIn(text: string): string[] {
	return [...new Set([...text.matchAll(SEARCH_LINE)].flatMap(([, words]) => words?.trim() || []))];
}

/** The lines of a reply that ask for tools, where it holds no program beside them; undefined when there are none. */
export function searchLinesIn(reply: string): string | undefined {
	const lines = searchesIn(withoutReasoning(reply.replaceAll(/\r\n?/g, '\n')).text).map((words) => `// search: ${words}`);
	return lines.length > 0 ? lines.join('\n') : undefined;
}
