import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createOpenedToolsets } from '../../src/toolset/opened-toolsets.ts';
import type { Tool } from '../../src/toolset/tool.ts';
import type { OpenedToolset } from '../../src/toolset/toolset-record.ts';

/** One that holds a connection, with what becomes of it. */
function connected(answer: Promise<void> = Promise.resolve()) {
	const closed = Promise.withResolvers<void>();
	const state = { isClosed: false, closed: closed.promise };
	const toolset = {
		name: 'crm',
		tools: new Map(),
		async call() {
			await answer;
			return { ok: true, value: null };
		},
		async close() {
			state.isClosed = true;
			closed.resolve();
		},
	} as unknown as OpenedToolset;
	return { toolset, state };
}

const call = (toolset: OpenedToolset) => toolset.call({} as Tool, {}, { signal: new AbortController().signal });

describe('createOpenedToolsets', () => {
	test('a version is opened once, and a failure is tried again', async () => {
		const opened = createOpenedToolsets(1000);
		let tries = 0;
		const failing = async () => {
			tries += 1;
			throw new Error('down');
		};
		await assert.rejects(opened.get('a', '1', failing), /down/);
		await assert.rejects(opened.get('a', '1', failing), /down/);
		assert.equal(tries, 2);
		const { toolset } = connected();
		const [first, second] = await Promise.all([opened.get('a', '1', async () => toolset), opened.get('a', '1', async () => assert.fail())]);
		assert.equal(first, second);
	});

	test('a failure of a former version leaves the present one', async () => {
		const opened = createOpenedToolsets(1000);
		const gate = Promise.withResolvers<OpenedToolset>();
		const former = opened.get('a', '1', () => gate.promise);
		const present = await opened.get('a', '2', async () => connected().toolset);
		gate.reject(new Error('late'));
		await assert.rejects(former, /late/);
		assert.equal(await opened.get('a', '2', async () => assert.fail()), present);
	});

	test('what is replaced, dropped or left out is closed once nobody has called it for a while; what is kept is not', async () => {
		const opened = createOpenedToolsets(10);
		const [replaced, present, dropped, left, other] = [connected(), connected(), connected(), connected(), connected()];
		opened.put('w/a', '1', replaced.toolset);
		opened.put('w/a', '2', present.toolset);
		opened.put('w/b', '1', dropped.toolset);
		opened.drop('w/b');
		opened.put('w/c', '1', left.toolset);
		opened.put('v/a', '1', other.toolset);
		opened.keepOnly('w/', new Set(['w/a']));
		await Promise.all([replaced.state.closed, dropped.state.closed, left.state.closed]);
		assert.deepEqual([present.state.isClosed, other.state.isClosed], [false, false]);
	});

	test('a call that is under way is waited for', async () => {
		const opened = createOpenedToolsets(10);
		const answer = Promise.withResolvers<void>();
		const slow = connected(answer.promise);
		opened.put('a', '1', slow.toolset);
		const calling = call(await opened.get('a', '1', async () => assert.fail()));
		opened.drop('a');
		await delay(60);
		assert.equal(slow.state.isClosed, false);
		answer.resolve();
		assert.deepEqual(await calling, { ok: true, value: null });
		await slow.state.closed;
	});

	test('at the end all are closed, replaced ones and such that are still being opened, too', async () => {
		const opened = createOpenedToolsets(60_000);
		const [replaced, present, opening] = [connected(), connected(), connected()];
		opened.put('a', '1', replaced.toolset);
		opened.put('a', '2', present.toolset);
		opened.get('b', '1', async () => assert.fail('broken')).catch(() => undefined);
		void opened.get('c', '1', async () => {
			await delay(5);
			return opening.toolset;
		});
		await opened.close();
		assert.deepEqual(
			[replaced, present, opening].map(({ state }) => state.isClosed),
			[true, true, true],
		);
	});
});
