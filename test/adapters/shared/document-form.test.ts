import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentOf, importFormProblems } from '../../../adapters/shared/document-form.ts';

test('functions come from an address or a file, and from nothing else', () => {
	const wrong: readonly (readonly [form: Parameters<typeof importFormProblems>[0], words: RegExp])[] = [
		[{}, /^Give the address of the file, or upload it\.$/],
		[{ source: 'https://x.test/functions.json', fileId: 'F1' }, /not both/],
		...['functions.json', '/etc/passwd', 'file:///etc/passwd', 'mcp:files', 'example:movies', 'upload:functions.json', 'ftp://x.test'].map(
			(source) => [{ source }, /must be an address that starts with https/] as const,
		),
	];
	for (const [form, words] of wrong) assert.match(importFormProblems(form).source ?? '', words, JSON.stringify(form));
	for (const form of [{ source: 'https://x.test/functions.json' }, { source: 'http://x.test' }, { fileId: 'F1' }])
		assert.deepEqual(importFormProblems(form), {});
});

test('a command reads an upload as it would read an address', async () => {
	const services = { readDocument: async (source: string) => ({ text: `what is at ${source}`, sourceUrl: source }), other: 1 };
	const address = documentOf({ source: 'https://x.test' }, undefined, services);
	assert.deepEqual([address.source, address.services], ['https://x.test', services]);
	const upload = documentOf({ fileId: 'F1' }, { name: 'functions.json', text: '{}' }, services);
	assert.equal(upload.source, 'upload:functions.json');
	assert.deepEqual(await upload.services.readDocument('upload:functions.json'), { text: '{}' });
	assert.equal(upload.services.other, 1);
});
