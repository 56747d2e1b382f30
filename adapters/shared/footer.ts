import type { Totals } from '../../src/pipeline/progress.ts';

/** What an answer took: `2 tool calls · 3 model calls · 1,234 tokens · 4.1 s · reused countDirectedMovies` */
export function footer(totals: Totals): string {
	const tokens = totals.promptTokens + totals.completionTokens;
	return [
		counted(totals.toolCalls, 'tool call'),
		counted(totals.modelCalls, 'model call'),
		`${totals.tokensEstimated ? 'about ' : ''}${counted(tokens, 'token')}`,
		`${(totals.ms / 1000).toFixed(1)} s`,
		totals.reused.length > 0 ? `reused ${totals.reused.join(', ')}` : '',
	]
		.filter((part) => part !== '')
		.join(' · ');
}

/** `1 row`, `5,000 rows`, `2 entries` */
export function counted(count: number, noun: string, plural: string = `${noun}s`): string {
	return `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`;
}
