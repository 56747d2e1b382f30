import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { backoffMs, inWords, RETRIES, retryAfterMs } from '../../src/model/retry.ts';

describe('retryAfterMs', () => {
	const now = Date.parse('Wed, 01 Jan 2020 00:00:00 GMT');
	const cases: [headers: Record<string, string>, ms: number | undefined][] = [
		[{}, undefined],
		[{ 'retry-after': '' }, undefined],
		[{ 'retry-after': 'soon' }, undefined],
		[{ 'retry-after': '-5' }, undefined],
		[{ 'retry-after': '7' }, 7000],
		[{ 'retry-after': '0.5' }, 500],
		[{ 'retry-after': '7', 'retry-after-ms': '120' }, 120],
		[{ 'retry-after': '7', 'retry-after-ms': 'x' }, 7000],
		[{ 'retry-after': 'Wed, 01 Jan 2020 00:00:09 GMT' }, 9000],
		[{ 'retry-after': 'Tue, 31 Dec 2019 23:00:00 GMT' }, 0],
		[{ 'retry-after': 'Wed, 01 Jan 2020 00:00:09 GMT', date: 'Wed, 01 Jan 2020 00:00:05 GMT' }, 4000],
		[{ 'retry-after': 'Wed, 01 Jan 2020 00:00:09 GMT', date: 'today' }, 9000],
	];
	for (const [headers, ms] of cases) {
		it(`reads ${JSON.stringify(headers)}`, () => assert.equal(retryAfterMs(new Headers(headers), now), ms));
	}

	it('reads nothing from nothing', () => assert.equal(retryAfterMs(undefined), undefined));
});

describe('backoffMs', () => {
	it('doubles, half of it at random, up to the longest wait', () => {
		for (const [attempt, full] of [
			[1, 500],
			[2, 1000],
			[3, 2000],
			[20, 20_000],
		] as const) {
			const waits = Array.from({ length: 50 }, () => backoffMs(attempt, RETRIES));
			assert.ok(waits.every((wait) => wait >= full / 2 && wait <= full));
			assert.ok(new Set(waits).size > 1);
		}
	});
});

describe('inWords', () => {
	for (const [ms, words] of [
		[0, '1 second'],
		[1001, '2 seconds'],
		[89_000, '89 seconds'],
		[90_000, '2 minutes'],
		[3_600_000, '60 minutes'],
		[7_200_001, '3 hours'],
	] as const) {
		it(`says ${words}`, () => assert.equal(inWords(ms), words));
	}
});
