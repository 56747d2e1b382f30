import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { openSuite, requestsIn } from '../../../bench/writes/suite.ts';

const QUESTIONS = [
	{ query: 'Which albums are saved?', solution: ['GET /albums'] },
	{ query: 'Save this album', solution: ['GET /search', 'PUT /albums'] },
];
const LOG = [
	{ method: 'GET', path: '/search', query: { q: 'a' }, status: 200 },
	{ method: 'PUT', path: '/albums', query: { to: 'b', ids: '1,2' }, status: 204 },
	{ method: 'POST', path: '/queue', query: {}, status: 403 },
];

/** A suite whose simulator has seen `LOG` in the session `changed`. */
async function open(context: TestContext) {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-suite-'));
	await mkdir(path.join(folder, 'data'));
	await writeFile(path.join(folder, 'data/questions.json'), JSON.stringify(QUESTIONS));
	const server = createServer(({ url = '' }, response) => {
		const isChanged = url.startsWith('/s/changed/');
		response.end(JSON.stringify(url.endsWith('/log') ? (isChanged ? LOG : []) : { albums: isChanged ? ['1', '2'] : [] }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	context.after(async () => {
		server.close();
		await rm(folder, { recursive: true });
	});
	return openSuite({ folder, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, salt: 0 });
}

test('a folder without questions is refused', async () => {
	await assert.rejects(openSuite({ folder: tmpdir(), base: 'http://127.0.0.1:1', salt: 0 }), /questions\.json/);
});

test('a suite has the questions that change something, and tells what a session sent and left', async (context) => {
	const suite = await open(context);
	assert.deepEqual(suite.writes, [{ number: 1, query: 'Save this album' }]);
	assert.deepEqual(await suite.sent('changed'), ['PUT /albums?ids=1,2&to=b']);
	assert.deepEqual(await suite.sent('other'), []);
	assert.equal(await suite.isUntouched('changed'), false);
	assert.equal(await suite.isUntouched('other'), true);
});

test('a request is told by the same text in a card, a table and the log', () => {
	const card = '```\nPUT http://127.0.0.1:8103/s/run-1/albums?to=b&ids=1%2C2\n```\n✅ Approved';
	assert.deepEqual(requestsIn(card), ['PUT /albums?ids=1,2&to=b']);
	assert.deepEqual(requestsIn('crm.add|POST https://crm.example/a|0\ncrm.add|POST https://crm.example/a|1'), ['POST /a', 'POST /a']);
	assert.deepEqual(requestsIn('crm.add  POST http://127.0.…  0'), ['POST http://127.0.…']);
	assert.deepEqual(requestsIn('GET http://127.0.0.1/a, and nothing else'), []);
});
