import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import pino from 'pino';
import { UserError } from '../../src/errors.ts';
import { openStorage } from '../../src/storage/open.ts';
import { createCatalogue, type ToolsetRecord } from '../../src/toolset/catalogue.ts';
import type { Toolset } from '../../src/toolset/tool.ts';

function record(name: string, workspaceId = 'console:a'): ToolsetRecord {
	return { workspaceId, name, source: `${name}.json`, addedAt: '2026-01-01T00:00:00Z', addedBy: 'x' };
}

async function open(context: TestContext, broken = new Set<string>()) {
	const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	context.after(() => storage.close());
	const opened: string[] = [];
	const failures: string[] = [];
	const make = () =>
		createCatalogue({
			storage,
			async open({ name }, document) {
				opened.push(`${name}:${document}`);
				if (broken.has(name)) throw new UserError('document', `${name} is broken`);
				return { name, title: name, address: '', tools: new Map(), definitions: {}, skipped: [] } as unknown as Toolset;
			},
			onFailure: ({ name }) => failures.push(name),
		});
	return { catalogue: make(), another: make(), opened, failures };
}

const names = (toolsets: readonly Toolset[]) => toolsets.map(({ name }) => name);

describe('createCatalogue', () => {
	test('what cannot be opened is not stored', async (context) => {
		const { catalogue } = await open(context, new Set(['bad']));
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
		const { catalogue, another, failures } = await open(context, broken);
		await catalogue.add(record('crm'), '{}');
		await catalogue.add(record('erp'), '{}');
		broken.add('crm');
		assert.deepEqual(names(await another.toolsets('console:a')), ['erp']);
		assert.deepEqual(failures, ['crm']);
		broken.clear();
		assert.deepEqual(names(await another.toolsets('console:a')), ['crm', 'erp']);
	});
});
