import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import pino from 'pino';
import { UserError } from '../../src/errors.ts';
import type { JsonValue } from '../../src/json.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Records, Storage } from '../../src/storage/storage.ts';
import { createCatalogue, type ToolsetRecord } from '../../src/toolset/catalogue.ts';
import type { Toolset } from '../../src/toolset/tool.ts';

const A = 'slack:TA';
const RECORD: ToolsetRecord = { workspaceId: A, name: 'crm', source: 'https://x.test/1', addedAt: '2026-01-01', addedBy: 'ada' };
const read = (document: string) => ({ source: 'https://x.test/1', document });

interface Options {
	readonly around?: (storage: Storage) => Storage;
	readonly broken?: ReadonlySet<string>;
}

/** Catalogues of several processes on one database; each document is a toolset of one tool, which is named like it. */
async function open(context: TestContext, { around = (same) => same, broken = new Set() }: Options = {}) {
	const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	context.after(() => storage.close());
	const opened: string[] = [];
	const closed: string[] = [];
	const start = () =>
		createCatalogue({
			storage: around(storage),
			async open({ name }, document = '') {
				opened.push(document);
				if (broken.has(document)) throw new UserError('document', `${document} is broken`);
				const tool = { toolset: name, name: document, effect: 'write', origin: `POST /${document}` };
				return {
					name,
					title: name,
					address: 'https://x.test',
					tools: new Map([[document, tool]]),
					definitions: {},
					skipped: [],
					close: async () => void closed.push(document),
				} as unknown as Toolset;
			},
			onFailure: () => undefined,
		});
	const catalogue = start();
	await catalogue.add(RECORD, 'one');
	return { storage, opened, closed, start, catalogue };
}

const toolNames = async (toolset: Promise<Toolset | undefined>) => [...((await toolset)?.tools.keys() ?? [])];

describe('what is decided about a toolset', () => {
	test('is refused for one that does not exist', async (context) => {
		const { catalogue } = await open(context);
		await assert.rejects(
			catalogue.changePolicy(A, 'nope', (policy) => policy),
			{ code: 'not-found' },
		);
		await assert.rejects(catalogue.setEnabled('slack:TB', 'crm', false), { code: 'not-found' });
		await assert.rejects(catalogue.prepareRefresh(A, 'nope', read('two')), { code: 'not-found' });
	});

	test('opens nothing again, here or in another process, and is seen by both at once', async (context) => {
		const { catalogue, start, opened } = await open(context);
		const other = start();
		const before = await catalogue.toolsets(A);
		await other.toolsets(A);
		assert.equal(opened.length, 2);
		await catalogue.changePolicy(A, 'crm', () => ({ effects: { write: 'block' } }));
		for (const each of [catalogue, other]) assert.deepEqual([...((await each.toolsets(A))[0]?.tools.keys() ?? [])], []);
		assert.deepEqual(await toolNames(catalogue.loadWhole(A, 'crm')), ['one']);
		assert.equal(await other.toolsets(A), await other.toolsets(A), 'the same array while nothing changed');
		await other.setEnabled(A, 'crm', false);
		for (const each of [catalogue, other]) assert.deepEqual(await each.toolsets(A), []);
		assert.deepEqual(await toolNames(catalogue.load(A, 'crm')), []);
		await other.changePolicy(A, 'crm', () => ({}));
		await other.setEnabled(A, 'crm', true);
		assert.equal((await catalogue.toolsets(A))[0], before[0]);
		assert.deepEqual(await catalogue.list(A), [{ ...RECORD, documentHash: (await catalogue.list(A))[0]?.documentHash }]);
		assert.equal(opened.length, 2);
	});

	test('changes of several processes at once are all made', async (context) => {
		const { start, catalogue } = await open(context);
		const tools = Array.from({ length: 12 }, (_, at) => `tool${at}`);
		await Promise.all(tools.map((tool) => start().changePolicy(A, 'crm', (policy) => ({ tools: { ...policy.tools, [tool]: 'ask' } }))));
		assert.deepEqual(Object.keys((await catalogue.list(A))[0]?.policy?.tools ?? {}).sort(), tools.sort());
	});

	test('a hold that lapsed meanwhile changes nothing', async (context) => {
		let lapses = false;
		const around = (storage: Storage): Storage => ({
			...storage,
			claim: async (...claim) => (lapses ? claims++ === 0 : storage.claim(...claim)),
		});
		let claims = 0;
		const { catalogue } = await open(context, { around });
		lapses = true;
		await assert.rejects(catalogue.setEnabled(A, 'crm', false), { code: 'bad-input', message: /changed crm meanwhile/ });
		assert.equal((await catalogue.list(A))[0]?.disabled, undefined);
	});
});

describe('a refresh', () => {
	test('of what cannot be opened changes nothing', async (context) => {
		const { catalogue } = await open(context, { broken: new Set(['two']) });
		await assert.rejects(catalogue.prepareRefresh(A, 'crm', read('two')), /two is broken/);
		assert.deepEqual(await toolNames(catalogue.load(A, 'crm')), ['one']);
	});

	test('is opened once by who makes it, and keeps what was decided while it was prepared', async (context) => {
		const { catalogue, start, opened } = await open(context);
		const refresh = await catalogue.prepareRefresh(A, 'crm', read('two'));
		assert.deepEqual(await toolNames(catalogue.load(A, 'crm')), ['one'], 'nothing has changed yet');
		await start().changePolicy(A, 'crm', () => ({ effects: { read: 'ask' } }));
		const { policy, refreshedBy } = await catalogue.refresh(refresh, 'bob');
		assert.deepEqual([policy, refreshedBy], [{ effects: { read: 'ask' } }, 'bob']);
		assert.deepEqual(await toolNames(catalogue.load(A, 'crm')), ['two']);
		assert.deepEqual(opened, ['one', 'two']);
		assert.deepEqual(await toolNames(start().load(A, 'crm')), ['two']);
	});

	test('that somebody was faster with, or whose toolset is another one by now, changes nothing', async (context) => {
		const { catalogue, start } = await open(context);
		const [mine, theirs] = [await catalogue.prepareRefresh(A, 'crm', read('mine')), await start().prepareRefresh(A, 'crm', read('theirs'))];
		await start().refresh(theirs, 'bob');
		await assert.rejects(catalogue.refresh(mine, 'ada'), { code: 'bad-input', message: /changed crm meanwhile/ });
		assert.deepEqual(await toolNames(catalogue.load(A, 'crm')), ['theirs']);
		const late = await catalogue.prepareRefresh(A, 'crm', read('late'));
		await catalogue.remove(A, 'crm');
		await assert.rejects(catalogue.refresh(late, 'ada'), { code: 'not-found' });
		await catalogue.add({ ...RECORD, addedAt: '2026-02-02' }, 'one');
		await assert.rejects(catalogue.refresh(late, 'ada'), { code: 'bad-input' });
	});

	test('the former document stays for a process that has just read its record; older ones are gone', async (context) => {
		const { catalogue, storage } = await open(context);
		for (const document of ['two', 'three']) await catalogue.refresh(await catalogue.prepareRefresh(A, 'crm', read(document)), 'ada');
		const stored: string[] = [];
		for await (const [, { text }] of storage.records<{ text: string }>('toolset-documents').entries()) stored.push(text);
		assert.deepEqual(stored.sort(), ['three', 'two']);
	});

	test('an end before the record is written leaves the former one, with its document', async (context) => {
		let ends = false;
		const around = (storage: Storage): Storage => ({
			...storage,
			records<T extends JsonValue | object>(name: string): Records<T> {
				const records = storage.records<T>(name);
				return {
					...records,
					put: (key, value) => (ends && name === 'toolsets' ? assert.fail('the process ended') : records.put(key, value)),
				};
			},
		});
		const { catalogue, start } = await open(context, { around });
		const refresh = await catalogue.prepareRefresh(A, 'crm', read('two'));
		ends = true;
		await assert.rejects(catalogue.refresh(refresh, 'ada'), /the process ended/);
		assert.deepEqual(await toolNames(start().load(A, 'crm')), ['one']);
	});

	test('what was kept goes with the toolset, and is of one workspace', async (context) => {
		const { catalogue, storage } = await open(context);
		const refresh = await catalogue.prepareRefresh(A, 'crm', read('two'));
		await catalogue.keepRefresh(refresh);
		assert.equal((await catalogue.keptRefresh(A, 'crm', refresh.id)).id, refresh.id);
		await assert.rejects(catalogue.keptRefresh('slack:TB', 'crm', refresh.id), { code: 'bad-input' });
		await catalogue.remove(A, 'crm');
		for await (const [key] of storage.records('toolset-refreshes').entries()) assert.fail(key);
	});
});

test('at the end everything that is open is closed, what was replaced and removed, too', async (context) => {
	const { catalogue, closed } = await open(context);
	await catalogue.refresh(await catalogue.prepareRefresh(A, 'crm', read('two')), 'ada');
	await catalogue.add({ ...RECORD, name: 'erp' }, 'three');
	await catalogue.remove(A, 'erp');
	assert.deepEqual(closed, []);
	await catalogue.close();
	assert.deepEqual(closed.sort(), ['one', 'three', 'two']);
});
