import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UserError } from '../../../src/errors.ts';
import { createScrubber } from '../../../src/toolset/http/scrub.ts';
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

	test('whose files are too many for the run is a failure of the call, not of the run', async () => {
		const full: CallFiles = { ...files, put: () => Promise.reject(new UserError('bad-input', 'The files are too large. Fetch fewer.')) };
		const image = { type: 'image' as const, data: 'AAAA', mimeType: 'image/png' };
		assert.deepEqual(await unwrapped({ content: [image] }, full), {
			ok: false,
			kind: 'too-large',
			message: 'The files are too large. Fetch fewer.',
		});
	});

	for (const [uri, mimeType, name, mediaType] of [
		['demo://a/..%2F..%2Fetc%2Fpasswd', 'text/plain', 'passwd', 'text/plain'],
		['demo://a/..\\..\\evil.exe', 'Image/PNG; x=y', 'evil.exe', 'image/png'],
		['demo://a/%22%0D%0AX-Evil:%201.pdf', 'text/html\r\nX-Evil: 1', 'X-Evil 1.pdf', 'application/octet-stream'],
		['demo://a/fdp\u202e.exe', 'no type', 'fdp .exe', 'application/octet-stream'],
		['demo://..', 'image/png', 'file.png', 'image/png'],
		[`demo://a/${'x'.repeat(5_000)}.zip`, 'x'.repeat(5_000), `${'x'.repeat(96)}.zip`, 'application/octet-stream'],
	] as const) {
		test(`names the file of ${JSON.stringify(uri.slice(0, 40))} so that no header and no path can come of it`, async () => {
			const resource = { uri, mimeType, blob: 'AAAA' };
			assert.deepEqual(await unwrapped({ content: [{ type: 'resource', resource }] }, files), { file: 'f1', name, mediaType, bytes: 3 });
		});
	}

	test('nested without end is a failure, also where secrets are looked for', async () => {
		const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
		const message = 'The result is nested more than 200 levels deep, which a program cannot read.';
		for (const result of [{ structuredContent: { deep } }, { content: [{ ...text('short'), _meta: { deep } }] }])
			assert.deepEqual(await unwrapResult({ content: [], ...result } as Result, undefined, createScrubber(['hunter2-hunter2'])), {
				ok: false,
				kind: 'http',
				message,
			});
		const fits = JSON.parse(`${'['.repeat(200)}1${']'.repeat(200)}`);
		assert.deepEqual(await unwrapped({ structuredContent: fits }), fits);
	});

	test('with resources and links is where they are', async () => {
		const resource = { uri: 'demo://a', mimeType: 'text/plain', text: 'alpha' };
		assert.deepEqual(await unwrapped({ content: [{ type: 'resource', resource }] }), { uri: 'demo://a', text: 'alpha' });
		assert.deepEqual(await unwrapped({ content: [{ type: 'resource_link', uri: 'demo://b', name: 'B' }] }), { uri: 'demo://b', name: 'B' });
	});
});
