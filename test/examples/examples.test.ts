import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import pino from 'pino';
import { openExamples } from '../../examples/examples.ts';
import { openStorage } from '../../src/storage/open.ts';
import { createCatalogue } from '../../src/toolset/catalogue.ts';
import type { Toolset } from '../../src/toolset/tool.ts';

async function open(context: TestContext) {
	const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	const examples = openExamples();
	context.after(async () => {
		await examples.close();
		await storage.close();
	});
	const start = () =>
		createCatalogue({
			storage,
			open: async ({ name }) => ({ name, title: name, address: '', tools: new Map(), definitions: {}, skipped: [] }) as unknown as Toolset,
			onFailure: (_, error) => assert.fail(String(error)),
		});
	return { storage, examples, start, catalogue: start() };
}

describe('openExamples', () => {
	test('there is no other example, and which there is is said', async (context) => {
		const { examples } = await open(context);
		for (const name of ['', 'Movies', '../movies', 'constructor']) {
			await assert.rejects(examples.url(name, 'slack:T1'), {
				code: 'not-found',
				message: /There is movies: \/toolset add movies example:movies$/,
			});
		}
	});

	test('each workspace has a server of its own, and what it writes stays there', async (context) => {
		const { examples } = await open(context);
		const urlOf = async (workspaceId: string) => new URL(await examples.url('movies', workspaceId)).origin;
		const [first, second] = [await urlOf('slack:T1'), await urlOf('slack:T2')];
		assert.equal(await urlOf('slack:T1'), first);
		assert.notEqual(first, second);
		const watchlist = async (origin: string) => (await (await fetch(`${origin}/watchlist`)).json()) as { results: unknown[] };
		const body = JSON.stringify({ movie_id: 101 });
		const added = await fetch(`${first}/watchlist`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
		assert.ok(added.ok, String(added.status));
		assert.equal((await watchlist(first)).results.length, 1);
		assert.equal((await watchlist(second)).results.length, 0);
	});

	test('a workspace is given the movies once, whoever else has been', async (context) => {
		const { examples, catalogue, storage, start } = await open(context);
		const names = async (workspaceId: string) => (await catalogue.list(workspaceId)).map(({ name, source }) => [name, source]);
		await examples.connectOnFirstRun({ storage, catalogue }, 'slack:T1');
		assert.deepEqual(await names('slack:T1'), [['movies', 'example:movies']]);
		assert.deepEqual(await names('slack:T2'), []);
		await catalogue.remove('slack:T1', 'movies');
		await examples.connectOnFirstRun({ storage, catalogue }, 'slack:T1');
		assert.deepEqual(await names('slack:T1'), []);
		await Promise.all([start(), start()].map((each) => examples.connectOnFirstRun({ storage, catalogue: each }, 'slack:T2')));
		assert.deepEqual(await names('slack:T2'), [['movies', 'example:movies']]);
	});

	test('a workspace that has connected something of that name keeps it', async (context) => {
		const { examples, catalogue, storage } = await open(context);
		await catalogue.add({ workspaceId: 'slack:T1', name: 'movies', source: 'x.json', addedAt: 'now', addedBy: 'ada' }, '{}');
		await examples.connectOnFirstRun({ storage, catalogue }, 'slack:T1');
		assert.deepEqual(
			(await catalogue.list('slack:T1')).map(({ source }) => source),
			['x.json'],
		);
	});
});
