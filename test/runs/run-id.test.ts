import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRunIds, invertRunId, runIdBound, timeOf } from '../../src/runs/run-id.ts';

describe('run ids', () => {
	it('have 26 characters that can be read out', () => {
		assert.match(createRunIds()(), /^[0-9A-HJKMNP-TV-Z]{26}$/);
	});

	it('ascend within a millisecond and when the clock is set back', () => {
		let now = 1_700_000_000_000;
		const next = createRunIds(() => now);
		const ids = Array.from({ length: 500 }, (_, n) => {
			if (n === 200) now += 1;
			if (n === 300) now -= 5000;
			return next();
		});
		assert.deepEqual(ids, ids.toSorted());
		assert.equal(new Set(ids).size, 500);
	});

	it('order by time across sources', () => {
		assert.ok(createRunIds(() => 1000)() < createRunIds(() => 1001)());
		assert.ok(createRunIds(() => 2 ** 40)() < createRunIds(() => 2 ** 41)());
		assert.equal(createRunIds(() => 1_469_918_176_385)().slice(0, 10), '01ARYZ6S41', 'the example of the specification');
	});

	it('of different sources differ in the same millisecond', () => {
		assert.notEqual(createRunIds(() => 1)(), createRunIds(() => 1)());
	});

	it('turn round, so that the newest comes first', () => {
		let now = 0;
		const next = createRunIds(() => now++);
		const ids = Array.from({ length: 100 }, next);
		assert.deepEqual(ids.map(invertRunId).toSorted().map(invertRunId), ids.toReversed());
	});

	it('say when they were made', () => {
		for (const time of [0, 1_469_918_176_385, 2 ** 48 - 1]) assert.equal(timeOf(createRunIds(() => time)()), time);
		for (const none of ['', 'run-1', '01ARYZ6S4', 'OLIU000000AAAAAAAAAAAAAAAA']) assert.ok(Number.isNaN(timeOf(none)), none);
	});

	it('of a time are told from those before it by a bound', () => {
		const time = 1_469_918_176_385;
		assert.ok(createRunIds(() => time - 1)() < runIdBound(time));
		assert.ok(createRunIds(() => time)() >= runIdBound(time));
	});
});
