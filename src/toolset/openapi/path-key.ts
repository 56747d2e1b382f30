/**
 * The path behind a key of `paths`: with the slash that some documents leave out, without the fragment by which AWS and Azure tell operations of one path
 * apart. Fixed parameters and placeholders behind a question mark stay.
 */
export function pathOfKey(key: string): string {
	return `${key.startsWith('/') ? '' : '/'}${key.replace(/#.*$/s, '')}`;
}

/** Of a path like `/search?q={term}`: `term` -> `q`, the query parameter that it fills. */
export function queryPlaceholders(path: string): ReadonlyMap<string, string> {
	const pairs = path.replace(/^[^?]*\??/, '').matchAll(/([^&=]+)=\{([^{}]+)\}/g);
	return new Map([...pairs].map(([, key = '', name = '']) => [name, key]));
}

/** What is fixed behind the question mark stays; placeholders go, since they are parameters. */
export function withoutQueryPlaceholders(path: string): string {
	const [template = '', ...rest] = path.split('?');
	const fixed = rest
		.join('?')
		.split('&')
		.filter((pair) => pair !== '' && !/\{[^{}]*\}/.test(pair));
	return fixed.length === 0 ? template : `${template}?${fixed.join('&')}`;
}
