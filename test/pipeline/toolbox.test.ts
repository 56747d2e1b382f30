import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { declareToolset } from '../../src/code/declarations.ts';
import { createToolbox, createToolboxes } from '../../src/pipeline/toolbox.ts';
import { human } from '../../src/toolset/human.ts';
import type { Toolset } from '../../src/toolset/tool.ts';
import { documentOf, load } from '../toolset/openapi/document.ts';
import { numberedToolset } from './numbered-toolset.ts';

const { signal } = new AbortController();
const large = await createToolbox([numberedToolset('invoices', 300), numberedToolset('parcels', 300), human]);
const people = ['human.choose', 'human.confirm', 'human.input'];
const ids = (lines: readonly string[]) => lines.map((line) => line.slice(0, line.indexOf('(')));

describe('offer', () => {
	test('a small workspace is shown whole', async () => {
		const small = await createToolbox([numberedToolset('orders', 2), human]);
		assert.ok(small.isOfferedWhole);
		assert.deepEqual(ids(await small.offer('anything', signal)), ['orders.listOrders0', 'orders.listOrders1', ...people]);
		assert.deepEqual(await (await createToolbox([])).offer('anything', signal), []);
	});

	test('a large one by what fits, in any language, the person always among it', async () => {
		assert.ok(!large.isOfferedWhole);
		for (const question of ['Wie viele Rechnungen sind überfällig?', '有多少个?', 'How many are there?', '']) {
			const offered = ids(await large.offer(question, signal));
			assert.equal(new Set(offered).size, 43, question);
			assert.deepEqual(offered.slice(-3), people);
			assert.ok(offered.includes('invoices.listInvoices0') && offered.includes('parcels.listParcels0'), question);
		}
		assert.match((await large.offer('the parcels number 7', signal))[0] ?? '', /^parcels\.listParcels7\(/);
	});

	test('what is another opinion counts beside the words, and is not asked where everything is offered', async () => {
		const asked: string[] = [];
		const rankLast = (tools: readonly { name: string }[]) => async (text: string) => {
			asked.push(text);
			return tools.filter(({ name }) => name === 'listParcels299') as never;
		};
		const toolsets = [numberedToolset('invoices', 300), numberedToolset('parcels', 300)];
		const offered = await (await createToolbox(toolsets, rankLast)).offer('invoices', signal);
		assert.ok(offered.slice(0, 2).some((line) => line.startsWith('parcels.listParcels299(')));
		await (await createToolbox([numberedToolset('orders', 2)], rankLast)).offer('invoices', signal);
		assert.deepEqual(asked, ['invoices']);
	});
});

test('declarations say what their marks mean, once, and nothing about marks that are not there', async () => {
	const toolset = numberedToolset('orders', 3);
	const [first, ...others] = [...toolset.tools.values()];
	assert.ok(first);
	const { declare } = await createToolbox([toolset]);
	assert.doesNotMatch(declare([first]), /nextPage/);
	const paged = [{ ...first, paged: true as const }, ...others.map((tool) => ({ ...tool, paged: true as const }))];
	assert.equal(declare(paged).match(/^\(paged\): .*nextPage\(page\)/gm)?.length, 1);
});

describe('find', () => {
	test('gives what was not offered before', async () => {
		const offered = await large.offer('the parcels number 7', signal);
		const found = await large.find('the parcels number 7', offered, signal);
		assert.ok(found.every((line) => !offered.includes(line)));
		assert.match((await large.find('invoices number 250', offered, signal))[0] ?? '', /^invoices\.listInvoices250\(/);
	});
});

describe('declare', async () => {
	const properties = Object.fromEntries(
		Array.from({ length: 40 }, (_, at) => [`field_${at}`, { type: 'string', description: `What stands in the field number ${at} of it.` }]),
	);
	const body = { required: true, content: { 'application/json': { schema: { type: 'object', properties } } } };
	const toolset = load(
		documentOf(
			Object.fromEntries(
				Array.from({ length: 80 }, (_, at) => [
					`/things/${at}`,
					{ post: { operationId: `makeThing${at}`, requestBody: body, responses: {} }, get: { operationId: `t${at}`, responses: {} } },
				]),
			),
		),
	);
	const toolbox = await createToolbox([toolset]);
	const tools = [...toolbox.tools.values()];
	const heavy = tools.filter(({ effect }) => effect === 'write');
	const { declare } = toolbox;

	test('few tools have all the room they want', () => {
		assert.equal(declare(heavy.slice(0, 2)), `${declare(heavy.slice(0, 1))}\n${declare(heavy.slice(1, 2))}`);
		assert.match(declare(heavy.slice(0, 1)), /field_3\?/);
	});

	test('many share it: each is declared, with less', () => {
		const text = declare(heavy.slice(0, 30));
		for (const { name } of heavy.slice(0, 30)) assert.match(text, new RegExp(`\\.${name}\\(`));
		assert.ok(text.length < 2000 * 4, `${text.length} characters`);
	});

	test('far too many cost no more', () => {
		assert.ok(declare(tools).length < 2000 * 4);
		assert.match(declare(tools), /makeThing0\(/);
	});
});

describe('createToolboxes', () => {
	test('a toolbox is made anew only when the toolsets changed; one that is not in the list is not in the toolbox', async () => {
		const [orders, parcels] = [numberedToolset('orders', 2), numberedToolset('parcels', 2)];
		let enabled: readonly Toolset[] = [orders, parcels];
		const toolboxOf = createToolboxes(async () => enabled);
		const before = await toolboxOf('w');
		assert.equal(await toolboxOf('w'), before);
		assert.match(ids(await before.offer('', signal)).join(), /parcels/);
		enabled = [orders];
		const after = await toolboxOf('w');
		assert.notEqual(after, before);
		assert.deepEqual(ids(await after.offer('parcels', signal)), ['orders.listOrders0', 'orders.listOrders1', ...people]);
		assert.deepEqual(after.index.search('parcels', 5), []);
	});

	test('questions that come at the same time share one', async () => {
		const enabled = [numberedToolset('orders', 2)];
		const toolboxOf = createToolboxes(async () => enabled);
		const [first, second] = await Promise.all([toolboxOf('w'), toolboxOf('w')]);
		assert.equal(first, second);
		const written = await first.declarations();
		assert.deepEqual(written, [...enabled, human].map(declareToolset));
		assert.equal(await second.declarations(), written);
	});
});
