import assert from 'node:assert/strict';
import { access, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { UserError } from '../../src/errors.ts';
import { openStorage } from '../../src/storage/open.ts';
import { SqliteDatabase } from '../../src/storage/sqlite-database.ts';
import { openingError } from '../../src/storage/storage-error.ts';

const logger = pino({ level: 'silent' });

describe('openStorage', () => {
	let folder: string;
	before(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-'));
	});
	after(() => rm(folder, { recursive: true }));

	async function refusal(url: string): Promise<string> {
		try {
			await openStorage(url, { logger });
		} catch (error) {
			assert.ok(error instanceof UserError);
			assert.equal(error.code, 'storage');
			return error.userMessage;
		}
		throw new Error(`${url} was opened`);
	}

	it('names the addresses it knows when it gets another', async () => {
		for (const url of [
			'',
			'sqlite://',
			'sqlite:data.sqlite',
			'postgres://u:secret@host/db',
			'file.sqlite',
			'redis://',
			'redis://a b',
			'http://x',
		]) {
			const message = await refusal(url);
			assert.match(message, /sqlite:\/\/<file>.*redis:\/\/<host>/, url);
			assert.doesNotMatch(message, /secret/);
		}
	});

	it('says why a file cannot be a database', async () => {
		const text = path.join(folder, 'notes.txt');
		await writeFile(text, 'Not a database, but long enough to have a header. '.repeat(100));
		assert.match(await refusal(`sqlite://${text}`), /notes\.txt cannot be used.*not an SQLite database/);
		assert.match(await refusal(`sqlite://${text}/data/bot.sqlite`), /path is no folder/);
		assert.match(await refusal(`sqlite://${folder}`), /cannot be opened.*path names a file/);
		await symlink(path.join(folder, 'nowhere'), path.join(folder, 'dangling'));
		assert.match(await refusal(`sqlite://${folder}/dangling/data/bot.sqlite`), /path is no folder/);
	});

	it('says that another program locks the file', async () => {
		const file = path.join(folder, 'locked.sqlite');
		const other = new DatabaseSync(file);
		other.exec('CREATE TABLE t (x); BEGIN EXCLUSIVE');
		await assert.rejects(SqliteDatabase.open(file, { busyTimeoutMs: 50 }), (error) =>
			/locked by another program/.test(openingError('x', error).userMessage),
		);
		other.close();
	});

	it('says that Redis is away and leaves the password out', async () => {
		const message = await refusal('redis://bot:hunter2@127.0.0.1:1');
		assert.match(message, /redis:\/\/127\.0\.0\.1:1 cannot be used.*cannot be reached/);
		assert.doesNotMatch(message, /hunter2/);
		assert.match(await refusal('rediss://127.0.0.1:1'), /cannot be reached/);
	});

	it('creates the folders of a relative path', async () => {
		const relative = path.relative(process.cwd(), path.join(folder, 'a', 'b', 'bot.sqlite'));
		const storage = await openStorage(`sqlite://${relative}`, { logger });
		await storage.records('r').put('k', {});
		await storage.close();
		await access(path.join(folder, 'a', 'b', 'bot.sqlite'));
	});

	it('gives each `:memory:` a database of its own', async () => {
		const [one, two] = [await openStorage('sqlite://:memory:', { logger }), await openStorage('sqlite://:memory:', { logger })];
		await one.records('r').put('k', {});
		assert.deepEqual(await one.records('r').get('k'), {});
		assert.equal(await two.records('r').get('k'), undefined);
		await one.close();
		await two.close();
	});
});
