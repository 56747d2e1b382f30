import { optionalText } from './kinds.ts';

/** US dollars for a million tokens. */
export interface Price {
	readonly input: number;
	readonly output: number;
}

/** By the name of the model, as MODEL has it. */
export type Prices = ReadonlyMap<string, Price>;

const EXAMPLE = 'gpt-4o-mini=0.15/0.60';
/** The last `=` divides: names of models may hold one, prices cannot. */
const ENTRY = /^(?<model>.+)=\s*(?<input>\d+(?:\.\d+)?)\s*\/\s*(?<output>\d+(?:\.\d+)?)$/;

/** `<model>=<input>/<output>`, separated by commas. What is wrong is named by its place among them, and not repeated. */
export const modelPrices = optionalText.transform((text, context): Prices => {
	const prices = new Map<string, Price>();
	for (const [at, part] of (text ?? '').split(',').entries()) {
		const entry = part.trim();
		if (entry === '') continue;
		const { model = '', input, output } = ENTRY.exec(entry)?.groups ?? {};
		const name = model.trim();
		if (name === '') {
			const message = `must be <model>=<input>/<output> in US dollars for a million tokens, separated by commas, for example ${EXAMPLE}: entry ${at + 1} is not`;
			context.addIssue({ code: 'custom', message });
		} else if (prices.has(name)) {
			context.addIssue({ code: 'custom', message: `must name each model once: entry ${at + 1} names one again` });
		}
		prices.set(name, { input: Number(input), output: Number(output) });
	}
	return prices;
});

const FORMER = ['MODEL_PRICE_INPUT', 'MODEL_PRICE_OUTPUT'] as const;

/** What is wrong with an environment that still has the settings of one price for all models, with the line to write instead. */
export function formerPrices(environment: Readonly<Record<string, string | undefined>>, model: string): readonly string[] {
	const set = FORMER.filter((name) => environment[name]?.trim());
	if (set.length === 0) return [];
	const [input, output] = FORMER.map((name) => former(environment[name]));
	const line = `MODEL_PRICES=${model}=${input ?? '<input>'}/${output ?? '<output>'}`;
	const instead = environment.MODEL_PRICES?.trim() ? 'MODEL_PRICES is set already' : `write this line instead: ${line}`;
	return [`${set.join(' and ')} must be removed, since each model has its price; ${instead}`];
}

/** Half a price counted the other half as nothing. Undefined for what is no number: it is not repeated. */
function former(text: string | undefined): number | undefined {
	if (!text?.trim()) return 0;
	const number = Number(text);
	return Number.isFinite(number) && number >= 0 ? number : undefined;
}
