import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { largeWorkspace } from '../../bench/speed/large-workspace.ts';
import { promptSizes } from '../../bench/speed/prompt-sizes.ts';
import { createToolbox } from '../../src/pipeline/toolbox.ts';
import { human } from '../../src/toolset/human.ts';
import { documentOf, load } from '../toolset/openapi/document.ts';

const QUESTION =
	'How many invoices of Ada Byron are overdue? Also refund her newest payment, export the monthly report of the warehouse and send a message about it to the sales channel.';
const MOST_TOKENS = 6000;

async function assertSmall(toolbox: Parameters<typeof promptSizes>[0]) {
	for (const [stage, tokens] of Object.entries(await promptSizes(toolbox, QUESTION))) {
		assert.ok(tokens < MOST_TOKENS, `${stage}: ${tokens} tokens`);
	}
}

/** An API that says as much as it can about everything. */
function talkative(description: string) {
	const names = Array.from({ length: 40 }, (_, at) => `invoice_field_number_${at}`);
	const properties = Object.fromEntries(
		names.map((name) => [
			name,
			{ type: 'string', description: description.slice(0, 300), enum: [description.slice(0, 100), ...names.slice(0, 5)] },
		]),
	);
	const schema = { type: 'object', properties, required: names };
	const body = { required: true, content: { 'application/json': { schema } } };
	const post = (at: number) => ({
		operationId: `refund_overdue_invoice_${at}`,
		summary: description,
		description,
		requestBody: body,
		responses: { 200: { description: 'x', content: { 'application/json': { schema } } } },
	});
	return load(documentOf(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`/invoices/${at}`, { post: post(at) }]))));
}

describe('no prompt passes 6,000 tokens', () => {
	test('with 5,000 operations enabled', async () => {
		const toolbox = await createToolbox([...largeWorkspace(5000), human]);
		assert.ok(toolbox.tools.size >= 5000);
		await assertSmall(toolbox);
	});

	test('with tools that talk without end', async () =>
		assertSmall(await createToolbox([talkative('Refunds an overdue invoice. '.repeat(200)), human])));

	test('in a language that takes a token a character', async () =>
		assertSmall(await createToolbox([talkative('查找一个客户的所有发票并返回它们的状态。'.repeat(60)), human])));
});
