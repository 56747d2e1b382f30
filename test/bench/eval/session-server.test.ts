import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loopbackBase, sessionAt } from '../../../bench/eval/session-server.ts';
import { notesSuite, startNotesServer } from './notes-server.ts';

const { signal } = new AbortController();

for (const base of [
	'http://api.example',
	'http://10.0.0.8:8102',
	'http://127.0.0.1.example:80',
	'http://localhost.example',
	'http://0.0.0.0:1',
]) {
	test(`writes do not go to ${base}`, () => {
		assert.throws(() => loopbackBase(base), /is not this machine\. Programs change things/);
	});
}

for (const base of ['8102', 'https://127.0.0.1:8102', 'http://a:b@127.0.0.1:1', 'http://127.0.0.1:1/?a', 'file:///tmp', '']) {
	test(`${JSON.stringify(base)} is no base`, () => assert.throws(() => loopbackBase(base), /--base takes the address/));
}

test('a base is this machine, without a slash at its end', () => {
	assert.equal(loopbackBase('http://127.0.0.1:8102/'), 'http://127.0.0.1:8102');
	assert.equal(loopbackBase('http://localhost:8102/api//'), 'http://localhost:8102/api');
	assert.equal(loopbackBase('http://[::1]:8102'), 'http://[::1]:8102');
	assert.equal(loopbackBase('http://127.8.9.1'), 'http://127.8.9.1');
});

test('a server that is not there is named, with what to do', async () => {
	await assert.rejects(sessionAt('http://127.0.0.1:1', 'a', signal).reset(), /does not answer at http:\/\/127\.0\.0\.1:1\. Start it/);
});

test('a server of something else is told', async (context) => {
	const { base } = await startNotesServer(context);
	await assert.rejects(sessionAt(base, 'a', signal).record(), /answers 404 to GET .*_admin\/(log|state)/);
});

test("another suite's server is told before it is asked anything", async (context) => {
	const { base } = await startNotesServer(context);
	const session = sessionAt(base, 'a', signal);
	context.after(() => session.close());
	await session.reset();
	const suite = { ...notesSuite([]), isServedBy: () => false };
	await assert.rejects(session.open(suite), {
		name: 'UserError',
		message: /none of the operations that notes is about\. Is --base the server/,
	});
});

test('calls reach their session, whatever it is called, and never its administration', async (context) => {
	const server = await startNotesServer(context);
	const session = sessionAt(server.base, 'lv1/a b-1', signal);
	context.after(() => session.close());
	await session.reset();
	const toolset = await session.open(notesSuite([]));
	const call = async (name: string, args: Record<string, string>) => {
		const tool = toolset.tools.get(name);
		assert.ok(tool, `no tool ${name}`);
		return toolset.call(tool, args, { signal });
	};
	assert.deepEqual(await call('addNote', { text: 'milk' }), { ok: true, value: ['milk'], status: 200 });
	for (const what of ['log', 'state', 'reset']) {
		const response = await call('administer', { what });
		assert.equal(!response.ok && response.kind, 'refused');
	}
	assert.deepEqual(await session.record(), { base: server.base, session: 'lv1/a b-1', log: ['POST /notes'], state: ['milk'] });
	await session.reset();
	assert.deepEqual((await session.record()).state, []);
});
