import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { runDataCommand } from '../../src/data/data-command.ts';
import { eraseWorkspace } from '../../src/data/erase.ts';
import { exportLines } from '../../src/data/export.ts';
import { importWorkspace } from '../../src/data/import.ts';
import { SCHEMA_VERSION } from '../../src/data/migrate.ts';
import { NAMESPACES } from '../../src/data/namespaces.ts';
import { openMigrated } from '../../src/data/open-migrated.ts';
import { createFunctionStore } from '../../src/repository/store/function-store.ts';
import { runLease } from '../../src/runs/lease.ts';
import { createRunStore } from '../../src/runs/run-store.ts';
import { createTranscript, topicOf } from '../../src/runs/transcript.ts';
import { createUsage } from '../../src/runs/usage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { createStoredToolsets } from '../../src/toolset/stored-toolsets.ts';
import { type RedisServer, startRedisServer } from '../storage/redis-server.ts';
import { OLDER_VERSIONS, type OlderVersion, restore } from './older-versions.ts';

const WORKSPACE = 'slack:T1';
const OTHER = 'slack:T10';
const logger = pino({ level: 'silent' });
const newest = OLDER_VERSIONS.at(-1) ?? assert.fail();

/** The same of a workspace whose name begins alike, with runs of its own. */
const others: OlderVersion = {
	name: 'another workspace',
	records: newest.records.map((record) => {
		// The last digit of an id; of an inverted one, its inverse.
		const moved = JSON.stringify(record)
			.replaceAll('slack:T1', OTHER)
			.replaceAll('slack%3AT1', 'slack%3AT10')
			.replaceAll(/\b(01M8[0-9A-Z]{21})[0-9A-Z]\b/g, '$1' + 'Q')
			.replaceAll(/\b(ZYBQ[0-9A-Z]{21})[0-9A-Z]\b/g, '$1' + '8');
		return JSON.parse(moved);
	}),
};

let folder: string;
let redis: RedisServer;
let databases = 0;
let url: string;
let storage: Storage;
before(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-data-'));
	redis = await startRedisServer();
});
after(async () => {
	await storage.close();
	await redis.dispose();
	await rm(folder, { recursive: true });
});
beforeEach(async () => {
	await storage?.close();
	url = `sqlite://${path.join(folder, `${databases++}.sqlite`)}`;
	storage = await openMigrated(url, { logger });
	await restore(newest, storage);
	await restore(others, storage);
	await storage.records<object>('slack-installations').put('T1', { sealed: 'v1.' });
	await storage.records<object>('slack-inbox').put('event/Ev7', { body: { team_id: 'T1' }, at: Date.now() });
	await storage.records<object>('discord-commands').put('1/everywhere', { hash: '1' });
});

type Contents = Record<string, Record<string, unknown>>;

async function contents(from: Storage = storage, meant: (name: string, key: string) => boolean = () => true): Promise<Contents> {
	const found: Contents = {};
	for (const { name } of NAMESPACES) {
		for await (const [key, value] of from.records<object>(name).entries()) {
			if (meant(name, key)) found[name] = { ...found[name], [key]: value };
		}
	}
	return found;
}

async function exported(from: Storage = storage, workspaceId = WORKSPACE): Promise<string[]> {
	return Array.fromAsync(exportLines(from, workspaceId));
}

async function fileOf(lines: readonly string[]): Promise<string> {
	const file = path.join(folder, `${databases++}.jsonl`);
	await writeFile(file, lines.join(''));
	return file;
}

async function empty(): Promise<Storage> {
	return openMigrated('sqlite://:memory:', { logger });
}

describe('a workspace that is not there', () => {
	test('is told with those that are', async () => {
		const told = { code: 'not-found', userMessage: 'There is no workspace slack:T2. There are: slack:T1, slack:T10' };
		await assert.rejects(exported(storage, 'slack:T2'), told);
		await assert.rejects(eraseWorkspace(storage, 'slack:T2'), told);
		const none = await empty();
		await assert.rejects(exported(none), { userMessage: 'There is no workspace slack:T1. There is none in this database.' });
		await none.close();
	});
});

describe('an import is refused, and writes nothing', () => {
	const change = (at: number, how: (line: Record<string, unknown>) => object) => (lines: string[]) =>
		lines.with(at, `${JSON.stringify(how(JSON.parse(lines.at(at) ?? '')))}\n`);
	const added = (record: object) => (lines: string[]) => lines.toSpliced(-1, 0, `${JSON.stringify(record)}\n`);
	const cases: Record<string, readonly [make: (lines: string[]) => string[], message: RegExp]> = {
		'of an empty file': [() => [], /is no export/],
		'of another file': [() => ['{"openapi":"3.1.0"}\n'], /is no export/],
		'of text': [() => ['Dear operator,\n'], /is no export/],
		'of a newer format': [change(0, (header) => ({ ...header, formatVersion: 2 })), /newer version/],
		'from a newer version': [change(0, (header) => ({ ...header, schemaVersion: SCHEMA_VERSION + 1 })), /newer version/],
		'without its end': [(lines) => lines.slice(0, -1), /not whole: it ends after \d+ records/],
		'without a record': [(lines) => lines.toSpliced(-3, 1), /not whole/],
		'with a broken line': [(lines) => lines.with(4, '{"namespace":"runs","key"\n'), /Line 5 of .* is no record/],
		'with a value that is none': [change(4, (line) => ({ ...line, value: 7 })), /Line 5 of/],
		'with credentials': [added({ namespace: 'toolset-credentials', key: 'slack:T1/crm/1', value: {} }), /no export has such records/],
		'with a namespace that is not there': [added({ namespace: 'everything', key: 'slack:T1/crm/1', value: {} }), /no export has/],
		'with an API of another workspace': [
			added({ namespace: 'toolsets', key: 'slack:T10/x', value: { workspaceId: WORKSPACE } }),
			/not of slack:T1/,
		],
		'with a function that says it is of another one': [
			added({ namespace: 'function-versions', key: 'slack%3AT1/x/000001', value: { workspaceId: OTHER } }),
			/not of slack:T1/,
		],
		"with the journal of another workspace's run": [
			added({ namespace: 'journal', key: '01M8BW4QE41RTRA9XAAT81P9GQ/step/plan', value: {} }),
			/not of slack:T1/,
		],
		'with a conversation of another workspace': [
			added({ namespace: 'engagements', key: 'slack:T10/C1/1.0/', value: {} }),
			/not of slack:T1/,
		],
		'with a run under the key of another one': [
			(lines) => [
				...lines.slice(0, 1),
				...change(1, (line) => ({ ...line, key: 'slack%3AT1/ZYBQM3V8HVY757NP2NN5QY9PF8' }))(lines).slice(1),
			],
			/not of slack:T1/,
		],
	};
	for (const [name, [make, message]] of Object.entries(cases)) {
		test(name, async () => {
			const to = await empty();
			const before = await contents(to);
			const file = await fileOf(make(await exported()));
			await assert.rejects(importWorkspace(to, file, { logger }), { code: 'bad-input', message });
			assert.deepEqual(await contents(to), before);
			await to.close();
		});
	}

	test('of a file that is not there', async () => {
		await assert.rejects(importWorkspace(storage, path.join(folder, 'none.jsonl'), { logger }), {
			code: 'bad-input',
			message: /cannot be read/,
		});
	});

	test('where something is already', async () => {
		const file = await fileOf(await exported());
		const before = await contents();
		await assert.rejects(importWorkspace(storage, file, { logger }), { code: 'bad-input', message: /erase slack:T1/ });
		const functions = await empty();
		await functions.records<object>('function-numbers').put('slack%3AT1/x/', { last: 1 });
		await assert.rejects(importWorkspace(functions, file, { logger }), {
			message: /has numbers of deleted functions already.*erase slack:T1/,
		});
		assert.deepEqual(await contents(), before);
		await functions.close();
	});
});

describe('an export', () => {
	test('has no credential and nothing of another workspace, and of its own every run', async () => {
		const lines = await exported();
		const text = lines.join('');
		assert.doesNotMatch(text, /"sealed":"v1|slack(:|%3A)T10/);
		const namespaces = new Set(lines.slice(1, -1).map((line) => JSON.parse(line).namespace));
		for (const name of [
			'runs',
			'journal',
			'run-endings',
			'function-versions',
			'function-examples',
			'toolsets',
			'feedback',
			'postings',
			'turns',
			'engagements',
			'unfinished-runs',
		])
			assert.ok(namespaces.has(name), name);
		assert.equal(lines.filter((line) => line.startsWith('{"namespace":"runs"')).length, 5);
	});

	test('is restored whole, into another kind of database, from a file that npm wrote its own lines into', async () => {
		const file = await fileOf(['\n', '> toolcoder-bot@0.1.0 start\n', '\n', ...(await exported())]);
		const to = await openMigrated(redis.url, { logger });
		const { records, withoutCredential } = await importWorkspace(to, file, { logger });
		assert.deepEqual([records, withoutCredential], [(await exported()).length - 2, ['crm']]);
		assert.deepEqual((await exported(to)).slice(1), (await exported()).slice(1));
		await to.close();
	});
});

describe('erasing', () => {
	test('leaves nothing of the workspace, and everything of the others and of the bot', async () => {
		const before = await contents();
		const [unfinished] = (await createRunStore(storage).unfinished()).filter(({ workspaceId }) => workspaceId === WORKSPACE);
		const kinds = await eraseWorkspace(storage, WORKSPACE);
		assert.equal(kinds.get('questions'), 5);
		assert.equal(kinds.get('credentials of APIs'), 1);
		assert.equal(kinds.get('installations in Slack'), 1);
		const left = await contents();
		const text = JSON.stringify(left);
		assert.ok(unfinished && !text.includes(unfinished.id));
		assert.ok(
			!/slack:T1[^0]|slack%3AT1[^0]|01M8BW4[0-9A-Z]{18}[^Q]\b/.test(text),
			/slack(:|%3A)T1[^0].{40}/.exec(text)?.[0] ?? text.slice(0, 200),
		);
		const counts = (held: Contents) => Object.values(held).reduce((sum, records) => sum + Object.keys(records).length, 0);
		const removed = [...kinds.values()].reduce((sum, count) => sum + count, 0);
		// One more: the request to stop the unfinished one.
		assert.equal(counts(left) + removed, counts(before) + 1);
		assert.equal(Object.keys(left.runs ?? {}).length, 5);
		await assert.rejects(exported(), { code: 'not-found' });
		await assert.doesNotReject(exported(storage, OTHER));
	});

	test('what was exported, and importing it, gives all of it back', async () => {
		const run = (await createRunStore(storage).list(WORKSPACE, 10)).find(({ status }) => status === 'answered') ?? assert.fail();
		const whole = await exported();
		const file = await fileOf(whole);
		await eraseWorkspace(storage, WORKSPACE);
		await importWorkspace(storage, file, { logger });
		assert.deepEqual((await exported()).slice(1), whole.slice(1));
		assert.equal((await createRunStore(storage).list(WORKSPACE, 10)).length, 5);
		assert.equal((await createRunStore(storage).unfinished()).length, 2);
		assert.equal((await createTranscript(storage).turns(topicOf(run))).length, 4);
		assert.equal((await createUsage(storage).sum(WORKSPACE, run.createdAt.slice(0, 10))).runs, 4);
		assert.ok((await createFunctionStore(storage).search(WORKSPACE, run.question.text, 5)).length > 0);
		const [crm] = await createStoredToolsets(storage).list(WORKSPACE);
		assert.ok(crm && (await createStoredToolsets(storage).documentOf(crm)));
	});

	test('is refused while a process is at work on a question, which is told to stop', async () => {
		const [unfinished] = (await createRunStore(storage).unfinished()).filter(({ workspaceId }) => workspaceId === WORKSPACE);
		assert.ok(unfinished);
		await storage.claim(runLease(unfinished.id), 'another-machine:1:x', 60_000);
		await assert.rejects(eraseWorkspace(storage, WORKSPACE, { patienceMs: 0 }), {
			code: 'not-allowed',
			userMessage: /^A question of slack:T1 is still being answered.*Nothing was removed/,
		});
		assert.deepEqual(await createRunStore(storage).stopRequest(unfinished.id), { by: 'the operator' });
		assert.equal((await createRunStore(storage).list(WORKSPACE, 10)).length, 5);
		const erasing = eraseWorkspace(storage, WORKSPACE);
		await delay(20);
		await createRunStore(storage).close(unfinished.id);
		assert.equal((await erasing).get('questions'), 5);
	});

	test('is gone on with after a process that was killed in it', async () => {
		let deletions = 0;
		const dying: Storage = {
			...storage,
			records(namespace) {
				const records = storage.records<never>(namespace);
				return {
					...records,
					delete(key) {
						deletions += 1;
						if (deletions > 60) throw new Error('killed');
						return records.delete(key);
					},
				};
			},
		};
		await assert.rejects(eraseWorkspace(dying, WORKSPACE), /killed/);
		await eraseWorkspace(storage, WORKSPACE);
		assert.ok(!/slack:T1[^0]|slack%3AT1[^0]/.test(JSON.stringify(await contents())));
	});
});

describe('the commands of an operator', () => {
	const run = async (command: 'export' | 'erase' | 'import', subject: string, yes = false) => {
		const output = new PassThrough();
		const text = output.toArray();
		const status = await runDataCommand(command, { databaseUrl: url }, { subject, yes, output });
		output.end();
		await once(output, 'close');
		return { status, text: (await text).join('') };
	};

	test('list what would go, and remove it on a yes alone', async () => {
		const survey = await run('erase', WORKSPACE);
		assert.match(survey.text, /^[a-z ]+ {2}\d+\n/);
		assert.match(survey.text, /\nquestions +5\nNothing was removed\. To remove all of this: npm start -- erase slack:T1 --yes\n$/);
		const before = await contents();
		assert.equal((await run('erase', WORKSPACE)).text, survey.text);
		assert.deepEqual(await contents(), before);
		assert.match((await run('erase', WORKSPACE, true)).text, /\nquestions +5\nAll of slack:T1 was removed\.\n$/);
	});

	test('write an export to their output, and restore it', async () => {
		const { text } = await run('export', WORKSPACE);
		const file = await fileOf([text]);
		assert.equal(await readFile(file, 'utf8'), text);
		await run('erase', WORKSPACE, true);
		const { status, text: told } = await run('import', file);
		assert.equal(status, 0);
		assert.match(
			told,
			/^\d+ records of slack:T1 were restored\.\nThe credential of crm is not in an export: set it again with \/toolset auth crm\.\n$/,
		);
	});
});
