import { z } from 'zod';

/** Parts between commas. */
export const list = z
	.string()
	.default('')
	.transform((text) =>
		text
			.split(',')
			.map((part) => part.trim())
			.filter((part) => part !== ''),
	);

/** A variable set to nothing counts as unset: `.env` files and compose files carry empty lines. */
export const optionalText = z
	.string()
	.optional()
	.transform((text) => (text?.trim() ? text.trim() : undefined));

export const wholeNumber = (fallback: number, least: number, most: number) =>
	z
		.string()
		.optional()
		.transform((text, context) => {
			if (!text?.trim()) return fallback;
			const number = Number(text);
			if (Number.isInteger(number) && number >= least && number <= most) return number;
			context.addIssue({ code: 'custom', message: `must be a whole number from ${least} to ${most}` });
			return z.NEVER;
		});

/** A message never repeats what was set: it may be a secret in the wrong variable. */
export const token = (prefix: string, what: string) =>
	optionalText.refine((text) => text === undefined || text.startsWith(prefix), `must be ${what}, which starts with ${prefix}`);

export function isHttpUrl(text: string): boolean {
	return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
