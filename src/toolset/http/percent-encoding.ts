/** Everything but RFC 3986's unreserved characters as percent-encoded UTF-8 (RFC 6570, simple expansion). Throws URIError on lone surrogates. */
export function encodeStrict(text: string): string {
	return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Reserved expansion (RFC 6570, section 3.2.3) as far as a query string can bear it: reserved characters and percent-encoded triples pass,
 * but not `#`, `[` and `]`, which a query cannot hold, nor `&` and `+`, with which a value would become another parameter or a space.
 */
export function encodeReserved(text: string): string {
	const parts = text.split(/(%[0-9A-Fa-f]{2}|[:/?@!$'()*,;=])/);
	return parts.map((part, index) => (index % 2 === 1 ? part : encodeStrict(part))).join('');
}

/** application/x-www-form-urlencoded: a space is `+`. */
export function encodeForm(text: string): string {
	return encodeStrict(text).replaceAll('%20', '+');
}
