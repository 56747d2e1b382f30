import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { pino } from 'pino';
import type { FunctionRecord } from '../../../src/repository/function-record.ts';
import { isOffered, lastTransition } from '../../../src/repository/function-state.ts';
import { moved } from '../../../src/repository/lifecycle.ts';
import { recordId } from '../../../src/repository/record-keys.ts';
import { retirements, retireOverdue } from '../../../src/repository/standing/retire.ts';
import { createFunctionStore } from '../../../src/repository/store/function-store.ts';
import { openStorage } from '../../../src/storage/open.ts';
import { recordOf, store } from '../stored-functions.ts';

const NOW = Date.parse('2026-06-01T00:00:00.000Z');
const DAY = 24 * 60 * 60 * 1000;
const ago = (days: number) => new Date(NOW - days * DAY).toISOString();
const because = (cause: 'use' | 'drift' | 'verified' | 'restored' | 'import', days = 200, by?: string) => ({
	at: ago(days),
	cause,
	reason: 'the API changed',
	...(by !== undefined && { by }),
});
const fn = (name: string, rest: Partial<FunctionRecord> = {}): FunctionRecord => ({
	...recordOf('async function f(): Promise<void> {}'),
	name,
	...rest,
});
/** `+` a success, `-` a failure, the last one today. */
const used = (marks: string): Partial<FunctionRecord> => ({
	recent: [...marks].map((mark, n) => ({ run: `run ${n}`, at: ago(marks.length - 1 - n), succeeded: mark === '+' })),
	statistics: { succeeded: marks.split('+').length - 1, failed: marks.split('-').length - 1, lastUsedAt: ago(0) },
});
const succeeded = (times: number, lastUsed = 0) => ({ statistics: { succeeded: times, failed: 0, lastUsedAt: ago(lastUsed) } });
const retired = (records: readonly FunctionRecord[], cap = 100) =>
	retirements(records, { cap, now: NOW }).map(({ record, because: { cause } }) => `${record.name}: ${cause}`);

describe('what is offered no more', () => {
	test('is nothing of nothing, and nothing for lack of use while there is room', () => {
		assert.deepEqual(retired([]), []);
		const old = [fn('a', succeeded(1, 900)), moved(fn('b', succeeded(1, 900)), 'trusted', because('use', 900))];
		assert.deepEqual(retired(old, 2), []);
	});

	test('is what was quarantined for more than 30 days', () => {
		const quarantined = (days: number) => moved(fn('a'), 'quarantined', because('drift', days));
		assert.deepEqual(retired([quarantined(30)]), []);
		assert.deepEqual(retired([quarantined(30.1)]), ['a: outcome']);
		const [only] = retirements([quarantined(31)], { cap: 100, now: NOW });
		assert.equal(only?.because.reason, 'was quarantined for 30 days: the API changed');
		assert.deepEqual(retired([moved(quarantined(90), 'retired', because('drift'))]), []);
	});

	test('is what failed in most of at least five of its last uses', () => {
		for (const marks of ['', '----', '+-+-+-', '+++--', '-+-+']) assert.deepEqual(retired([fn('a', used(marks))]), [], marks);
		for (const marks of ['-+--+', '+-+--+--']) assert.deepEqual(retired([fn('a', used(marks))]), ['a: outcome'], marks);
	});

	test('is not what a person let back, for what led there', () => {
		const bad = fn('a', used('-+--+--'));
		const back = moved(moved(bad, 'retired', because('drift', 1)), 'candidate', because('restored', 0, 'U1'));
		assert.deepEqual(retired([back]), []);
		const again = { ...back, recent: [...back.recent, ...(used('-+--+').recent ?? []).map((use) => ({ ...use, at: ago(-1) }))] };
		assert.deepEqual(retired([again]), ['a: outcome']);
	});

	test('is, of too many, what has shown the least', () => {
		const records = [
			fn('unused', succeeded(1, 0)),
			fn('used', succeeded(5, 0)),
			fn('longAgo', succeeded(1, 50)),
			moved(fn('trusted', succeeded(1, 90)), 'trusted', because('use')),
			moved(fn('wanted', succeeded(0, 99)), 'trusted', { ...because('restored', 1, 'U1'), cause: 'promoted' }),
			moved(fn('imported', succeeded(0, 99)), 'trusted', because('import', 1, 'U1')),
		];
		assert.deepEqual(retired(records, 6), []);
		assert.deepEqual(retired(records, 4), ['longAgo: cap', 'unused: cap']);
		assert.deepEqual(retired(records, 1), ['longAgo: cap', 'unused: cap', 'used: cap', 'imported: cap', 'trusted: cap']);
	});

	test('is nothing that others use which stay, and they make no room that way', () => {
		const records = [
			fn('helper', succeeded(0)),
			fn('a', { ...succeeded(5), uses: [{ name: 'helper', version: 1 }] }),
			fn('b', succeeded(3)),
		];
		assert.deepEqual(retired(records, 2), ['b: cap']);
		assert.deepEqual(retired([...records, fn('helper', { ...succeeded(0), version: 2 })], 3), ['helper: cap']);
	});

	test('leaves as many as may be, whatever there is, and nothing twice', () => {
		const some = fc.record({
			state: fc.constantFrom('candidate', 'trusted', 'quarantined', 'retired'),
			days: fc.nat({ max: 60 }),
			uses: fc.array(fc.nat({ max: 9 }), { maxLength: 2 }),
			marks: fc.string({ unit: fc.constantFrom('+', '-'), maxLength: 8 }),
		});
		fc.assert(
			fc.property(fc.array(some, { maxLength: 12 }), fc.nat({ max: 12 }), (drawn, cap) => {
				const records = drawn.map(({ state, days, uses, marks }, n) =>
					moved(
						fn(`f${n}`, { ...used(marks), uses: uses.map((other) => ({ name: `f${other}`, version: 1 })) }),
						state as FunctionRecord['state'],
						because('drift', days),
					),
				);
				const all = retirements(records, { cap, now: NOW });
				const goneFor = (cause: string) => new Set(all.flatMap((each) => (each.because.cause === cause ? each.record : [])));
				const [overdue, surplus] = [goneFor('outcome'), goneFor('cap')];
				assert.equal(overdue.size + surplus.size, all.length);
				assert.ok([...overdue, ...surplus].every(({ state }) => state !== 'retired'));
				const offered = records.filter((record) => isOffered(record) && !overdue.has(record));
				const left = offered.filter((record) => !surplus.has(record));
				const needed = new Set(offered.flatMap(({ uses }) => uses.map(recordId)));
				assert.ok([...surplus].every((record) => offered.includes(record) && !needed.has(recordId(record))));
				assert.ok(left.length >= Math.min(cap, offered.length), 'more than had to go');
				assert.ok(left.length <= cap || left.every((record) => needed.has(recordId(record))), 'fewer than could go');
			}),
		);
	});
});

describe('retireOverdue', async () => {
	const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	after(() => storage.close());
	const functions = createFunctionStore(storage);

	test('retires what is overdue, says why, and leaves what has changed meanwhile', async () => {
		const source = (name: string) => `async function ${name}(): Promise<void> {}`;
		const workspaceId = 'slack:T1';
		await store(functions, source('worst'), { workspaceId, ...succeeded(1) });
		await store(functions, source('second'), { workspaceId, ...succeeded(2) });
		await store(functions, source('best'), { workspaceId, ...succeeded(3) });
		// What the list does not show yet: another process has just quarantined it.
		await createFunctionStore(storage).change(workspaceId, { name: 'worst', version: 1 }, (now) =>
			moved(now, 'quarantined', { at: new Date().toISOString(), cause: 'feedback', reason: 'disliked' }),
		);
		await retireOverdue(workspaceId, functions, 1);
		const standing = async (name: string) => {
			const record = await functions.get(workspaceId, name);
			return record && [record.state, lastTransition(record).cause];
		};
		assert.deepEqual(
			[await standing('worst'), await standing('second'), await standing('best')],
			[
				['quarantined', 'feedback'],
				['retired', 'cap'],
				['candidate', 'use'],
			],
		);
	});
});
