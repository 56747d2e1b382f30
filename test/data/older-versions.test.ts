import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pino } from 'pino';
import { createEngagements } from '../../adapters/shared/engagements.ts';
import { loadSamples, openExamples } from '../../examples/examples.ts';
import { createTypeChecker } from '../../src/code/check.ts';
import { readConfig } from '../../src/config.ts';
import { migrate } from '../../src/data/migrate.ts';
import { NAMESPACES } from '../../src/data/namespaces.ts';
import { createPreparedModel } from '../../src/model/prepared.ts';
import type { FunctionRecord } from '../../src/repository/function-record.ts';
import type { Approval } from '../../src/runs/approvals.ts';
import type { SubmittedRun } from '../../src/runs/run-request.ts';
import { createRunStore } from '../../src/runs/run-store.ts';
import { createTranscript, topicOf } from '../../src/runs/transcript.ts';
import { createSandbox } from '../../src/sandbox/pool.ts';
import { openServices } from '../../src/services.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Records, Storage } from '../../src/storage/storage.ts';
import { createKnownSecrets } from '../../src/toolset/http/known-secrets.ts';
import { type RedisServer, startRedisServer } from '../storage/redis-server.ts';
import { OLDER_VERSIONS, type OlderVersion, restore } from './older-versions.ts';

const logger = pino({ level: 'silent' });
const ENCRYPTION_KEY = 'the key of the fixtures: 32 characters';

let redis: RedisServer;
let folder: string;
const shared = { sandbox: createSandbox({ size: 2 }), checker: createTypeChecker() };
const examples = openExamples();
before(async () => {
	redis = await startRedisServer();
	folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-older-'));
});
after(async () => {
	await Promise.all([redis.dispose(), shared.sandbox.close(), shared.checker.close(), examples.close()]);
	await rm(folder, { recursive: true });
});

/** What the version had, apart from what is to be read of it. */
function worldOf({ name, records }: OlderVersion) {
	const isConsole = name.endsWith('console');
	return {
		workspaceId: isConsole ? 'console:local' : 'slack:T1',
		asker: isConsole ? 'operator' : 'U1',
		isConsole,
		has: (namespace: string) => records.some((record) => record.namespace === namespace),
	};
}

async function openBot(url: string) {
	return openServices({
		config: readConfig({ DATABASE_URL: url, ENCRYPTION_KEY }),
		logger,
		knownSecrets: createKnownSecrets([]),
		fallbackModel: createPreparedModel(await loadSamples()),
		exampleUrl: examples.url,
		shared,
		openConversation: () => ({ show: async () => {}, confirmWrite: async () => 'refused', askPerson: async () => true }),
	});
}

/** Everything that today's bot reads of it, through what reads it. */
async function readAll(version: OlderVersion, url: string): Promise<void> {
	const { workspaceId, asker, isConsole, has } = worldOf(version);
	const services = await openBot(url);
	const { runs, functions, catalogue, usage, feedback, approvals, postings, storage } = services;
	try {
		const all = await runs.recent(workspaceId, { limit: 10 });
		assert.equal(all.length, 5, 'runs');
		assert.deepEqual(await runs.recent(workspaceId, { limit: 10, askedBy: asker }), all, 'runs of who asked them');
		const answered = all.filter(({ status }) => status === 'answered');
		assert.equal(answered.length, 4);
		const [last] = answered;
		const first = answered.at(-1);
		assert.ok(first && last);
		for (const { id } of answered) assert.equal((await runs.ending(id))?.type, 'result', 'an answer');

		assert.equal((await createTranscript(storage).turns(topicOf(last))).length, 4, 'exchanges');
		const engaged = await createEngagements(storage).includes(last.conversation, 'anybody');
		assert.equal(engaged, !isConsole, 'a conversation in which the bot listens');

		const resumed = await runs.resume();
		const unfinished = all.filter(({ status }) => status === 'running');
		assert.deepEqual(
			resumed.map(({ run }) => run.id),
			unfinished.map(({ id }) => id),
			'an unfinished run',
		);
		for (const { finished } of resumed) assert.equal((await finished).type, 'result', 'the answer of an unfinished run');
		assert.deepEqual(await createRunStore(storage).unfinished(), []);

		const toolsets = await catalogue.toolsets(workspaceId);
		assert.deepEqual(toolsets.map(({ name }) => name).toSorted(), isConsole ? ['movies'] : ['crm', 'movies'], 'toolsets that open');

		if (has('feedback')) {
			await feedback.give(first, { by: 'U2', rating: 'up' });
			const disliked = (await functions.list(workspaceId)).map(({ statistics }) => statistics.disliked ?? 0);
			assert.deepEqual(Math.max(...disliked), 0, 'a dislike that is taken back');
		}

		const offered = await functions.search(workspaceId, first.question.text, 10);
		assert.ok(offered.length > 0, 'functions that are found');
		for (const record of await functions.list(workspaceId)) {
			const [example] = await functions.examples(record);
			assert.ok(example, `an example of ${record.name}`);
			const call = { name: record.name, args: example.args };
			const asked = {
				workspaceId,
				conversation: last.conversation,
				askedBy: { id: asker },
				text: `/functions run ${record.name}`,
				allowWrites: true,
			};
			const submitted: SubmittedRun = await runs.submit({ ...asked, call });
			const ending = await submitted.finished;
			assert.ok(ending.type === 'result', JSON.stringify(ending));
			assert.deepEqual(ending.value, example.result, `what ${record.name} gives`);
		}

		const { runs: counted } = await usage.sum(workspaceId, last.createdAt.slice(0, 10));
		assert.ok(counted >= (has('usage') ? 4 : 0), 'usage');
		if (has('postings')) assert.equal(await postings.get(`${first.id}.5.0`), '1763700001.000200', 'a message that was posted');
		for await (const [id] of storage.records<Approval>('approval-decisions').entries())
			assert.equal((await approvals.get(id))?.decision?.allowed, true, 'a decision');
	} finally {
		await services.close();
	}
}

async function restored(url: string, version: OlderVersion): Promise<string> {
	const storage = await openStorage(url, { logger });
	await restore(version, storage);
	await storage.close();
	return url;
}

async function migrated(version: OlderVersion): Promise<Storage> {
	const storage = await openStorage('sqlite://:memory:', { logger });
	await restore(version, storage);
	await migrate(storage, { logger });
	return storage;
}

/** By namespace and key, without what is another one each time: where examples stand, notes, times. */
async function contents(storage: Storage): Promise<Record<string, unknown>> {
	const found: Record<string, unknown> = {};
	for (const { name } of NAMESPACES) {
		if (['function-examples', 'function-changes', 'schema'].includes(name)) continue;
		for await (const [key, value] of storage.records<object>(name).entries()) {
			found[`${name} ${key}`] = name === 'function-versions' ? withoutPlaces(value as FunctionRecord) : value;
		}
	}
	return found;
}

function withoutPlaces({ examples, ...record }: FunctionRecord): object {
	return { ...record, examples: examples.map(({ place: _, ...digest }) => digest) };
}

/** As a process sees it that is killed before it writes once more. Its claims lapse: here, it gives them back. */
function dyingAfter(writes: number, storage: Storage): Storage {
	let done = 0;
	const write = <Result>(work: () => Promise<Result>): Promise<Result> => {
		done += 1;
		return done > writes ? Promise.reject(new Error('killed')) : work();
	};
	return {
		...storage,
		records(namespace) {
			const records: Records<never> = storage.records(namespace);
			return {
				...records,
				put: (key, value) => write(() => records.put(key, value as never)),
				change: (key, make) => write(() => records.change(key, make as never)),
				delete: (key) => write(() => records.delete(key)),
			};
		},
	};
}

describe('what an earlier version stored', () => {
	test('is there for five of them, with the namespaces of each in the table', () => {
		assert.equal(OLDER_VERSIONS.length, 5);
		const known = new Set(NAMESPACES.map(({ name }) => name));
		for (const { name, records } of OLDER_VERSIONS) {
			assert.deepEqual(
				[...new Set(records.map(({ namespace }) => namespace))].filter((namespace) => !known.has(namespace)),
				[],
				name,
			);
		}
	});

	for (const [place, version] of OLDER_VERSIONS.entries()) {
		test(`${version.name}: is read and gone on with, from SQLite`, async () => {
			await readAll(version, await restored(`sqlite://${path.join(folder, `${place}.sqlite`)}`, version));
		});

		test(`${version.name}: is read and gone on with, from Redis`, async () => {
			await readAll(version, await restored(`${redis.url}/${place + 1}`, version));
		});
	}
});

describe('a process that is killed while it migrates', () => {
	for (const { name, records } of OLDER_VERSIONS) {
		// No migration reads journals, which are most of it.
		const version = { name, records: records.filter(({ namespace }) => namespace !== 'journal') };
		test(`${name}: the next one goes on, wherever that was`, async () => {
			const whole = await migrated(version);
			const expected = await contents(whole);
			await whole.close();
			for (let writes = 1; ; writes += 1) {
				const storage = await openStorage('sqlite://:memory:', { logger });
				await restore(version, storage);
				const survived = await migrate(dyingAfter(writes, storage), { logger }).then(
					() => true,
					() => false,
				);
				await migrate(storage, { logger });
				assert.deepEqual(await contents(storage), expected, `killed after ${writes} writes`);
				await storage.close();
				if (survived) break;
			}
		});
	}
});
