import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { type Operations, startOperations } from '../../src/observability/operations.ts';
import { samplesIn } from './watched-bot.ts';

const silent = pino({ level: 'silent' });
const same = <T>(value: T) => value;

async function open(context: TestContext, port = 0): Promise<Operations & { readonly url: string }> {
	const operations = await startOperations({ config: { ops: { host: '127.0.0.1', port } }, scrub: same, logger: silent });
	context.after(() => operations.close());
	return { ...operations, url: `http://127.0.0.1:${operations.port}` };
}

const nothing = { looks: {}, load: async () => ({ waiting: 3, working: 2 }) };

describe('the server of the operator', () => {
	test('is off without a port', async () => {
		const operations = await startOperations({ config: {}, scrub: same, logger: silent });
		operations.serving(nothing);
		operations.stopping();
		await operations.close();
		assert.equal(operations.port, undefined);
	});

	test('says which setting is to be changed when another program has the port', async (context) => {
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
		context.after(() => other.close());
		const { port } = other.address() as { port: number };
		await assert.rejects(open(context, port), { code: 'configuration', message: new RegExp(`Port ${port} .* Set OPS_PORT\\.`) });
	});

	test('has three pages, for GET and HEAD', async (context) => {
		const { url } = await open(context);
		for (const path of ['/', '/metrics/', '/livez/x', '//livez', '/%6Civez']) assert.equal((await fetch(url + path)).status, 404, path);
		for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
			const response = await fetch(`${url}/livez`, { method });
			assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, HEAD'], method);
		}
		assert.equal(await statusOfRaw(url, 'http://%'), 404);
		const live = await fetch(`${url}/livez?probe=1`);
		assert.deepEqual([live.status, await live.text()], [200, 'ok\n']);
		const head = await fetch(`${url}/metrics`, { method: 'HEAD' });
		assert.deepEqual([head.status, await head.text()], [200, '']);
		assert.ok(Number(head.headers.get('content-length')) > 0);
	});

	test('says whether the bot does its work, from the start to the end of it', async (context) => {
		const operations = await open(context);
		const ready = async () => {
			const response = await fetch(`${operations.url}/readyz`);
			return [response.status, await response.json()];
		};
		assert.deepEqual(await ready(), [503, { ready: false, phase: 'starting', checks: {} }]);
		let problem: string | undefined;
		operations.serving({ ...nothing, looks: { chats: () => problem } });
		assert.deepEqual(await ready(), [200, { ready: true, phase: 'serving', checks: { chats: { ok: true, detail: 'ok' } } }]);
		problem = 'Discord: gone.';
		operations.serving({ ...nothing, looks: { chats: () => problem } });
		assert.deepEqual(await ready(), [503, { ready: false, phase: 'serving', checks: { chats: { ok: false, detail: 'Discord: gone.' } } }]);
		operations.stopping();
		assert.deepEqual(await ready(), [503, { ready: false, phase: 'stopping', checks: {} }]);
		assert.equal((await fetch(`${operations.url}/livez`)).status, 200);
	});

	test('shows metrics in the format of Prometheus, with the load once there is one', async (context) => {
		const operations = await open(context);
		const metrics = async () => {
			const response = await fetch(`${operations.url}/metrics`);
			assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4; charset=utf-8$/);
			return samplesIn(await response.text());
		};
		assert.equal((await metrics()).has('toolcoder_queue_runs{state="waiting"}'), false);
		operations.serving(nothing);
		const samples = await metrics();
		assert.deepEqual(
			['waiting', 'working'].map((state) => samples.get(`toolcoder_queue_runs{state="${state}"}`)),
			[3, 2],
		);
		operations.serving({ ...nothing, load: () => Promise.reject(new Error('away')) });
		const without = await metrics();
		assert.equal(without.has('toolcoder_queue_runs{state="waiting"}'), false);
		assert.ok(without.has('process_cpu_seconds_total'));
	});

	test('ends whoever has only begun to ask', async (context) => {
		const operations = await open(context);
		const asking = request(`${operations.url}/livez`, { method: 'POST', headers: { 'content-length': 10 } });
		asking.on('error', () => {});
		const gone = once(asking, 'close');
		asking.write('12345');
		await fetch(`${operations.url}/livez`);
		await operations.close();
		await gone;
	});
});

/** Of a request line that `fetch` would not send. */
function statusOfRaw(url: string, path: string): Promise<number | undefined> {
	const { hostname, port } = new URL(url);
	return new Promise((resolve, reject) => {
		request({ hostname, port, path }, (response) => {
			response.resume();
			resolve(response.statusCode);
		})
			.on('error', reject)
			.end();
	});
}
