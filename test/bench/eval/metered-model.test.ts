import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LimitReached } from '../../../bench/eval/limit-reached.ts';
import { meterModel } from '../../../bench/eval/metered-model.ts';
import { ask, completionBody, errorBody, quickClient, sendJson, startServer } from '../../model/model-server.ts';

test('one call more than a turn may take is refused, and the next turn begins anew', async (context) => {
	const server = await startServer(context, (response) => sendJson(response, 200, completionBody('yes')));
	const metered = meterModel(quickClient(server.baseUrl), 2);
	for (let turn = 0; turn < 2; turn += 1) {
		metered.beginTurn(turn);
		for (let call = 0; call < 2; call += 1) assert.equal((await metered.model.complete(ask())).text, 'yes');
		await assert.rejects(metered.model.complete(ask()), LimitReached);
	}
	assert.equal(server.requests.length, 4);
	assert.deepEqual(
		metered.exchanges.map(({ turn, reply }) => [turn, reply]),
		[0, 0, 1, 1].map((turn) => [turn, 'yes']),
	);
	assert.deepEqual(metered.usage(), { promptTokens: 48, completionTokens: 12, estimated: false });
});

test('a reply that was cut off costs what it cost, and is kept', async (context) => {
	const server = await startServer(context, (response) => sendJson(response, 200, completionBody('half', { finish_reason: 'length' })));
	const metered = meterModel(quickClient(server.baseUrl), 9);
	await assert.rejects(metered.model.complete(ask()));
	const [exchange] = metered.exchanges;
	assert.equal(exchange?.reply, 'half');
	assert.match(exchange?.problem ?? '', /cut off|limit/);
	assert.equal(metered.usage().completionTokens, 3);
	assert.equal(metered.outage(), undefined);
});

for (const [status, outage] of [
	[400, false],
	[413, false],
	[401, true],
	[404, true],
	[402, true],
] as const) {
	test(`status ${status} is ${outage ? 'an outage' : 'a failure of this request'}`, async (context) => {
		const server = await startServer(context, (response) => sendJson(response, status, errorBody('no')));
		const metered = meterModel(quickClient(server.baseUrl), 9);
		await assert.rejects(metered.model.complete(ask()));
		assert.equal(metered.outage() !== undefined, outage);
		assert.equal(metered.exchanges.length, 1);
	});
}

test('a server that is gone is an outage', async (context) => {
	const server = await startServer(context, (response) => response.destroy());
	const metered = meterModel(quickClient(server.baseUrl, { retry: { attempts: 1 } }), 9);
	await assert.rejects(metered.model.complete(ask()));
	assert.match(metered.outage()?.message ?? '', /connection to the model server/);
});
