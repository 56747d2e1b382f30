import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import type { FunctionExample, FunctionRecord } from '../../../src/repository/function-record.ts';
import { moved, withSuccess } from '../../../src/repository/lifecycle.ts';
import { recordId } from '../../../src/repository/record-keys.ts';
import { createFunctionStore, type Example, type FunctionStore, type NewFunction } from '../../../src/repository/store/function-store.ts';
import { openStorage } from '../../../src/storage/open.ts';
import { recordOf } from '../stored-functions.ts';

const logger = pino({ level: 'silent' });
const folder = await mkdtemp(path.join(tmpdir(), 'functions-'));
const storage = await openStorage(`sqlite://${folder}/functions.sqlite`, { logger });
after(async () => {
	await storage.close();
	await rm(folder, { recursive: true });
});

let workspaces = 0;
const newWorkspace = () => `slack:T${++workspaces}`;
const open = () => createFunctionStore(storage);

function newFunction(
	workspaceId: string,
	name = 'currencyRates',
	body = 'return bank.rates()',
	rest: Partial<FunctionRecord> = {},
): NewFunction {
	const source = `/** Rates of a currency. */\nasync function currencyRates(currency: string): Promise<number> { ${body} }`;
	const { version, examples, ...fn } = recordOf(source, { workspaceId, ...rest });
	return { ...fn, name };
}

function exampleOf(id: string, result = 1): Example {
	const response = { ok: true, value: { text: 'x'.repeat(1000) } } as const;
	const example: FunctionExample = {
		args: [id],
		result,
		calls: [{ tool: 'bank.rates', args: { id }, response }],
		question: 'q?',
		seed: { now: 1, random: 2 },
	};
	return { digest: { id, text: `currencyRates("${id}") → ${result}` }, example };
}

const seen = async (store: FunctionStore, record: FunctionRecord) => (await store.examples(record)).map(({ args }) => args[0]);
const useOf = (run: string) => ({ run, at: '2026-02-01T00:00:00.000Z' });
const learnt = (run: string, example?: Example) => (record: FunctionRecord) =>
	withSuccess(record, { use: useOf(run), question: 'q?', ...(example && { example: example.digest }) });
const quarantined = (record: FunctionRecord) =>
	moved(record, 'quarantined', { at: '2026-02-01T00:00:00.000Z', cause: 'drift', reason: 'the API changed' });

/** Within the two seconds that are promised, and some for a busy machine. */
async function soon<T>(look: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
	for (const deadline = performance.now() + 10_000; ; await delay(50)) {
		const value = await look();
		if (isThere(value)) return value;
		assert.ok(performance.now() < deadline, 'not seen');
	}
}

describe('a function store keeps apart', () => {
	const names = ['__proto__', 'constructor', 'a/b', 'a', 'a%2Fb', 'a/', 'größe', '名前', 'a@1', 'findPerson', 'findPersonId', '😀', ' '];

	test('names of any characters', async () => {
		const [store, workspaceId] = [open(), newWorkspace()];
		for (const name of names) await store.add(newFunction(workspaceId, name), [exampleOf(name)]);
		for (const name of names) {
			const all = await store.versions(workspaceId, name);
			assert.deepEqual(
				all.map((record) => [record.name, record.version]),
				[[name, 1]],
			);
			assert.deepEqual(await store.get(workspaceId, name), all[0]);
			assert.deepEqual(await Promise.all(all.map((record) => seen(store, record))), [[name]]);
			await store.change(workspaceId, { name, version: 1 }, quarantined);
		}
		assert.deepEqual(
			(await store.list(workspaceId)).map(({ name, state }) => [name, state]),
			[...names].sort().map((name) => [name, 'quarantined']),
		);
		for (const name of names) assert.equal(await store.delete(workspaceId, { name, version: 1 }), true);
		assert.deepEqual([await store.list(workspaceId), await open().list(workspaceId)], [[], []]);
	});

	test('workspaces whose ids begin alike, or look like a part of a key', async () => {
		const store = open();
		const ids = ['discord:1', 'discord:12', 'discord:1/', 'discord:1/currencyRates', 'discord:1%2F', '__proto__', ''];
		for (const [n, id] of ids.entries()) await store.add(newFunction(id, 'currencyRates', `return ${n}`), []);
		for (const [n, id] of ids.entries()) {
			assert.deepEqual(
				(await store.list(id)).map(({ workspaceId, source }) => [workspaceId, source.includes(`return ${n}`)]),
				[[id, true]],
			);
			assert.deepEqual(
				(await store.search(id, 'currency rates', 5)).map(({ workspaceId }) => workspaceId),
				[id],
			);
		}
		assert.equal(await store.get('discord:1', 'currencyRates/currencyRates'), undefined);
		assert.equal(await store.delete('discord:1/currencyRates', { name: 'currencyRates', version: 1 }), true);
		assert.equal((await store.list('discord:1')).length, 1);
		const elsewhere = newWorkspace();
		assert.deepEqual([await store.list(elsewhere), await store.search(elsewhere, 'currency rates', 5)], [[], []]);
	});

	test('nothing under a name with broken characters: it is refused in words', async () => {
		const [store, failure] = [open(), { name: 'UserError', code: 'storage', message: /broken characters/ }];
		const key = { name: '\ud800', version: 1 };
		await assert.rejects(store.add(newFunction(newWorkspace(), '\ud800'), [exampleOf('a')]), failure);
		await assert.rejects(store.get('w', '\ud800'), failure);
		await assert.rejects(store.get('w', '\ud800', 1), failure);
		await assert.rejects(store.versions('\udfff', 'a'), failure);
		await assert.rejects(store.list('\ud800'), failure);
		await assert.rejects(store.change('w', key, quarantined), failure);
		await assert.rejects(store.delete('w', key), failure);
	});
});

describe('a function store', () => {
	test('knows nothing of what was never stored', async () => {
		const [store, workspaceId] = [open(), newWorkspace()];
		const key = { name: 'gone', version: 1 };
		assert.deepEqual([await store.get(workspaceId, 'gone'), await store.get(workspaceId, 'gone', 3)], [undefined, undefined]);
		assert.deepEqual([await store.versions(workspaceId, 'gone'), await store.getMany(workspaceId, [key])], [[], []]);
		assert.equal(await store.change(workspaceId, key, quarantined, [exampleOf('a')]), undefined);
		assert.equal(await store.delete(workspaceId, key), false);
		assert.deepEqual(
			await store.examples(recordOf('async function gone(): Promise<void> {}', { workspaceId, examples: [{ id: 'a', text: '' }] })),
			[],
		);
		const { record } = await store.add(newFunction(workspaceId, 'gone'), []);
		assert.equal(record.version, 1, 'what never was takes no number');
	});

	test('gives other bodies of a name other versions, and the same body the version it has', async () => {
		const [store, workspaceId] = [open(), newWorkspace()];
		const added = [];
		for (const body of ['return 1', 'return 2', 'return 1 ; ', 'return 3']) {
			added.push(await store.add(newFunction(workspaceId, 'currencyRates', body), [exampleOf(body)]));
		}
		assert.deepEqual(
			added.map(({ record, isNew }) => [record.version, isNew]),
			[
				[1, true],
				[2, true],
				[1, false],
				[3, true],
			],
		);
		assert.deepEqual(
			(await store.versions(workspaceId, 'currencyRates')).map(({ version }) => version),
			[3, 2, 1],
		);
		assert.deepEqual(
			await store.getMany(workspaceId, [
				{ name: 'currencyRates', version: 2 },
				{ name: 'currencyRates', version: 4 },
			]),
			[added[1]?.record],
		);
		const [first] = added;
		assert.ok(first);
		assert.deepEqual([await seen(store, first.record), first.record.examples.map(({ id }) => id)], [['return 1'], ['return 1']]);
		assert.equal((await Array.fromAsync(storage.records('function-examples').entries(`${encodeURIComponent(workspaceId)}/`))).length, 3);
	});

	test('lists versions as numbers, beyond the tenth', async () => {
		const [store, workspaceId] = [open(), newWorkspace()];
		for (let n = 0; n < 12; n++) await store.add(newFunction(workspaceId, 'currencyRates', `return ${n}`), []);
		assert.deepEqual(
			(await store.versions(workspaceId, 'currencyRates')).map(({ version }) => version),
			[12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
		);
		assert.equal((await store.get(workspaceId, 'currencyRates'))?.version, 12);
	});

	test('gives the newest trusted version of a name, else one that is offered, else the newest', async () => {
		const [store, workspaceId] = [open(), newWorkspace()];
		for (let n = 0; n < 3; n++) await store.add(newFunction(workspaceId, 'currencyRates', `return ${n}`), []);
		const to = (version: number, state: FunctionRecord['state']) =>
			store.change(workspaceId, { name: 'currencyRates', version }, (record) =>
				moved(record, state, { at: '', cause: 'promoted', reason: '' }),
			);
		const got = async () => (await store.get(workspaceId, 'currencyRates'))?.version;
		assert.equal(await got(), 3);
		await to(3, 'retired');
		assert.equal(await got(), 2);
		await to(1, 'trusted');
		assert.equal(await got(), 1);
		await to(1, 'quarantined');
		await to(2, 'quarantined');
		assert.equal(await got(), 3);
		assert.equal((await store.get(workspaceId, 'currencyRates', 1))?.state, 'quarantined');
	});

	test('gives the number of a deleted version to no other body, since functions may still name it', async () => {
		const [store, workspaceId] = [open(), newWorkspace()];
		for (const body of ['return 1', 'return 2']) await store.add(newFunction(workspaceId, 'currencyRates', body), [exampleOf('a')]);
		for (const version of [2, 1]) assert.equal(await store.delete(workspaceId, { name: 'currencyRates', version }), true);
		assert.equal(await store.delete(workspaceId, { name: 'currencyRates', version: 1 }), false);
		assert.equal((await open().add(newFunction(workspaceId, 'currencyRates', 'return 3'), [])).record.version, 3);
		assert.equal((await store.add(newFunction(workspaceId, 'currencyRates', 'return 1'), [])).record.version, 4);
		assert.deepEqual(await store.getMany(workspaceId, [{ name: 'currencyRates', version: 1 }]), []);
	});

	test('leaves no examples behind where a version is deleted', async () => {
		const [store, workspaceId] = [open(), newWorkspace()];
		const { record } = await store.add(newFunction(workspaceId), [exampleOf('a'), exampleOf('b')]);
		await store.change(workspaceId, record, learnt('r', exampleOf('c')), [exampleOf('c')]);
		await store.delete(workspaceId, record);
		assert.deepEqual(await Array.fromAsync(storage.records('function-examples').entries(`${encodeURIComponent(workspaceId)}/`)), []);
	});

	test('writes what a change makes, and nothing where it makes nothing new or throws', async () => {
		const [store, workspaceId] = [open(), newWorkspace()];
		const { record } = await store.add(newFunction(workspaceId), [exampleOf('a')]);
		assert.equal((await store.change(workspaceId, record, quarantined))?.state, 'quarantined');
		const notes = storage.records('function-changes');
		const told = async () => (await Array.fromAsync(notes.entries(`${encodeURIComponent(workspaceId)}/`))).length;
		const before = await told();
		assert.equal((await store.change(workspaceId, record, (now) => now, [exampleOf('z')]))?.state, 'quarantined');
		const thrown = new Error('the caller broke off');
		await assert.rejects(
			store.change(workspaceId, record, () => {
				throw thrown;
			}),
			(error) => error === thrown,
		);
		assert.equal(await told(), before);
		assert.equal((await store.get(workspaceId, 'currencyRates'))?.state, 'quarantined');
		assert.equal((await Array.fromAsync(storage.records('function-examples').entries(`${encodeURIComponent(workspaceId)}/`))).length, 1);
	});

	test('keeps the examples that a record names, and those alone', async () => {
		const [store, workspaceId] = [open(), newWorkspace()];
		const { record } = await store.add(newFunction(workspaceId), [exampleOf('a')]);
		let current = record;
		for (const id of ['b', 'b', 'c', 'd', 'e']) {
			current = (await store.change(workspaceId, record, learnt(`run ${id}`, exampleOf(id)), [exampleOf(id)])) ?? current;
		}
		assert.deepEqual(
			[current.examples.map(({ id }) => id), await seen(store, current)],
			[
				['c', 'd', 'e'],
				['c', 'd', 'e'],
			],
		);
		assert.equal((await Array.fromAsync(storage.records('function-examples').entries(`${encodeURIComponent(workspaceId)}/`))).length, 3);
		assert.deepEqual(await seen(store, record), ['c', 'd', 'e'], 'of a record as it was, those that it has now');
	});

	test('loses no example to one who replaces it at the same time', async () => {
		const [stores, workspaceId] = [[open(), open(), open()], newWorkspace()];
		const { record } = await open().add(newFunction(workspaceId), [exampleOf('a')]);
		await Promise.all(
			Array.from({ length: 90 }, (_, n) => {
				const example = exampleOf(String(n % 5), n);
				return stores[n % 3]?.change(workspaceId, record, learnt(`run ${n}`, example), [example]);
			}),
		);
		const current = await open().get(workspaceId, 'currencyRates');
		assert.ok(current);
		assert.deepEqual(
			await seen(open(), current),
			current.examples.map(({ id }) => id),
		);
		assert.equal((await Array.fromAsync(storage.records('function-examples').entries(`${encodeURIComponent(workspaceId)}/`))).length, 3);
	});

	test('says so when it cannot read or write', async () => {
		const closed = await openStorage('sqlite://:memory:', { logger });
		const store = createFunctionStore(closed);
		await closed.close();
		const [failure, key] = [
			{ name: 'UserError', code: 'storage' },
			{ name: 'a', version: 1 },
		];
		await assert.rejects(store.add(newFunction('w'), []), failure);
		await assert.rejects(store.get('w', 'a'), failure);
		await assert.rejects(store.getMany('w', [key]), failure);
		await assert.rejects(store.versions('w', 'a'), failure);
		await assert.rejects(store.list('w'), failure);
		await assert.rejects(store.search('w', 'a', 5), failure);
		await assert.rejects(store.change('w', key, quarantined), failure);
		await assert.rejects(store.delete('w', key), failure);
	});
});

describe('what another process has written', () => {
	test('is read at once, and listed and found soon', async () => {
		const [here, there, workspaceId] = [open(), open(), newWorkspace()];
		assert.deepEqual(await here.list(workspaceId), []);
		const { record } = await there.add(newFunction(workspaceId), [exampleOf('a')]);
		assert.deepEqual(await here.get(workspaceId, 'currencyRates'), record);
		assert.deepEqual(await here.versions(workspaceId, 'currencyRates'), [record]);
		assert.deepEqual(await seen(here, record), ['a']);
		await soon(
			() => here.search(workspaceId, 'currency rates', 5),
			(found) => found.length === 1,
		);
		assert.deepEqual((await here.list(workspaceId)).map(recordId), ['currencyRates@1']);
		await there.delete(workspaceId, record);
		await soon(
			() => here.list(workspaceId),
			(all) => all.length === 0,
		);
	});

	test('is offered no more from the moment it is quarantined or deleted', async () => {
		const [here, there, workspaceId] = [open(), open(), newWorkspace()];
		const { record } = await here.add(newFunction(workspaceId), []);
		const found = () => here.search(workspaceId, 'currency rates', 5);
		assert.equal((await found()).length, 1);
		await there.change(workspaceId, record, quarantined);
		assert.deepEqual(await found(), []);
		assert.equal((await here.search(workspaceId, 'currency rates', 5, () => true))[0]?.state, 'quarantined');
		await there.delete(workspaceId, record);
		assert.deepEqual(await here.search(workspaceId, 'currency rates', 5, () => true), []);
	});

	test('is one’s own at once', async () => {
		const [store, workspaceId] = [open(), newWorkspace()];
		assert.deepEqual(await store.search(workspaceId, 'currency rates', 5), []);
		const { record } = await store.add(newFunction(workspaceId), []);
		assert.deepEqual(await store.search(workspaceId, 'currency rates', 5), [record]);
		const changed = await store.change(workspaceId, record, learnt('r'));
		assert.deepEqual(await store.list(workspaceId), [changed]);
		await store.delete(workspaceId, record);
		assert.deepEqual([await store.list(workspaceId), await store.search(workspaceId, 'currency rates', 5)], [[], []]);
	});
});
