import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readConfig } from '../../src/config.ts';

const refusal = (environment: Record<string, string>): string => {
	try {
		readConfig(environment);
	} catch (error) {
		return (error as Error).message;
	}
	return '';
};

describe('prices of models', () => {
	test('what is no entry is named by its place and by what is expected, and not repeated', () => {
		for (const wrong of ['0.15/0.60', '=1/2', 'x=1', 'x=1/', 'x=/2', 'x=1/-2', 'x=a/b', 'x=1e3/2', 'x=1,2', 'x 1/2', 'x=0x1/2']) {
			const message = refusal({ MODEL_PRICES: `gpt-4o-mini=0.15/0.60, ${wrong}` });
			assert.match(
				message,
				/\n {2}MODEL_PRICES must be <model>=<input>\/<output> in US dollars .* for example gpt-4o-mini=0\.15\/0\.60: entry 2 is not/,
			);
		}
		assert.match(refusal({ MODEL_PRICES: 'sk-secret,,b=1' }), /entry 1 is not\n.*entry 3 is not/);
		assert.doesNotMatch(refusal({ MODEL_PRICES: 'sk-secret,,b=1' }), /secret/);
		assert.match(refusal({ MODEL_PRICES: 'a=1/2,b=1/2,a=3/4' }), /must name each model once: entry 3 names one again/);
	});

	test('are read by model', () => {
		const prices = (text: string) => [...readConfig({ MODEL_PRICES: text }).prices];
		assert.deepEqual(prices(''), []);
		assert.deepEqual(prices(' gpt-4o-mini = 0.15 / 0.60 , qwen3-coder=0/0,'), [
			['gpt-4o-mini', { input: 0.15, output: 0.6 }],
			['qwen3-coder', { input: 0, output: 0 }],
		]);
		assert.deepEqual(prices('org/model:8b@a=b=2/10'), [['org/model:8b@a=b', { input: 2, output: 10 }]]);
	});

	test('the settings of one price for all are refused with the line to write instead', () => {
		const both = { MODEL_PRICE_INPUT: '0.15', MODEL_PRICE_OUTPUT: '0.60' };
		assert.match(
			refusal(both),
			/\n {2}MODEL_PRICE_INPUT and MODEL_PRICE_OUTPUT must be removed, .*write this line instead: MODEL_PRICES=gpt-4o-mini=0\.15\/0\.6$/,
		);
		assert.match(refusal({ MODEL: 'qwen', MODEL_PRICE_OUTPUT: '2' }), /MODEL_PRICE_OUTPUT must be.*: MODEL_PRICES=qwen=0\/2$/);
		assert.match(refusal({ MODEL_PRICE_INPUT: 'sk-secret' }), /MODEL_PRICE_INPUT must be.*: MODEL_PRICES=gpt-4o-mini=<input>\/0$/);
		assert.match(
			refusal({ ...both, MODEL_PRICES: 'x=1/2', PORT: 'x' }),
			/PORT must be.*\n.*must be removed.*; MODEL_PRICES is set already$/s,
		);
		assert.equal(refusal({ MODEL_PRICE_INPUT: ' ', MODEL_PRICE_OUTPUT: '' }), '');
	});
});
