/** A secret in every usual encoding: percent- and form-encoded, escaped for JSON and HTML, in hexadecimal and base64, also inside something longer. */
export function encodingsOf(secret: string): readonly string[] {
	const bytes = Buffer.from(secret);
	const longer = ['', 'a', 'ab', 'user:'].flatMap((before) => ['', 'z'].map((behind) => Buffer.from(before + secret + behind)));
	return [
		...charactersEncoded(secret),
		...[bytes.toString('hex'), bytes.toString('hex').toUpperCase()],
		...longer.flatMap((text) => [text.toString('base64'), text.toString('base64url')]),
	];
}

/**
 * What to look for to find a secret in any of these encodings. Written apart from the product's own list, which is what it is to check. Of base64 it is
 * the characters that belong to the secret alone: those at its edges share bits with what stands beside it.
 */
export function secretForms(secret: string): readonly string[] {
	const bytes = Buffer.from(secret);
	const hex = bytes.toString('hex');
	const base64 = [0, 1, 2].flatMap((before) => {
		const text = Buffer.concat([Buffer.alloc(before), bytes])
			.toString('base64')
			.replaceAll('=', '');
		const core = text.slice(before === 0 ? 0 : before + 1, -2);
		return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
	});
	return [...charactersEncoded(secret), hex, hex.toUpperCase(), ...base64];
}

/** Which of these secrets a text holds in some form: their names, and the forms. */
export function secretsIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
	return Object.entries(secrets).flatMap(([name, secret]) => {
		const form = secretForms(secret).find((each) => text.includes(each));
		return form === undefined ? [] : [`${name} as ${form}`];
	});
}

function charactersEncoded(secret: string): string[] {
	const percent = encodeURIComponent(secret);
	const everyByte = [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
	return [
		...[secret, percent, percent.replaceAll(/%../g, (triple) => triple.toLowerCase()), encodeURIComponent(percent), everyByte],
		...[new URLSearchParams({ s: secret }).toString().slice(2), JSON.stringify(secret).slice(1, -1)],
		...[secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
	];
}
