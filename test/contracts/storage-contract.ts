import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../src/errors.ts';
import type { Storage } from '../../src/storage/storage.ts';

/** A store that several connections can be opened to, each as another process would. */
export interface StoreUnderTest {
	/** What `openStorage` opens it with. */
	readonly url: string;
	readonly connect: () => Promise<Storage>;
	readonly dispose: () => Promise<void>;
}

export function isStorageError(error: unknown): boolean {
	return error instanceof UserError && error.code === 'storage' && error.userMessage.length > 20;
}

export async function collect<T>(entries: AsyncIterable<readonly [string, T]>): Promise<[string, T][]> {
	return Array.fromAsync(entries, ([key, value]) => [key, value]);
}

/** What every store must do. `prepare` starts an empty one. */
export function testStorageContract(name: string, prepare: () => Promise<StoreUnderTest>): void {
	describe(`${name} as storage`, () => {
		let store: StoreUnderTest;
		let storage: Storage;
		const connections: Storage[] = [];
		let namespaces = 0;
		const connect = async () => {
			const connection = await store.connect();
			connections.push(connection);
			return connection;
		};
		const fresh = <T extends object>() => storage.records<T>(`namespace-${namespaces++}`);

		before(async () => {
			store = await prepare();
			storage = await connect();
		});
		after(async () => {
			await Promise.all(connections.map((connection) => connection.close()));
			await store.dispose();
		});

		it('tells an absent record from every stored value', async () => {
			const records = storage.records<null | false | 0 | '' | []>('falsy');
			assert.equal(await records.get('absent'), undefined);
			assert.equal(await records.delete('absent'), false);
			for (const value of [null, false, 0, '', []] as const) {
				await records.put('key', value as never);
				assert.deepEqual(await records.get('key'), value);
			}
			assert.equal(await records.delete('key'), true);
			assert.equal(await records.get('key'), undefined);
			assert.deepEqual(await collect(records.entries()), []);
		});

		it('refuses what is not JSON instead of changing it', async () => {
			const records = fresh<{ value: unknown }>();
			const cycle: { value: unknown } = { value: 1 };
			cycle.value = cycle;
			await assert.rejects(records.put('bigint', { value: 1n }), isStorageError);
			await assert.rejects(records.put('cycle', cycle), isStorageError);
			assert.deepEqual(await collect(records.entries()), []);
		});

		it('gives values back as they were, in the order of their properties', async () => {
			const records = fresh();
			const value = JSON.parse(
				'{"z":1,"a":[null,true,"\\u0000\\ud800 :base64:AA== :bigint:1 ::x"],"__proto__":{"x":1},"ns:b":{"ä😀":1e-7}}',
			);
			await records.put('value', value);
			assert.equal(JSON.stringify(await records.get('value')), JSON.stringify(value));
			const large = { text: 'é'.repeat(2_000_000) };
			await records.put('large', large);
			assert.deepEqual(await records.get('large'), large);
		});

		it('keeps keys of any characters apart, within and between namespaces', async () => {
			const keys = [
				'',
				' ',
				':',
				'a',
				'A',
				'ns',
				'ns:',
				'ns:a',
				'ns:ns:a',
				'a/b',
				'a%2Fb',
				'*',
				'[a]',
				"'; DROP TABLE keyv; --",
				'\u0000',
				'a\u0000b',
				'a\nb',
				'ä',
				'a\u0308',
				'😀',
				'x'.repeat(2000),
				'__proto__',
			];
			const spaces = ['ns', 'ns:', 'n', 'ns:a', 'NS', 'keyv', '@claims', 'a b', '__proto__'];
			for (const space of spaces) {
				for (const key of keys) await storage.records(space).put(key, { space, key });
			}
			for (const space of spaces) {
				const records = storage.records<{ space: string; key: string }>(space);
				for (const key of keys) assert.deepEqual(await records.get(key), { space, key });
				const entries = await collect(records.entries());
				assert.deepEqual(new Map(entries), new Map(keys.map((key) => [key, { space, key }])));
				assert.equal(await records.delete('ns:a'), true);
				assert.equal(await records.delete('ns:a'), false);
				assert.deepEqual(await records.get('a'), { space, key: 'a' });
			}
			await assert.rejects(storage.records('ns').put('\ud800', {}), isStorageError);
		});

		it('lists records by prefix in the order of their keys, over many pages', async () => {
			const records = fresh<{ n: number }>();
			const numbers = Array.from({ length: 1203 }, (_, n) => n);
			await Promise.all(numbers.map((n) => records.put(`b/${String(n).padStart(5, '0')}`, { n })));
			await Promise.all(['a/1', 'b', 'b.', 'b0', 'c', 'é'].map((key) => records.put(key, { n: -1 })));
			assert.deepEqual(
				(await collect(records.entries('b/'))).map(([, { n }]) => n),
				numbers,
			);
			assert.deepEqual(
				(await collect(records.entries('b/0100'))).map(([, { n }]) => n),
				[1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009],
			);
			assert.equal((await collect(records.entries())).length, numbers.length + 6);
			assert.deepEqual(
				await Array.fromAsync(records.keys('b/')),
				(await collect(records.entries('b/'))).map(([key]) => key),
				'keys alone',
			);
			assert.deepEqual(await collect(records.entries('nothing')), []);
			for await (const [key] of records.entries()) {
				assert.equal(key, 'a/1');
				break;
			}
		});

		it('lists what follows a key, within the prefix', async () => {
			const records = fresh<{ key: string }>();
			const log = Array.from({ length: 250 }, (_, n) => `log/${String(n).padStart(4, '0')}`);
			await Promise.all([...log, '', 'log', 'log.', 'log0', 'other', '😀'].map((key) => records.put(key, { key })));
			const keysOf = async (prefix?: string, after?: string) => {
				const found = (await collect(records.entries(prefix, after))).map(([key]) => key);
				assert.deepEqual(await Array.fromAsync(records.keys(prefix, after)), found, 'keys alone');
				return found;
			};
			assert.deepEqual(await keysOf('log/', 'log/0002'), log.slice(3));
			assert.deepEqual(await keysOf('log/', 'log/0002a'), log.slice(3));
			assert.deepEqual(await keysOf('log/', 'log/0248'), ['log/0249']);
			assert.deepEqual(await keysOf('log/', 'log/0249'), []);
			for (const before of ['', 'a', 'log', 'log.', 'log/']) assert.deepEqual(await keysOf('log/', before), log, before);
			for (const beyond of ['log0', 'other', '\u{10ffff}']) assert.deepEqual(await keysOf('log/', beyond), [], beyond);
			assert.deepEqual(await keysOf('', 'log/0249'), ['log0', 'other', '😀']);
			assert.deepEqual(await keysOf('', '😀'), []);
			assert.deepEqual((await keysOf(undefined, '')).slice(0, 2), ['log', 'log.']);
			await assert.rejects(keysOf('log/', '\ud800'), isStorageError);
		});

		it('orders keys by their UTF-8 bytes and ends a prefix of any characters where it ends', async () => {
			const records = fresh<{ key: string }>();
			const ordered = [
				'',
				'\u0000',
				'a',
				'a\u0000',
				'a\ud7ff',
				'a\ue000',
				'a\uffff',
				'a😀',
				'a\u{10ffff}',
				'a\u{10ffff}a',
				'b',
				'\u{10ffff}',
			];
			await Promise.all(ordered.map((key) => records.put(key, { key })));
			for (const [place, prefix] of ordered.entries()) {
				const listed = await collect(records.entries(prefix, ordered[place - 1]));
				assert.deepEqual(
					listed.map(([key]) => key),
					ordered.filter((key) => key.startsWith(prefix)),
					JSON.stringify(prefix),
				);
				const keys = await Array.fromAsync(records.keys(prefix, ordered[place - 1]));
				assert.deepEqual(
					keys,
					ordered.filter((key) => key.startsWith(prefix)),
				);
			}
			for (const [place, after] of ordered.entries()) {
				const listed = await collect(records.entries('', after));
				assert.deepEqual(
					listed.map(([key]) => key),
					ordered.slice(place + 1),
					JSON.stringify(after),
				);
			}
		});

		it('gets many records in the order of the keys', async () => {
			const records = fresh<{ n: number }>();
			assert.deepEqual(await records.getMany([]), []);
			assert.deepEqual(await records.getMany(['absent']), [undefined]);
			await Promise.all([1, 2, 3].map((n) => records.put(`${n}`, { n })));
			await records.put('', { n: 0 });
			assert.deepEqual(await records.getMany(['3', 'absent', '', '1', '3']), [{ n: 3 }, undefined, { n: 0 }, { n: 1 }, { n: 3 }]);
			const falsy = storage.records<null | false | 0 | ''>('many-falsy');
			await falsy.put('null', null as never);
			await falsy.put('zero', 0 as never);
			assert.deepEqual(await falsy.getMany(['zero', 'null']), [0, null]);
			await assert.rejects(records.getMany(['1', '\ud800']), isStorageError);
		});

		it('goes on listing while records are deleted and written', async () => {
			const records = fresh<{ n: number }>();
			const numbers = Array.from({ length: 1100 }, (_, n) => n);
			await Promise.all(numbers.map((n) => records.put(String(n).padStart(4, '0'), { n })));
			const seen: number[] = [];
			for await (const [key, { n }] of records.entries()) {
				if (n < 0) continue;
				seen.push(n);
				await records.delete(key);
				await records.put(`later-${key}`, { n: -1 });
			}
			assert.deepEqual(seen, numbers);
		});

		it('loses none of many writes at once, from several connections', async () => {
			const other = await connect();
			const name = `namespace-${namespaces++}`;
			const writers = [storage.records(name), other.records(name)];
			await Promise.all(Array.from({ length: 400 }, (_, n) => writers[n % 2]?.put(`record-${n}`, { n })));
			assert.equal((await collect(storage.records(name).entries())).length, 400);
		});

		it('lets the last of several writes to one key win', async () => {
			const records = fresh<{ n: number }>();
			await Promise.all(Array.from({ length: 50 }, (_, n) => records.put('key', { n })));
			assert.deepEqual(await records.get('key'), { n: 49 });
		});

		it('writes nothing when a change throws, makes nothing, or makes what is not JSON', async () => {
			const records = fresh<{ n: unknown }>();
			const thrown = new Error('the caller broke off');
			const breakOff = () => {
				throw thrown;
			};
			for (const value of [undefined, { n: 1 }]) {
				if (value) await records.put('key', value);
				await assert.rejects(records.change('key', breakOff), (error) => error === thrown);
				assert.deepEqual(await records.change('key', () => undefined), value);
				await assert.rejects(
					records.change('key', () => ({ n: 1n })),
					isStorageError,
				);
				assert.deepEqual(await records.get('key'), value);
			}
			await assert.rejects(
				records.change('\ud800', () => ({ n: 2 })),
				isStorageError,
			);
			assert.deepEqual(await collect(records.entries()), [['key', { n: 1 }]]);
		});

		it('changes a record that is then like any other', async () => {
			const other = await connect();
			const name = `namespace-${namespaces++}`;
			const [here, there] = [storage.records<{ text: string; n: number }>(name), other.records<{ text: string; n: number }>(name)];
			const text = 'ä😀\u0000\ud800"\\ '.repeat(50_000);
			assert.deepEqual(await here.change('a/key', (value) => (value ? undefined : { text, n: 1 })), { text, n: 1 });
			assert.deepEqual(await there.get('a/key'), { text, n: 1 });
			assert.deepEqual(await collect(there.entries('a/')), [['a/key', { text, n: 1 }]]);
			await there.put('a/key', { text, n: 2 });
			assert.deepEqual(await here.change('a/key', (value) => value && { ...value, n: value.n + 1 }), { text, n: 3 });
			assert.deepEqual(await there.getMany(['a/key']), [{ text, n: 3 }]);
			assert.deepEqual(await collect(there.entries('a/')), [['a/key', { text, n: 3 }]]);
			assert.equal(await there.delete('a/key'), true);
			assert.equal(await here.change('a/key', (value) => value && { ...value, n: 4 }), undefined);
			assert.deepEqual(await collect(here.entries()), []);
		});

		it('loses none of many changes to one record, from several connections', async () => {
			const name = `namespace-${namespaces++}`;
			const counters = [storage, await connect(), await connect()].map((each) => each.records<{ n: number }>(name));
			const results = await Promise.all(
				Array.from({ length: 60 }, (_, turn) => counters[turn % 3]?.change('key', (value) => ({ n: (value?.n ?? 0) + 1 }))),
			);
			assert.deepEqual(await counters[0]?.get('key'), { n: 60 });
			assert.equal(new Set(results.map((value) => value?.n)).size, 60);
		});

		it('has what both made when two create one record', async () => {
			const name = `namespace-${namespaces++}`;
			const [here, there] = [storage, await connect()].map((each) => each.records<Record<string, number>>(name));
			for (let turn = 0; turn < 20; turn++) {
				const made = await Promise.all([
					here?.change(`${turn}`, (value) => ({ ...value, here: turn })),
					there?.change(`${turn}`, (value) => ({ ...value, there: turn })),
				]);
				assert.deepEqual({ ...(await here?.get(`${turn}`)) }, { here: turn, there: turn });
				assert.deepEqual(made.map((value) => Object.keys(value ?? {}).length).sort(), [1, 2]);
			}
		});

		it('does not bring a record back that was deleted during a change', async () => {
			const name = `namespace-${namespaces++}`;
			const [here, there] = [storage, await connect()].map((each) => each.records<{ n: number }>(name));
			for (let turn = 0; turn < 20; turn++) {
				await here?.put('key', { n: 100 });
				const [, deleted] = await Promise.all([here?.change('key', (value) => ({ n: (value?.n ?? 0) + 1 })), there?.delete('key')]);
				assert.equal(deleted, true);
				const left = await here?.get('key');
				assert.ok(left === undefined || left.n === 1, JSON.stringify(left));
			}
		});

		it('loses none of many changes to one record, from eight processes', async () => {
			const script = path.join(import.meta.dirname, '..', 'storage', 'counting-process.ts');
			const children = Array.from({ length: 8 }, () =>
				spawn(process.execPath, [script, store.url, '100'], { stdio: ['pipe', 'pipe', 'inherit'] }),
			);
			const exits = children.map((child) => once(child, 'exit'));
			await Promise.all(children.map((child) => once(child.stdout, 'data')));
			for (const child of children) child.stdin.end();
			assert.deepEqual(await Promise.all(exits), Array(8).fill([0, null]));
			assert.deepEqual(await storage.records('counts').get('key'), { n: 800 });
		});

		it('gives a claim to one of many', async () => {
			const other = await connect();
			const owners = Array.from({ length: 20 }, (_, n) => `owner-${n}`);
			const taken = await Promise.all(owners.map((owner, n) => (n % 2 ? storage : other).claim('contested', owner, 60_000)));
			assert.equal(taken.filter(Boolean).length, 1);
			assert.equal(await storage.holder('contested'), owners[taken.indexOf(true)]);
		});

		it('lets the owner alone prolong or release a claim', async () => {
			assert.equal(await storage.holder('k'), undefined);
			assert.equal(await storage.claim('k', 'me', 60_000), true);
			assert.equal(await storage.claim('k', 'me', 60_000), true);
			assert.equal(await storage.claim('k', 'you', 60_000), false);
			await storage.release('k', 'you');
			assert.equal(await storage.holder('k'), 'me');
			await storage.release('k', 'me');
			assert.equal(await storage.holder('k'), undefined);
			assert.equal(await storage.claim('k', 'you', 60_000), true);
		});

		it('lets a claim lapse, unless it is prolonged', async () => {
			assert.equal(await storage.claim('short', 'me', 40), true);
			assert.equal(await storage.claim('prolonged', 'me', 40), true);
			assert.equal(await storage.claim('prolonged', 'me', 60_000), true);
			await delay(80);
			assert.equal(await storage.holder('short'), undefined);
			assert.equal(await storage.claim('short', 'you', 60_000), true);
			assert.equal(await storage.claim('short', 'me', 60_000), false);
			assert.equal(await storage.claim('prolonged', 'you', 60_000), false);
		});

		it('finishes what was asked for before it closes, and refuses everything after', async () => {
			const closing = await connect();
			const name = `namespace-${namespaces++}`;
			const records = closing.records(name);
			await records.put('before', {});
			const writes = Array.from({ length: 20 }, (_, n) => records.put(String(n), { n }));
			await Promise.all([...writes, closing.close()]);
			await closing.close();
			assert.equal((await collect(storage.records(name).entries())).length, 21);
			const late: (() => Promise<unknown>)[] = [
				() => records.get('before'),
				() => records.put('late', {}),
				() => records.delete('before'),
				() => records.getMany(['before']),
				() => records.change('before', () => ({})),
				() => collect(records.entries()),
				() => Array.fromAsync(records.keys()),
				() => closing.records('unused').get('x'),
				() => closing.claim('k2', 'me', 1000),
				() => closing.holder('k2'),
				() => closing.release('k2', 'me'),
			];
			for (const operation of late) await assert.rejects(operation, isStorageError);
		});

		it('keeps records when the connection is opened again', async () => {
			const first = await connect();
			await first.records('kept').put('key', { n: 1 });
			await first.close();
			const second = await connect();
			assert.deepEqual(await second.records('kept').get('key'), { n: 1 });
		});
	});
}
