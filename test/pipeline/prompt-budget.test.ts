import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { declareWithin, fittingLines } from '../../src/pipeline/prompt-budget.ts';

describe('fittingLines', () => {
	test('none of none, and the first whatever it costs', () => {
		assert.deepEqual(fittingLines([], 100), []);
		assert.equal(fittingLines(['x'.repeat(10_000), 'y'], 1)[0]?.length, 300);
		assert.equal(fittingLines(['x'.repeat(10_000), 'y'], 1).length, 1);
	});

	test('the first that fit, in their order', () => {
		assert.deepEqual(fittingLines(['one two', 'three four', 'five six'], 8), ['one two', 'three four']);
	});

	test('languages without spaces are counted as what they cost', () => {
		const line = '查找一个客户的所有发票并返回它们的状态。'.repeat(4);
		assert.equal(fittingLines([line, line, line, line], 200).length, 2);
	});
});

describe('declareWithin', () => {
	const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ');
	const declare = (size: number, maxTokens?: number) => words(Math.min(size, maxTokens ?? size));
	const sizes = (texts: readonly string[]) => texts.map((text) => text.split(' ').length);

	test('what fits stays as it is', () => {
		assert.deepEqual(declareWithin([], 100, declare), []);
		assert.deepEqual(sizes(declareWithin([10, 20], 100, declare)), [10, 20]);
	});

	test('the small ones stay, the large ones share the rest', () => {
		const [small = 0, ...large] = sizes(declareWithin([10, 500, 500], 400, declare));
		assert.equal(small, 10);
		assert.equal(large.length, 2);
		assert.ok(large[0] === large[1] && large.every((size) => size > 80 && size <= 195));
	});

	test('too many are cut from the end', () => {
		const texts = declareWithin(
			Array.from({ length: 1000 }, (_, at) => at),
			300,
			(at) => `tool${at}`,
		);
		assert.equal(texts.length, 10);
		assert.equal(texts[0], 'tool0');
	});
});
