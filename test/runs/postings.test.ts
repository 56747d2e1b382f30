import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { createPostings, NotSent, type PostingsOptions } from '../../src/runs/postings.ts';
import { createProcessIdentity } from '../../src/runs/process-identity.ts';
import { SqliteDatabase } from '../../src/storage/sqlite-database.ts';
import { createSqliteStorage } from '../../src/storage/sqlite-storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { World } from './world.ts';

const logger = pino({ level: 'silent' });

let folder: string;
let file: string;
let database: SqliteDatabase;
let storage: Storage;
beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-'));
	file = path.join(folder, 'bot.sqlite');
	database = await SqliteDatabase.open(file);
	storage = await createSqliteStorage(database, { logger });
});
afterEach(async () => {
	await storage.close();
	await rm(folder, { recursive: true });
});

/** As another process has them: by another name. */
const open = (options: Partial<PostingsOptions> = {}) => createPostings(storage, { owner: createProcessIdentity(), logger, ...options });

/** A channel and the messages in it. What `fail` throws, it throws after the message appeared. */
function channel(fail?: () => void) {
	const posted: string[] = [];
	const asked: string[] = [];
	const message = (text: string) => ({
		send: async () => {
			asked.push('send');
			posted.push(text);
			fail?.();
			return `id of ${text}`;
		},
		find: async () => {
			asked.push('find');
			return posted.includes(text) ? `id of ${text}` : undefined;
		},
	});
	return { posted, asked, message };
}

describe('posting', () => {
	it('tells what stands without sending, and looks for what may have got through', async () => {
		const { message, asked } = channel(() => {
			throw new Error('cut off');
		});
		const { find, send } = message('hello');
		assert.equal(await open().get('k', find), undefined);
		await assert.rejects(open().post('k', { find, send }), /cut off/);
		assert.equal(await open().get('k'), undefined);
		assert.equal(await open().get('k', find), 'id of hello');
		assert.equal(await open().get('k', find), 'id of hello');
		assert.deepEqual(asked, ['send', 'find']);
	});

	it('sends a message once and knows its id from then on', async () => {
		const { message, asked } = channel();
		const postings = open();
		assert.equal(await postings.get('k'), undefined);
		assert.equal(await postings.post('k', message('a')), 'id of a');
		assert.equal(await postings.post('k', message('a')), 'id of a');
		assert.equal(await open().post('k', message('a')), 'id of a');
		assert.equal(await postings.get('k'), 'id of a');
		assert.deepEqual(asked, ['send']);
	});

	it('sends each of several messages', async () => {
		const { message, posted } = channel();
		const postings = open();
		await Promise.all(['a', 'b', 'c'].map((key) => postings.post(key, message(key))));
		assert.deepEqual(posted.toSorted(), ['a', 'b', 'c']);
	});

	it('sends one that was forgotten anew', async () => {
		const { message, asked } = channel();
		const postings = open();
		await postings.post('k', message('a'));
		await postings.forget('k');
		assert.equal(await postings.get('k'), undefined);
		await postings.post('k', message('a'));
		assert.deepEqual(asked, ['send', 'send']);
	});

	it('sends it once for those who post it at the same time, in one process and in several', async () => {
		const { message, asked } = channel();
		const processes = Array.from({ length: 4 }, () => open());
		const ids = await Promise.all([...processes, ...processes].map((postings) => postings.post('k', message('a'))));
		assert.deepEqual(new Set(ids), new Set(['id of a']));
		assert.deepEqual(asked, ['send']);
	});
});

describe('a message that another process has just sent', () => {
	it('is neither sent nor looked for', async () => {
		const { message, asked } = channel();
		const late: Storage = {
			...storage,
			claim: async (...claim) => {
				// Between the look and the lease.
				await open().post('k', message('a'));
				return storage.claim(...claim);
			},
		};
		const postings = createPostings(late, { owner: createProcessIdentity(), logger });
		assert.equal(await postings.post('k', message('a')), 'id of a');
		assert.deepEqual(asked, ['send']);
	});
});

describe('a message that may have got through', () => {
	it('is looked for before it is sent again', async () => {
		const failing = channel(() => {
			throw new Error('connection reset');
		});
		await assert.rejects(open().post('k', failing.message('a')), /connection reset/);
		assert.equal(await open().get('k'), undefined);
		assert.equal(await open().post('k', failing.message('a')), 'id of a');
		assert.equal(await open().get('k'), 'id of a');
		assert.deepEqual(failing.asked, ['send', 'find']);
	});

	it('is sent again when it is not found', async () => {
		let failures = 1;
		const { message, posted, asked } = channel(() => {
			if (failures-- > 0) throw new Error(`lost ${posted.pop()}`);
		});
		await assert.rejects(open().post('k', message('a')), /lost a/);
		assert.equal(await open().post('k', message('a')), 'id of a');
		assert.deepEqual(asked, ['send', 'find', 'send']);
	});

	it('is not sent when it cannot be looked for', async () => {
		const { message, asked } = channel(() => {
			throw new Error('connection reset');
		});
		await assert.rejects(open().post('k', message('a')));
		const blind = { ...message('a'), find: () => Promise.reject(new Error('no history')) };
		await assert.rejects(open().post('k', blind), /no history/);
		assert.deepEqual(asked, ['send']);
	});
});

describe('a message that was refused', () => {
	const refuse = () => {
		throw new NotSent(new TypeError('channel is archived'));
	};

	it('rejects with the cause, and is sent without a look the next time', async () => {
		const refusing = channel(refuse);
		await assert.rejects(open().post('k', refusing.message('a')), { name: 'TypeError', message: 'channel is archived' });
		const { message, asked } = channel();
		await open().post('k', message('a'));
		assert.deepEqual(asked, ['send']);
	});

	it('is still looked for when an earlier attempt may have got through', async () => {
		const unclear = channel(() => {
			throw new Error('connection reset');
		});
		await assert.rejects(open().post('k', unclear.message('a')));
		const refusing = channel(refuse);
		await assert.rejects(open().post('k', refusing.message('a')), /archived/);
		assert.equal(await open().post('k', unclear.message('a')), 'id of a');
		assert.deepEqual(unclear.asked, ['send', 'find']);
	});
});

describe('a storage that fails', () => {
	it('before it is sent: nothing is', async () => {
		const { message, asked } = channel();
		await database.query('PRAGMA query_only = ON');
		await assert.rejects(open().post('k', message('a')), { name: 'UserError', code: 'storage' });
		await database.query('PRAGMA query_only = OFF');
		assert.deepEqual(asked, []);
	});

	it('after it was sent: it stands, and the next one finds it', async () => {
		const { message, asked } = channel();
		const { send } = message('a');
		const failing = {
			...message('a'),
			send: async () => {
				const id = await send();
				await database.query('PRAGMA query_only = ON');
				return id;
			},
		};
		assert.equal(await open().post('k', failing), 'id of a');
		await database.query('PRAGMA query_only = OFF');
		assert.equal(await open().get('k'), undefined);
		// The lease could not be given up either.
		assert.equal(await storage.holder('posting/k').then((holder) => storage.release('posting/k', holder ?? '')), undefined);
		assert.equal(await open().post('k', message('a')), 'id of a');
		assert.deepEqual(asked, ['send', 'find']);
	});
});

describe('a process that was suspended', () => {
	it('does not send what another one may be sending by now', async () => {
		const lost = channel(() => {
			throw new Error(`lost ${lost.posted.pop()}`);
		});
		await assert.rejects(open().post('k', lost.message('a')));
		const { message, asked } = channel();
		const slow = {
			...message('a'),
			find: async () => {
				// Nothing else runs meanwhile the first time, not even the timer that prolongs the lease.
				const resumedAt = Date.now() + (asked.length === 0 ? 80 : 0);
				while (Date.now() < resumedAt);
				return message('a').find();
			},
		};
		assert.equal(await open({ lease: { ttlMs: 60, renewMs: 10_000 } }).post('k', slow), 'id of a');
		assert.deepEqual(asked, ['find', 'find', 'send']);
	});
});

describe('real processes', () => {
	function start(address: string, ...keys: string[]): ChildProcess {
		const script = path.join(import.meta.dirname, 'posting-process.ts');
		return spawn(process.execPath, [script, `sqlite://${file}`, address, keys.join(',')], { stdio: 'inherit' });
	}

	it('wait for one that is sending, and look for its message as soon as it is killed', async () => {
		const world = new World('send-k');
		const child = start(await world.open(), 'k');
		await world.held.promise;
		const { message, asked, posted } = channel();
		const posting = open().post('k', message('a'));
		await delay(300);
		assert.deepEqual(asked, [], 'it did not wait');
		posted.push('a');
		child.kill('SIGKILL');
		await once(child, 'exit');
		assert.equal(await posting, 'id of a');
		assert.deepEqual(asked, ['find']);
		assert.equal(world.counts.get('send-k'), 1);
		world.close();
	});

	it('that are killed before they send leave nothing to look for', async () => {
		const identity = createProcessIdentity();
		const child = spawn(process.execPath, ['--eval', '']);
		await once(child, 'exit');
		await storage.claim('posting/k', identity.replace(`:${process.pid}:`, `:${child.pid}:`), 60_000);
		const { message, asked } = channel();
		await open().post('k', message('a'));
		assert.deepEqual(asked, ['send']);
	});

	it('send each of many messages once between them', async () => {
		const world = new World(undefined);
		const address = await world.open();
		const keys = Array.from({ length: 20 }, (_, n) => `k${n}`);
		const children = [start(address, ...keys), start(address, ...keys.toReversed())];
		await Promise.all(
			children.map(async (child) => {
				await once(child, 'exit');
				assert.equal(child.exitCode, 0);
			}),
		);
		world.close();
		assert.deepEqual(Object.fromEntries(world.counts), Object.fromEntries(keys.map((key) => [`send-${key}`, 1])));
		const postings = open();
		for (const key of keys) assert.equal(await postings.get(key), `send-${key}`);
	});
});
