import { z } from 'zod';
import type { JsonValue } from '../../../src/json.ts';

const rowSchema = z.object({
	method: z.string(),
	/** Of the document, `null` for an address that it does not describe. */
	template: z.string().nullable(),
	status: z.number(),
	/** Templates of the operations that TMDB's `append_to_response` answered along with the call. */
	appended: z.array(z.string()).default([]),
});

/** A request as the simulators of RestBench write it down. */
export type RequestRow = z.infer<typeof rowSchema>;

/** The rows of a session's log. Throws an Error when they are not of a RestBench simulator. */
export function requestRows(log: readonly JsonValue[]): readonly RequestRow[] {
	const read = z.array(rowSchema).safeParse(log);
	if (!read.success) throw new Error(`the log is none of a RestBench simulator: ${z.prettifyError(read.error)}`);
	return read.data;
}

/**
 * `GET /3/tv/{series_id}/credits` as `GET /tv/{}/credits`, with the known slips of RestBench's gold paths put right. What is in this form stays as
 * it is.
 */
export function normalisePath(step: string): string {
	const [method = '', address = ''] = step.trim().split(/\s+(.*)/s);
	const path = address
		.trim()
		.replace(/\/+$/, '')
		.replace(/^\/3(?=\/)/, '')
		.replace(/\{\w*\}/g, '{}')
		.replaceAll('/trending/all/', '/trending/{}/');
	return `${method.toUpperCase()} ${path === '/track/{}' ? '/tracks/{}' : path}`;
}

/** The operations that answered with a 2xx status, in their order; those that were appended to one follow it. */
export function calledPaths(rows: readonly RequestRow[]): readonly string[] {
	return rows.flatMap(({ method, template, status, appended }) => {
		if (template === null || status < 200 || status >= 300) return [];
		return [`${method} ${template}`, ...appended.map((other) => `GET ${other}`)].map(normalisePath);
	});
}

/** RestGPT's correct path (arXiv 2306.06624, section 4.1): whether the gold path is among the calls in its order, with others between them or not. */
export function isSubsequence(gold: readonly string[], called: readonly string[]): boolean {
	const rest = called.values();
	return gold.every((step) => rest.some((call) => call === step));
}

/** The same in any order: every step of the gold path has a call of its own. */
export function isCovered(gold: readonly string[], called: readonly string[]): boolean {
	const rest = [...called];
	return gold.every((step) => {
		const at = rest.indexOf(step);
		if (at >= 0) rest.splice(at, 1);
		return at >= 0;
	});
}
