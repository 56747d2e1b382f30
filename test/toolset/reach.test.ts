import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { createReaches } from '../../src/toolset/reach.ts';
import { json, serve } from './http/local-server.ts';

const CHATS = ['slack:T0FILMS', 'discord:123456789012345678', 'discord:@123456789012345678', 'consolation:local', ''];

async function openWorld(context: TestContext, allowPrivateHosts: readonly string[] = []) {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-reach-'));
	const server = await serve((_request, response) => json(response, { word: 'yes' }));
	const reaches = createReaches({ allowPrivateHosts });
	context.after(async () => {
		await Promise.all([reaches.close(), server.close()]);
		await rm(folder, { recursive: true });
	});
	const file = path.join(folder, 'api.json');
	await writeFile(file, '{}');
	return { server, reaches, file };
}

describe('what a workspace can be at', () => {
	test('is this machine at the console, and in no chat', async (context) => {
		const { server, reaches, file } = await openWorld(context);
		const fetchFrom = (workspaceId: string, host = '127.0.0.1') =>
			reaches
				.of(workspaceId)
				.egress.fetch({ method: 'GET', url: `http://${host}:${server.port}/`, headers: {} }, { signal: AbortSignal.timeout(5_000) });
		for (const workspaceId of CHATS) {
			for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
				const refused = await fetchFrom(workspaceId, host);
				assert.equal(refused.ok ? 'reached' : refused.kind, 'refused', `${host} from ${workspaceId}`);
			}
			const { readDocument } = reaches.of(workspaceId);
			await assert.rejects(readDocument(server.origin), { code: 'not-allowed' });
			await assert.rejects(readDocument(file), { code: 'bad-input' });
		}
		assert.deepEqual(server.requests, []);

		assert.ok((await fetchFrom('console:local')).ok);
		const { readDocument } = reaches.of('console:local');
		assert.equal((await readDocument(server.origin)).sourceUrl, `${server.origin}/`);
		assert.equal((await readDocument(file)).text, '{}');
	});

	test('is in every workspace what the operator has opened', async (context) => {
		const { server, reaches, file } = await openWorld(context, ['127.0.0.1']);
		for (const workspaceId of CHATS) {
			const { readDocument } = reaches.of(workspaceId);
			assert.equal((await readDocument(server.origin)).text, '{"word":"yes"}');
			await assert.rejects(readDocument(file), { code: 'bad-input' });
		}
	});

	test('stays closed to a chat where the console has a connection open', async (context) => {
		const { server, reaches } = await openWorld(context);
		const request = { method: 'GET', url: server.origin, headers: {} };
		const limits = { signal: AbortSignal.timeout(5_000) };
		assert.ok((await reaches.operator.egress.fetch(request, limits)).ok);
		assert.ok(!(await reaches.chat.egress.fetch(request, limits)).ok);
		assert.equal(server.requests.length, 1);
	});

	test('is not opened by a setting that cannot be read', () => {
		assert.throws(() => createReaches({ allowPrivateHosts: ['10.0.0.0/99'] }), { code: 'configuration' });
	});
});
