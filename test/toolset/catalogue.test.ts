import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import pino from 'pino';
import { UserError } from '../../src/errors.ts';
import type { JsonValue } from '../../src/json.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Records, Storage } from '../../src/storage/storage.ts';
import { createCatalogue, type ToolsetRecord } from '../../src/toolset/catalogue.ts';
import type { Toolset } from '../../src/toolset/tool.ts';

function record(name: string, workspaceId = 'console:a'): ToolsetRecord {
	return { workspaceId, name, source: `${name}.json`, addedAt: '2026-01-01T00:00:00Z', addedBy: 'x' };
}

interface OpenOptions {
	readonly broken?: ReadonlySet<string>;
	/** What the catalogues get instead of the storage. */
	readonly around?: (storage: Storage) => Storage;
	/** Awaited while a toolset is opened. */
	readonly gate?: Promise<void>;
}

async function open(context: TestContext, { broken = new Set(), around = (same) => same, gate }: OpenOptions = {}) {
	const inner = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	context.after(() => inner.close());
	const storage = around(inner);
	const opened: string[] = [];
	const failures: string[] = [];
	const make = () =>
		createCatalogue({
			storage,
			async open({ name }, document) {
				opened.push(`${name}:${document}`);
				await gate;
				if (broken.has(name)) throw new UserError('document', `${name} is broken`);
				return { name, title: name, address: '', tools: new Map(), definitions: {}, skipped: [] } as unknown as Toolset;
			},
			onFailure: ({ name }) => failures.push(name),
		});
	return { catalogue: make(), another: make(), make, opened, failures, storage: inner };
}

const names = (toolsets: readonly Toolset[]) => toolsets.map(({ name }) => name);

describe('createCatalogue', () => {
	test('what cannot be opened is not stored', async (context) => {
		const { catalogue } = await open(context, { broken: new Set(['bad']) });
		await assert.rejects(catalogue.add(record('bad'), '{}'), /bad is broken/);
		assert.deepEqual(await catalogue.list('console:a'), []);
	});

	test('a name is taken once', async (context) => {
		const { catalogue } = await open(context);
		await catalogue.add(record('crm'), '{}');
		await assert.rejects(catalogue.add(record('crm'), '{}'), { code: 'bad-input' });
	});

	test('a workspace sees its own toolsets only', async (context) => {
		const { catalogue } = await open(context);
		await catalogue.add(record('crm'), '{}');
		await catalogue.add(record('erp', 'console:b'), '{}');
		assert.deepEqual(names(await catalogue.toolsets('console:a')), ['crm']);
		assert.equal(await catalogue.load('console:a', 'erp'), undefined);
		assert.equal(await catalogue.remove('console:a', 'erp'), false);
		assert.deepEqual(names(await catalogue.toolsets('console:b')), ['erp']);
	});

	test('each document is opened once, and the same array is given while nothing changed', async (context) => {
		const { catalogue, opened } = await open(context);
		await catalogue.add(record('crm'), 'document');
		const first = await catalogue.toolsets('console:a');
		assert.equal(await catalogue.toolsets('console:a'), first);
		assert.deepEqual(opened, ['crm:document']);
	});

	test('what another process adds and removes is seen', async (context) => {
		const { catalogue, another, opened } = await open(context);
		await catalogue.add(record('crm'), 'document');
		assert.deepEqual(names(await another.toolsets('console:a')), ['crm']);
		assert.deepEqual(opened, ['crm:document', 'crm:document'], 'from the stored text');
		assert.equal(await another.remove('console:a', 'crm'), true);
		assert.deepEqual(await catalogue.toolsets('console:a'), []);
	});

	test('one that fails is reported and left out, and tried again', async (context) => {
		const broken = new Set<string>();
		const { catalogue, another, failures } = await open(context, { broken });
		await catalogue.add(record('crm'), '{}');
		await catalogue.add(record('erp'), '{}');
		broken.add('crm');
		assert.deepEqual(names(await another.toolsets('console:a')), ['erp']);
		assert.deepEqual(failures, ['crm']);
		await another.toolsets('console:a');
		assert.deepEqual(failures, ['crm'], 'every question asks, and once is enough');
		broken.clear();
		assert.deepEqual(names(await another.toolsets('console:a')), ['crm', 'erp']);
	});

	test('one that fails again after it was open is reported again', async (context) => {
		const broken = new Set<string>();
		const { catalogue, another, failures } = await open(context, { broken });
		for (const time of [1, 2]) {
			broken.clear();
			await catalogue.add(record('crm'), '{}');
			broken.add('crm');
			await another.toolsets('console:a');
			assert.equal(failures.length, time);
			broken.clear();
			await another.toolsets('console:a');
			await catalogue.remove('console:a', 'crm');
			await another.toolsets('console:a');
		}
	});

	test('of those who add one name at the same time one succeeds, with its own document', async (context) => {
		const gate = Promise.withResolvers<void>();
		const { catalogue, another, make, opened } = await open(context, { gate: gate.promise });
		const asked = [
			{ ...record('crm'), credential: 'A' },
			{ ...record('crm'), credential: 'B' },
			{ ...record('crm'), credential: 'C' },
		] as const;
		const adding = Promise.allSettled([catalogue.add(asked[0], 'A'), another.add(asked[1], 'B'), catalogue.add(asked[2], 'C')]);
		gate.resolve();
		const results = await adding;
		assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
		for (const result of results) {
			if (result.status === 'rejected') assert.deepEqual([result.reason.code, /already/.test(result.reason.message)], ['bad-input', true]);
		}
		const [stored, ...more] = await catalogue.list('console:a');
		assert.deepEqual(more, []);
		assert.deepEqual(names(await make().toolsets('console:a')), ['crm']);
		assert.equal(opened.at(-1), `crm:${stored?.credential}`);
	});

	test('the name is free again when adding failed, and after a removal', async (context) => {
		const broken = new Set(['crm']);
		const { catalogue, another } = await open(context, { broken });
		await assert.rejects(catalogue.add(record('crm'), 'A'), /crm is broken/);
		broken.clear();
		await another.add(record('crm'), 'A');
		await catalogue.remove('console:a', 'crm');
		await catalogue.add(record('crm'), 'B');
		assert.deepEqual(names(await another.toolsets('console:a')), ['crm']);
	});

	test('a hold that lapsed while the document was read adds nothing', async (context) => {
		let claims = 0;
		const { catalogue } = await open(context, {
			around: (storage) => ({ ...storage, claim: async (...claim) => claims++ === 0 && (await storage.claim(...claim)) }),
		});
		await assert.rejects(catalogue.add(record('crm'), 'A'), { code: 'bad-input' });
		assert.deepEqual(await catalogue.list('console:a'), []);
	});

	for (const namespace of ['toolset-documents', 'toolsets']) {
		test(`an end before the write to ${namespace} connects nothing, and the name can be added again`, async (context) => {
			let writable = false;
			const around = (storage: Storage): Storage => ({
				...storage,
				records<T extends JsonValue | object>(name: string): Records<T> {
					const records = storage.records<T>(name);
					const put = async () => assert.fail('the process ended');
					return { ...records, put: (key, value) => (name === namespace && !writable ? put() : records.put(key, value)) };
				},
			});
			const { catalogue, another, make, opened } = await open(context, { around });
			await assert.rejects(catalogue.add(record('crm'), 'A'), /the process ended/);
			assert.deepEqual([await catalogue.list('console:a'), await another.toolsets('console:a')], [[], []]);
			writable = true;
			await another.add(record('crm'), 'B');
			await make().load('console:a', 'crm');
			assert.equal(opened.at(-1), 'crm:B');
		});
	}

	test('a removal takes the documents of that name along, and no others', async (context) => {
		const { catalogue, storage } = await open(context);
		for (const name of ['crm', 'crm2']) await catalogue.add(record(name), name);
		await storage.records('toolset-documents').put('console:a/crm/left-over', { text: 'x' });
		assert.equal(await catalogue.remove('console:a', 'crm'), true);
		assert.equal(await catalogue.remove('console:a', 'crm'), false);
		const left: string[] = [];
		for await (const [key] of storage.records('toolset-documents').entries()) left.push(key);
		assert.deepEqual(
			left.map((key) => key.split('/').slice(0, 2).join('/')),
			['console:a/crm2'],
		);
	});

	test('those who add the very same at the same time all have it', async (context) => {
		const gate = Promise.withResolvers<void>();
		const { catalogue, another } = await open(context, { gate: gate.promise });
		const adding = Promise.all([
			catalogue.add(record('crm'), 'A'),
			another.add({ ...record('crm'), addedAt: '2026-01-02T00:00:00Z' }, 'A'),
		]);
		gate.resolve();
		assert.deepEqual(names(await adding), ['crm', 'crm']);
		assert.equal((await catalogue.list('console:a')).length, 1);
	});

	test('a removal waits for what is being stored under the name', async (context) => {
		const [written, refused] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
		const around = (storage: Storage): Storage => ({
			...storage,
			async claim(...claim) {
				const held = await storage.claim(...claim);
				if (!held) refused.resolve();
				return held;
			},
			records<T extends JsonValue | object>(name: string): Records<T> {
				const records = storage.records<T>(name);
				if (name !== 'toolsets') return records;
				const put: Records<T>['put'] = async (key, value) => {
					written.resolve();
					await refused.promise;
					await records.put(key, value);
				};
				return { ...records, put };
			},
		});
		const { catalogue, another, storage } = await open(context, { around });
		const adding = catalogue.add(record('crm'), 'A');
		await written.promise;
		assert.equal(await another.remove('console:a', 'crm'), true);
		await adding;
		assert.deepEqual(await catalogue.list('console:a'), []);
		for await (const [key] of storage.records('toolset-documents').entries()) assert.fail(`${key} is left over`);
	});
});
