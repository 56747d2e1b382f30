import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { readMcpSnapshot } from '../../../src/toolset/mcp/read-snapshot.ts';
import { commandRoute, oddServer, openServer } from './servers.ts';

const SIGNAL = { address: 'mcp:it', signal: AbortSignal.timeout(30_000) };

/** Whether the process is there, waiting a moment for its end. */
async function lives(pid: number): Promise<boolean> {
	for (let look = 0; look < 100; look += 1) {
		try {
			process.kill(pid, 0);
		} catch {
			return false;
		}
		await delay(50);
	}
	return true;
}

describe('a stdio server that cannot be used', () => {
	test('is explained', async () => {
		const missing = { command: '/nowhere/server', args: [], environment: {} };
		await assert.rejects(readMcpSnapshot(commandRoute(missing), SIGNAL), {
			name: 'UserError',
			code: 'network',
			message: 'The command line of mcp:it cannot be started (ENOENT). The operator should check it.',
		});
		const ending = { command: process.execPath, args: ['-e', 'console.error("no licence"); process.exit(3)'], environment: {} };
		await assert.rejects(readMcpSnapshot(commandRoute(ending), SIGNAL), (error: Error) => {
			assert.match(error.message, /^mcp:it ended the connection while it was being made/);
			assert.match(String(error.cause), /It wrote: no licence/);
			return true;
		});
	});

	test('is given up with the signal', async (context) => {
		const silent = { command: process.execPath, args: ['-e', 'process.stdin.resume()'], environment: {} };
		const toolset = await openServer(context, commandRoute(silent), { text: await oddText(context) });
		const answer = await toolset.ask('fail', {}, AbortSignal.timeout(300));
		assert.deepEqual(answer, { ok: false, kind: 'stopped', message: 'The call was stopped.' });
	});
});

async function oddText(context: TestContext): Promise<string> {
	const { command } = await oddServer(context);
	return readMcpSnapshot(commandRoute(command), SIGNAL);
}

describe('results', () => {
	test('that are not what was promised are handed on, failures are told in plain words', async (context) => {
		const { command } = await oddServer(context);
		const odd = await openServer(context, commandRoute(command));
		assert.equal(odd.title, 'Odd server');
		assert.deepEqual(await odd.value('liar'), { count: 'many' });
		assert.deepEqual(await odd.ask('fail'), { ok: false, kind: 'http', message: 'No such thing' });
		assert.deepEqual(await odd.ask('refuse'), {
			ok: false,
			kind: 'invalid-arguments',
			message: 'The server refused the arguments: I want a number',
		});
		assert.deepEqual(await odd.ask('deep'), {
			ok: false,
			kind: 'http',
			message: 'The result is nested more than 200 levels deep, which a program cannot read.',
		});
	});

	test('that are too large end the server, and the next call starts it again', async (context) => {
		const { command, pids } = await oddServer(context);
		const odd = await openServer(context, commandRoute(command));
		const before = (await pids()).length;
		const huge = await odd.ask('huge');
		assert.ok(!huge.ok && huge.kind === 'too-large');
		assert.match(huge.message, /larger than 8 MB\. Ask for less/);
		assert.deepEqual(await odd.value('liar'), { count: 'many' });
		assert.equal((await pids()).length, before + 2);
	});
});

describe('a server that ends during a call', () => {
	test('is started again for a read, once', async (context) => {
		const { command, diary } = await oddServer(context);
		const odd = await openServer(context, commandRoute(command));
		assert.equal(await odd.value('crashOnce'), 'the second time');
		assert.deepEqual(await diary(), ['crash-once', 'crash-once']);
	});

	test('is not asked again for a write, which may have happened', async (context) => {
		const { command, diary } = await oddServer(context);
		const troubles: unknown[] = [];
		const odd = await openServer(context, commandRoute(command), { onTrouble: (error) => troubles.push(error) });
		for (const name of ['crash', 'writeOnce']) {
			assert.deepEqual(await odd.ask(name), { ok: false, kind: 'network', message: 'mcp:it ended before it had answered.' });
		}
		assert.deepEqual(await diary(), ['crash', 'write-once']);
		assert.match(String(troubles[0]), /ended before it had answered\. It wrote: I cannot go on/);
	});
});

describe('time', () => {
	test('is limited, and a call that is given up is cancelled at the server', async (context) => {
		const { command, diary } = await oddServer(context);
		const odd = await openServer(context, commandRoute(command), { limits: { callMs: 300 } });
		assert.deepEqual(await odd.ask('silent'), { ok: false, kind: 'timed-out', message: 'mcp:it did not answer within 0.3 s.' });
		const stopping = new AbortController();
		const stopped = odd.ask('silent', {}, stopping.signal);
		setTimeout(() => stopping.abort(), 100);
		assert.deepEqual(await stopped, { ok: false, kind: 'stopped', message: 'The call was stopped.' });
		// The connection is the same, and what was sent before has arrived.
		await odd.value('liar');
		assert.deepEqual(await diary(), ['silent', 'cancelled', 'silent', 'cancelled', 'liar']);
	});

	test('is extended by progress', async (context) => {
		const { command } = await oddServer(context);
		const odd = await openServer(context, commandRoute(command), { limits: { callMs: 600 } });
		assert.equal(await odd.value('slow'), 'done');
	});
});

describe('connections', () => {
	test('are made at the first call, shared by parallel ones, and closed when idle', async (context) => {
		const { command, pids } = await oddServer(context);
		const { text } = await openServer(context, commandRoute(command));
		const before = (await pids()).length;
		const odd = await openServer(context, commandRoute(command), { text, limits: { idleMs: 50 } });
		assert.equal((await pids()).length, before);
		await Promise.all(Array.from({ length: 10 }, () => odd.value('liar')));
		const started = (await pids()).slice(before);
		assert.equal(started.length, 1);
		assert.equal(await lives(started[0] ?? 0), false);
		await odd.value('liar');
		assert.equal((await pids()).length, before + 2);
	});

	test('end with the toolset: calls as stopped, processes even when they do not want to', async (context) => {
		const { command, pids } = await oddServer(context, 'deaf');
		const odd = await openServer(context, commandRoute(command), { text: await oddText(context) });
		const waiting = odd.ask('silent');
		while (!(await odd.ask('liar')).ok) await delay(10);
		await odd.close?.();
		assert.deepEqual(await waiting, { ok: false, kind: 'stopped', message: 'The call was stopped.' });
		assert.deepEqual(await odd.ask('liar'), { ok: false, kind: 'stopped', message: 'The call was stopped.' });
		for (const pid of await pids()) assert.equal(await lives(pid), false);
	});
});

describe('a list of tools that changes', () => {
	test('is told in a form that lets nothing loose, and changes nothing by itself', async (context) => {
		const { command } = await oddServer(context);
		const changed = Promise.withResolvers<string>();
		const odd = await openServer(context, commandRoute(command), { onListChanged: changed.resolve });
		const tools = [...odd.tools.keys()];
		assert.equal(odd.tools.get('grow')?.effect, 'write');
		await odd.value('grow');
		const told = await changed.promise;
		assert.deepEqual([...odd.tools.keys()], tools);
		assert.equal(odd.tools.get('grow')?.effect, 'write');

		const stored = await openServer(context, commandRoute(command), { text: told });
		assert.equal(stored.tools.get('grow')?.effect, 'write', 'a write that now says it only reads');
		assert.equal(stored.tools.get('grown')?.effect, 'destructive', 'a new tool that says it only reads');
		assert.equal(stored.tools.has('fail'), false);
		assert.equal(stored.tools.get('liar')?.schemaHash, odd.tools.get('liar')?.schemaHash);
	});
});

describe('the environment of a server', () => {
	test('holds what it was handed, and nothing else of the bot', async (context) => {
		const { command } = await oddServer(context);
		const secret = 'a secret of the bot alone';
		process.env.TOOLSET_SECRET_TEST_ODD = secret;
		context.after(() => delete process.env.TOOLSET_SECRET_TEST_ODD);
		const route = commandRoute({ ...command, environment: { ODD_TOKEN: 'handed over' } });
		const odd = await openServer(context, route, { secrets: () => ['handed over'] });
		const names = Object.keys((await odd.value('environment')) as object);
		const usual = ['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER'];
		assert.deepEqual(
			names.filter((name) => !usual.includes(name)),
			['ODD_TOKEN'],
		);
		assert.equal(((await odd.value('environment')) as Record<string, string>).ODD_TOKEN, '[secret]');
	});
});
