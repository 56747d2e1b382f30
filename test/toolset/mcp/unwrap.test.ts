import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UserError } from '../../../src/errors.ts';
import { unwrapResult } from '../../../src/toolset/mcp/unwrap.ts';
import type { CallFiles } from '../../../src/toolset/tool.ts';

type Result = Parameters<typeof unwrapResult>[0];

const text = (content: string) => ({ type: 'text' as const, text: content });
const unwrapped = async (result: Partial<Result>, files?: CallFiles) => {
	const response = await unwrapResult({ content: [], ...result } as Result, files);
	return response.ok ? response.value : response;
};
const files: CallFiles = {
	put: async ({ name, mediaType, content }) => ({ file: 'f1', name, mediaType, bytes: content.length }),
	get: async () => undefined,
};

describe('a result', () => {
	test('that says it is an error is a failure in plain words', async () => {
		const failed = async (result: Partial<Result>) => unwrapped({ ...result, isError: true });
		assert.deepEqual(await failed({}), { ok: false, kind: 'http', message: 'The tool failed without saying why.' });
		const long = (await failed({ content: [text('x'.repeat(5_000))] })) as { message: string };
		assert.ok(long.message.length <= 2_000);
		assert.deepEqual(await failed({ structuredContent: { a: 1 }, content: [text('<b>no</b>\u001b[31m'), text('way')] }), {
			ok: false,
			kind: 'http',
			message: 'no [31m way',
		});
	});

	test('is its structure, else its one part, else the list of its parts', async () => {
		assert.deepEqual(await unwrapped({ structuredContent: { a: 1 }, content: [text('other')] }), { a: 1 });
		assert.deepEqual(await unwrapped({ structuredContent: null as never }), null);
		assert.equal(await unwrapped({}), null);
		assert.equal(await unwrapped({ content: [text('one')] }), 'one');
		assert.deepEqual(await unwrapped({ content: [text('one'), text('{"two":2}')] }), ['one', { two: 2 }]);
	});

	test('of text is what the text holds where that is an object or a list, and the text as it is elsewhere', async () => {
		for (const [written, value] of [
			[' {"a":[1]} ', { a: [1] }],
			['[]', []],
			['{"a":', '{"a":'],
			['[link](https://host.example)', '[link](https://host.example)'],
			['007', '007'],
			['12345678901234567890', '12345678901234567890'],
			['true', 'true'],
			['', ''],
		] as const)
			assert.deepEqual(await unwrapped({ content: [text(written)] }), value, written);
	});

	test('with bytes is a file, or what is known of it where there is nowhere to keep one', async () => {
		const data = Buffer.from('sound').toString('base64');
		const audio = { content: [{ type: 'audio' as const, data, mimeType: 'audio/wav' }] };
		assert.deepEqual(await unwrapped(audio, files), { file: 'f1', name: 'audio', mediaType: 'audio/wav', bytes: 5 });
		assert.deepEqual(await unwrapped(audio), { name: 'audio', mediaType: 'audio/wav', bytes: 5 });
		const resource = { uri: 'demo://a/b.zip?x=1#y', blob: data };
		assert.deepEqual(await unwrapped({ content: [{ type: 'resource', resource }] }, files), {
			file: 'f1',
			name: 'b.zip',
			mediaType: 'application/octet-stream',
			bytes: 5,
		});
		const full: CallFiles = { ...files, put: () => Promise.reject(new UserError('storage', 'The disk is full.')) };
		await assert.rejects(unwrapped(audio, full), { code: 'storage' });
	});

	test('with resources and links is where they are', async () => {
		const resource = { uri: 'demo://a', mimeType: 'text/plain', text: 'alpha' };
		assert.deepEqual(await unwrapped({ content: [{ type: 'resource', resource }] }), { uri: 'demo://a', text: 'alpha' });
		assert.deepEqual(await unwrapped({ content: [{ type: 'resource_link', uri: 'demo://b', name: 'B' }] }), { uri: 'demo://b', name: 'B' });
	});
});
