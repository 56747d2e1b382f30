/**
 * A secret as it may turn up in a text: plain, percent- and form-encoded, escaped for JSON and HTML, in hexadecimal and base64, also inside something longer.
 * Written apart from the product's own list, which is what it is to check.
 */
export function secretForms(secret: string): readonly string[] {
	const bytes = Buffer.from(secret);
	const percent = encodeURIComponent(secret);
	const everyByte = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
	const html = secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
	return [
		...[secret, percent, percent.toLowerCase(), new URLSearchParams({ s: secret }).toString().slice(2), everyByte],
		...[JSON.stringify(secret).slice(1, -1), html, bytes.toString('hex'), bytes.toString('hex').toUpperCase()],
		// The bytes around it take part in its first and last characters.
		...[0, 1, 2].flatMap((before) => {
			const text = Buffer.concat([Buffer.alloc(before), bytes])
				.toString('base64')
				.replaceAll('=', '');
			const core = text.slice(before === 0 ? 0 : before + 1, -2);
			return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
		}),
	];
}

/** Which of these secrets a text holds in some form; the names of those. */
export function secretsIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
	return Object.entries(secrets).flatMap(([name, secret]) => {
		const form = secretForms(secret).find((each) => text.includes(each));
		return form === undefined ? [] : [`${name} as ${form}`];
	});
}
