import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import { UserError } from '../../src/errors.ts';
import type { Progress } from '../../src/pipeline/progress.ts';
import type { Journal } from '../../src/runs/journal.ts';
import type { Run } from '../../src/runs/run.ts';
import { createRunQueue, type RunQueue } from '../../src/runs/run-queue.ts';
import { refusedMessage, stoppedMessage } from '../../src/runs/stopped-message.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import type { Effect } from '../../src/toolset/tool.ts';
import { recordingConversation, until } from './scripted-answer.ts';

const logger = pino({ level: 'silent' });
const REQUEST = { workspaceId: 'slack:T1', conversation: 'c', text: 'q', askedBy: { id: 'U1' }, allowWrites: true };
const CHANGED =
	'Stopped by dana. 1 call that changes data had been sent already: crm.add. Asking again starts over, and may send it again.';

let storage: Storage;
let queues: RunQueue[];
let place: ReturnType<typeof recordingConversation>;
beforeEach(async () => {
	storage = await openStorage('sqlite://:memory:', { logger });
	queues = [];
	place = recordingConversation();
});
afterEach(async () => {
	await Promise.all(queues.map((queue) => queue.close()));
	await storage.close();
});

/** Makes its calls, then works until it is aborted. */
function open(calls: readonly (readonly [tool: string, effect: Effect])[]): RunQueue {
	async function* answer(_run: Run, journal: Journal, signal: AbortSignal): AsyncGenerator<Progress> {
		for (const [tool, effect] of calls) await journal.call(0, { tool, args: {} }, effect, async () => ({ ok: true, value: null }));
		yield { type: 'status', text: 'working' };
		await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
	}
	const queue = createRunQueue({ storage, answer, openConversation: () => place.conversation, concurrency: 4, logger });
	queues.push(queue);
	return queue;
}

describe('a run that is stopped', () => {
	it('says nothing of changes when it has only read', async () => {
		const queue = open([['crm.list', 'read']]);
		const { run, finished } = await queue.submit(REQUEST);
		await until(() => place.shown.length === 1);
		await queue.stop(run.id, 'dana');
		assert.partialDeepStrictEqual(await finished, { message: 'Stopped by dana. Ask again to start over.' });
	});

	it('says what had been changed by then', async () => {
		const queue = open([
			['crm.list', 'read'],
			['crm.add', 'write'],
		]);
		const { run, finished } = await queue.submit(REQUEST);
		await until(() => place.shown.length === 1);
		await queue.stop(run.id, 'dana');
		assert.partialDeepStrictEqual(await finished, { code: 'stopped', message: CHANGED });
		assert.partialDeepStrictEqual(place.shown.at(-1)?.event, { message: CHANGED });
	});

	it('says it also of a process that is gone', async () => {
		const dying = open([['crm.add', 'write']]);
		const { run } = await dying.submit(REQUEST);
		await until(() => place.shown.length === 1);
		await dying.close();
		const queue = open([]);
		await queue.stop(run.id, 'dana');
		await until(() => place.types().at(-1) === 'failure');
		assert.partialDeepStrictEqual(place.shown.at(-1)?.event, { message: CHANGED });
	});
});

describe('a run that fails', () => {
	const failing = (calls: readonly Effect[], userMessage: string) => {
		async function* answer(_run: Run, journal: Journal): AsyncGenerator<Progress> {
			for (const effect of calls) await journal.call(0, { tool: 'crm.add', args: {} }, effect, async () => ({ ok: true, value: null }));
			yield { type: 'status', text: 'working' };
			throw new UserError('model-unavailable', userMessage);
		}
		const queue = createRunQueue({ storage, answer, openConversation: () => place.conversation, concurrency: 4, logger });
		queues.push(queue);
		return queue;
	};

	it('after it had changed something says so, since people are told to try again', async () => {
		const { finished } = await failing(['read', 'write'], 'The model server failed. Try again in a minute.').submit(REQUEST);
		const message =
			'The model server failed. Try again in a minute. 1 call that changes data had been sent already: crm.add. Asking again starts over, and may send it again.';
		assert.partialDeepStrictEqual(await finished, { code: 'model-unavailable', message });
		assert.partialDeepStrictEqual(place.shown.at(-1)?.event, { message });
	});

	it('says nothing of changes when it has only read', async () => {
		const { finished } = await failing(['read'], 'The model server failed.').submit(REQUEST);
		assert.partialDeepStrictEqual(await finished, { message: 'The model server failed.' });
	});

	it('does not say it twice', async () => {
		const refused = refusedMessage('POST https://crm.test/people', ['crm.add']);
		const { finished } = await failing(['write'], refused).submit(REQUEST);
		assert.partialDeepStrictEqual(await finished, { message: refused });
	});
});

describe('what people read of a run that ended at a refusal', () => {
	it('tells of what had gone out before', () => {
		assert.equal(
			refusedMessage('POST https://crm.test/people', []),
			'POST https://crm.test/people was not approved, so the program was stopped before it. Ask again if it should go out.',
		);
		assert.match(
			refusedMessage('POST https://crm.test/people', ['crm.add']),
			/stopped before it\. 1 call that changes data had been sent already: crm\.add\. Asking again starts over, and may send it again\.$/,
		);
	});
});

describe('what people read of a stopped run', () => {
	it('counts the calls and names the first tools', () => {
		assert.equal(stoppedMessage('dana', []), 'Stopped by dana. Ask again to start over.');
		assert.equal(
			stoppedMessage('dana', ['crm.add', 'crm.drop', 'crm.add']),
			'Stopped by dana. 3 calls that change data had been sent already: crm.add (2 times), crm.drop. Asking again starts over, and may send them again.',
		);
		assert.match(stoppedMessage('dana', ['a.a', 'a.b', 'a.c', 'a.d']), /4 calls .*: a\.a, a\.b, a\.c, …\. Asking/);
	});
});
