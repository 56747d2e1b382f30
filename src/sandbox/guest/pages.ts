import { createRegistry, freeze, isObject, parse } from './primordials.ts';

/** A response, as the program got it -> JSON text of the arguments for the page after it. */
const pages = createRegistry<string>();

/** Remembers the arguments for the page after a response. Texts and numbers are no pages: they have no identity. */
export function rememberNextPage(response: unknown, argumentsJson: string): void {
	if (argumentsJson !== '' && isObject(response)) pages.set(response, argumentsJson);
}

/**
 * The global `nextPage`: the complete arguments of the same tool for the page after `response`, new ones every time; undefined after the last page, and
 * for anything else than what a tool gave (a copy of it, too).
 */
export const nextPage: (response: unknown) => unknown = freeze((response: unknown) => {
	const json = isObject(response) ? pages.get(response) : undefined;
	return json === undefined ? undefined : parse(json);
});
