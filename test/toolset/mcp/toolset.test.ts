import assert from 'node:assert/strict';
import { test } from 'node:test';
import { snapshotText } from '../../../src/toolset/mcp/snapshot.ts';
import { serveMcp } from './http-server.ts';
import { httpRoute, openServer } from './servers.ts';

const TOOLS = [
	{
		name: 'pay',
		inputSchema: { type: 'object', properties: { amount: { type: 'number' }, to: { type: 'string' }, note: { type: 'string' } } },
	},
];

test('a person decides about the arguments that are sent, not about those that were written', async (context) => {
	let sent: unknown;
	const server = await serveMcp(context, {
		tools: [],
		call: ({ message, reply }) => {
			sent = message.params?.arguments;
			reply({ content: [] });
		},
	});
	const text = snapshotText({ mcp: 1, era: 'legacy', server: { name: 'bank' }, tools: TOOLS });
	const bank = await openServer(context, httpRoute(context, server.url), { text });
	const written = { amount: '12.50', to: 7, note: null };
	const { body } = bank.preview({ name: 'pay' } as never, written);
	await bank.ask('pay', written);
	assert.deepEqual(body, { amount: 12.5, to: '7' });
	assert.deepEqual(sent, body);
	assert.deepEqual(bank.preview({ name: 'pay' } as never, { unheard: 1 }).body, { unheard: 1 });
});
