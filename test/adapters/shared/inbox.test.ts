import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { createEngagements } from '../../../adapters/shared/engagements.ts';
import { createInbox } from '../../../adapters/shared/inbox.ts';
import { createProcessIdentity } from '../../../src/runs/process-identity.ts';
import { openStorage } from '../../../src/storage/open.ts';
import type { Storage } from '../../../src/storage/storage.ts';

const logger = pino({ level: 'silent' });

async function storageOf(context: TestContext): Promise<Storage> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-inbox-'));
	const storage = await openStorage(`sqlite://${folder}/store.sqlite`, { logger });
	context.after(async () => {
		await storage.close();
		await rm(folder, { recursive: true });
	});
	return storage;
}

/** An identity of a process of this host that has ended. */
async function deadIdentity(): Promise<string> {
	const child = spawn(process.execPath, ['-e', '']);
	await once(child, 'exit');
	const [host] = createProcessIdentity().split(':');
	return `${host}:${child.pid}:gone`;
}

test('one of many deliveries of an event is taken, by whichever process', async (context) => {
	const storage = await storageOf(context);
	const inboxes = ['a', 'b', 'c'].map((owner) => createInbox(storage, { platform: 'chat', owner, logger }));
	const deliveries = Array.from({ length: 12 }, (_, index) => inboxes[index % 3]?.accept('event/Ev1', { index }));
	const taken = await Promise.all(deliveries);
	assert.equal(taken.filter(Boolean).length, 1);
	assert.equal(await inboxes[0]?.accept('event/Ev2', {}), true);
});

test('what was not handled when its process died is given to one other; what was handled is not', async (context) => {
	const storage = await storageOf(context);
	const dead = createInbox(storage, { platform: 'chat', owner: await deadIdentity(), logger });
	await dead.accept('event/lost', { text: 'still here' });
	await dead.accept('event/handled', {});
	await dead.done('event/handled');
	const living = createInbox(storage, { platform: 'chat', owner: createProcessIdentity(), logger });
	await living.accept('event/own', {});
	const next = createInbox(storage, { platform: 'chat', owner: createProcessIdentity(), logger });
	const [first, second] = await Promise.all([next.leftBehind(), living.leftBehind()]);
	assert.deepEqual([...first, ...second], [['event/lost', { text: 'still here' }]]);
	assert.equal(await next.accept('event/lost', {}), false, 'delivered once more, it is known');
});

test('a process that dies before it has taken what it wrote down has lost nothing', async (context) => {
	const storage = await storageOf(context);
	const dying: Storage = Object.assign(Object.create(storage), { claim: () => new Promise(() => {}) });
	void createInbox(dying, { platform: 'chat', owner: await deadIdentity(), logger }).accept('event/Ev1', { text: 'still here' });
	const letters = storage.records('chat-inbox');
	while ((await letters.get('event/Ev1')) === undefined) await delay(1);
	const living = createInbox(storage, { platform: 'chat', owner: createProcessIdentity(), logger });
	assert.deepEqual(await living.leftBehind(), [['event/Ev1', { text: 'still here' }]]);
	assert.equal(await living.accept('event/Ev1', {}), false, 'delivered once more, it is known');
	await living.done('event/Ev1');
	assert.deepEqual(await createInbox(storage, { platform: 'chat', owner: createProcessIdentity(), logger }).leftBehind(), []);
});

test('what is delivered once more while it is crossed off is not handled again', async (context) => {
	const storage = await storageOf(context);
	const inbox = createInbox(storage, { platform: 'chat', owner: await deadIdentity(), logger });
	await inbox.accept('event/Ev1', {});
	await inbox.done('event/Ev1');
	// Another process saw that nobody had taken it, and wrote it down a moment too late.
	await storage.records('chat-inbox').put('event/Ev1', { body: {}, owner: await deadIdentity(), at: Date.now(), takenAt: Date.now() });
	assert.deepEqual(await createInbox(storage, { platform: 'chat', owner: createProcessIdentity(), logger }).leftBehind(), []);
});

test('what cannot be written down is not accepted, and may come again', async (context) => {
	const storage = await storageOf(context);
	let broken = true;
	const failing: Storage = {
		...storage,
		claim: (...args) => storage.claim(...args),
		release: (...args) => storage.release(...args),
		records<T extends object>(namespace: string) {
			const records = storage.records<T>(namespace);
			return { ...records, put: (key: string, value: T) => (broken ? Promise.reject(new Error('disk full')) : records.put(key, value)) };
		},
	} as Storage;
	const inbox = createInbox(failing, { platform: 'chat', owner: 'a', logger });
	await assert.rejects(inbox.accept('event/Ev1', {}), /disk full/);
	broken = false;
	assert.equal(await inbox.accept('event/Ev1', {}), true);
});

test('a thread that began with the bot is open to all in it, another one to those who asked there', async (context) => {
	const engagements = createEngagements(await storageOf(context));
	const [own, other] = ['slack:T1/C1/1.0', 'slack:T1/C1/2.0'] as const;
	await engagements.join(own);
	await engagements.join(other, 'U1');
	assert.deepEqual(await Promise.all([engagements.includes(own, 'U1'), engagements.includes(own, 'U2')]), [true, true]);
	assert.deepEqual(await Promise.all([engagements.includes(other, 'U1'), engagements.includes(other, 'U2')]), [true, false]);
	assert.equal(await engagements.includes('slack:T2/C1/1.0', 'U1'), false, 'the same channel id of another workspace');
});

test('what was said before somebody asked the bot is told from what came after, though they ask again', async (context) => {
	const engagements = createEngagements(await storageOf(context));
	const before = Date.now() - 1;
	await engagements.join('a', 'U1');
	const after = Date.now();
	await delay(5);
	await engagements.join('a', 'U1');
	assert.deepEqual(await Promise.all([before, after, undefined].map((at) => engagements.includes('a', 'U1', at))), [false, true, true]);
});

test('what a process had taken when it died is given to another at once, though a living one wrote it down last', async (context) => {
	const storage = await storageOf(context);
	const dead = createInbox(storage, { platform: 'chat', owner: await deadIdentity(), logger });
	const living = createInbox(storage, { platform: 'chat', owner: createProcessIdentity(), logger });
	assert.equal(await dead.accept('event/both', {}), true);
	await living.expect('event/both', {});
	assert.equal(await living.accept('event/both', {}), false);
	assert.deepEqual(await living.leftBehind(), [['event/both', {}]]);
	assert.deepEqual(await living.leftBehind(), [], 'it is in living hands now');
});

test('what was only expected is given to another when its process died', async (context) => {
	const storage = await storageOf(context);
	const dead = createInbox(storage, { platform: 'chat', owner: await deadIdentity(), logger });
	await dead.expect('event/expected', {});
	await dead.expect('event/dropped', {});
	await dead.done('event/dropped');
	const living = createInbox(storage, { platform: 'chat', owner: createProcessIdentity(), logger });
	assert.deepEqual(await living.leftBehind(), [['event/expected', {}]]);
	assert.equal(await living.accept('event/expected', {}), false);
});

test('a delivery whose claim is made but not answered is taken all the same', async (context) => {
	const storage = await storageOf(context);
	let lost = 0;
	const losing: Storage = {
		...storage,
		async claim(...args) {
			const claimed = await storage.claim(...args);
			if (lost++ === 0) throw new Error('the connection broke');
			return claimed;
		},
	};
	const inbox = createInbox(losing, { platform: 'chat', owner: createProcessIdentity(), logger });
	assert.equal(await inbox.accept('event/Ev1', {}), true);
	assert.equal(await inbox.accept('event/Ev1', {}), false);
});

test('what was handled while the storage failed is crossed off when it works again', { timeout: 20_000 }, async (context) => {
	const storage = await storageOf(context);
	const owner = await deadIdentity();
	let failing = true;
	const inbox = createInbox(
		{ ...storage, claim: (...args) => (failing ? Promise.reject(new Error('the disk is full')) : storage.claim(...args)) },
		{ platform: 'chat', owner, logger },
	);
	await inbox.expect('event/Ev1', {});
	await inbox.done('event/Ev1');
	const letters = () => Array.fromAsync(storage.records('chat-inbox').keys());
	assert.deepEqual(await letters(), ['event/Ev1']);
	failing = false;
	while ((await letters()).length > 0) await delay(50);
	assert.deepEqual(await createInbox(storage, { platform: 'chat', owner: createProcessIdentity(), logger }).leftBehind(), []);
});
