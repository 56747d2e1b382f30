import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import type { CallFiles } from '../../../src/toolset/tool.ts';
import { commandRoute, httpRoute, openServer, referenceServer, serveEverything, temporaryFolder } from './servers.ts';

/** Keeps the bytes. */
function createFiles(): CallFiles & { readonly kept: Map<string, Uint8Array> } {
	const kept = new Map<string, Uint8Array>();
	return {
		kept,
		async put({ name, mediaType, content }) {
			kept.set(`file-${kept.size}`, content);
			return { file: `file-${kept.size - 1}`, name, mediaType, bytes: content.length };
		},
		async get() {
			return undefined;
		},
	};
}

describe('the filesystem server', () => {
	test('tools, effects, arguments and results are those of its files', async (context) => {
		const folder = await temporaryFolder(context);
		await writeFile(path.join(folder, 'a.txt'), 'alpha');
		await mkdir(path.join(folder, 'sub'));
		const files = await openServer(context, commandRoute(referenceServer('filesystem', folder)));
		assert.equal(files.title, 'secure-filesystem-server');
		const effects = Object.fromEntries([...files.tools.values()].map(({ name, effect }) => [name, effect]));
		assert.equal(files.tools.size, 14);
		assert.deepEqual(
			[effects.readTextFile, effects.createDirectory, effects.writeFile, effects.moveFile],
			['read', 'write', 'destructive', 'destructive'],
		);
		assert.equal(files.tools.get('readTextFile')?.origin, 'read_text_file');
		assert.match(files.tools.get('readTextFile')?.summary ?? '', /^Read the complete contents of a file/);

		assert.deepEqual(await files.ask('readTextFile', { path: 5, heads: 1 }), {
			ok: false,
			kind: 'invalid-arguments',
			message: 'There is no argument `heads`. Did you mean `head`?',
		});
		const outside = await files.ask('readTextFile', { path: '/etc/passwd' });
		assert.ok(!outside.ok && outside.kind === 'http');
		assert.match(outside.message, /Access denied/);

		assert.deepEqual(await files.value('readTextFile', { path: path.join(folder, 'a.txt') }), { content: 'alpha' });
		await files.value('writeFile', { path: path.join(folder, 'b.txt'), content: 'beta' });
		assert.equal(await readFile(path.join(folder, 'b.txt'), 'utf8'), 'beta');
		assert.deepEqual(files.preview({ toolset: 'it', name: 'writeFile' } as never, { path: 'x', content: 'y' }), {
			method: 'tools/call write_file',
			url: 'mcp:it',
			body: { path: 'x', content: 'y' },
		});
	});
});

describe('the memory server', () => {
	test('keeps what it was told, in parallel and over a connection that was made anew', async (context) => {
		const folder = await temporaryFolder(context);
		const command = { ...referenceServer('memory'), environment: { MEMORY_FILE_PATH: path.join(folder, 'memory.jsonl') } };
		const memory = await openServer(context, commandRoute(command), { limits: { idleMs: 1 } });
		const entity = (name: string) => ({ name, entityType: 'person', observations: [`${name} directs`] });
		assert.deepEqual(await memory.value('createEntities', { entities: [entity('Sofia')] }), { entities: [entity('Sofia')] });
		const found = await Promise.all(Array.from({ length: 8 }, () => memory.value('searchNodes', { query: 'sofia' })));
		for (const each of found) assert.deepEqual(each, { entities: [entity('Sofia')], relations: [] });
	});
});

for (const kind of ['stdio', 'HTTP'] as const) {
	describe(`the everything server over ${kind}`, () => {
		test('answers with text, numbers in it, structure, pictures, links and resources', async (context) => {
			const route =
				kind === 'stdio' ? commandRoute(referenceServer('everything')) : httpRoute(context, (await serveEverything(context)).url);
			const everything = await openServer(context, route);
			assert.equal(everything.title, 'Everything Reference Server');
			assert.equal(await everything.value('echo', { message: 'hello' }), 'Echo: hello');
			assert.equal(await everything.value('getSum', { a: 1, b: '2' }), 'The sum of 1 and 2 is 3.');
			const output = everything.tools.get('getStructuredContent')?.output;
			assert.deepEqual(Object.keys(output?.properties ?? {}), ['temperature', 'conditions', 'humidity']);
			assert.deepEqual(await everything.value('getStructuredContent', { location: 'Chicago' }), {
				temperature: 36,
				conditions: 'Light rain / drizzle',
				humidity: 82,
			});
			const [, ...links] = (await everything.value('getResourceLinks', { count: 1 })) as { uri: string; name: string }[];
			assert.match(links[0]?.uri ?? '', /^demo:/);
			const resources = (await everything.value('getResourceReference', { resourceType: 'Text', resourceId: 1 })) as { text: string }[];
			assert.match(resources[1]?.text ?? '', /plaintext resource/);

			const tool = everything.tools.get('getTinyImage');
			assert.ok(tool);
			const files = createFiles();
			const withFiles = await everything.call(tool, {}, { signal: new AbortController().signal, files });
			assert.ok(withFiles.ok && Array.isArray(withFiles.value));
			assert.deepEqual(
				{ ...(withFiles.value[1] as object), bytes: 0 },
				{ file: 'file-0', name: 'image', mediaType: 'image/png', bytes: 0 },
			);
			assert.equal(Buffer.from(files.kept.get('file-0') ?? []).toString('latin1', 1, 4), 'PNG');
			const without = (await everything.value('getTinyImage')) as object[];
			assert.deepEqual(Object.keys(without[1] ?? {}), ['name', 'mediaType', 'bytes']);
		});
	});
}
