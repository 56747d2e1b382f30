import type { ModelTokens } from '../src/runs/usage.ts';
import type { Price } from '../src/settings/prices.ts';
import type { Settings } from './command.ts';

type Priced = Pick<Settings, 'prices' | 'model'>;

/** Whether costs are shown at all. */
export function showsCosts({ prices }: Priced): boolean {
	return prices.size > 0;
}

/**
 * What tokens cost: `$0.1620`, with two digits of cents, because a question costs less than one; `?` in place of what was used with models that have no
 * price. What was used before models were recorded counts as used with the model that is configured.
 */
export function costOf(models: readonly ModelTokens[], settings: Priced): string {
	let dollars = 0;
	let known = models.length === 0;
	for (const used of models) {
		const price = priceOf(used, settings);
		if (!price) continue;
		known = true;
		dollars += (used.promptTokens * price.input + used.completionTokens * price.output) / 1e6;
	}
	const parts = [...(known ? [`$${dollars.toFixed(4)}`] : []), ...(unpricedAmong(models, settings).length > 0 ? ['?'] : [])];
	return parts.join(' + ');
}

/** The models among them that have no price. */
export function unpricedAmong(models: readonly ModelTokens[], settings: Priced): readonly string[] {
	const unpriced = models.filter((used) => priceOf(used, settings) === undefined);
	return [...new Set(unpriced.map(({ model = settings.model }) => model))];
}

function priceOf({ model }: ModelTokens, settings: Priced): Price | undefined {
	return settings.prices.get(model ?? settings.model);
}
