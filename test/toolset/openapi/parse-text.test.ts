import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UserError } from '../../../src/errors.ts';
import { MAX_DOCUMENT_BYTES, parseText } from '../../../src/toolset/openapi/parse-text.ts';

const bomb = [
	'a: &a [x, x, x, x, x, x, x, x, x]',
	...'bcdefgh'.split('').map((key, index) => `${key}: &${key} [${`*${'abcdefg'[index]},`.repeat(9)}]`),
].join('\n');

describe('parseText', () => {
	const unreadable: [what: string, text: string, message: RegExp][] = [
		['nothing', ' \n\t ', /empty/],
		['a byte order mark alone', '\uFEFF', /empty/],
		['a web page', '\n<!DOCTYPE html><html></html>', /web page.*\.json or \.yaml/],
		['a web page that starts with a comment', '<!-- hi --><html></html>', /web page/],
		['XML', '<?xml version="1.0"?><definitions/>', /XML/],
		['broken JSON', '{"openapi": "3.0.0",\n "paths": {]}', /not valid JSON.*line 2/],
		['JSON that ends early', '{"openapi": "3.0.0"', /not valid JSON/],
		['broken YAML', 'openapi: 3.0.0\npaths: {a: [}', /line 2/],
		['tabs', 'openapi: 3.0.0\npaths:\n\t/a: {}\n', /tab.*line 3/s],
		['two documents', 'openapi: 3.0.0\n---\nopenapi: 3.0.0\n', /several YAML documents/],
		['a key that stands twice', 'openapi: 3.0.0\npaths:\n  /a: {get: 1}\n  /a: {get: 2}\n', /twice.*line 4/],
		['aliases that multiply', bomb, /aliases/],
		['an alias to nothing', 'a: *nowhere', /./],
		['deep YAML', `${'['.repeat(5000)}${']'.repeat(5000)}`.replace('[', 'a: ['), /nests deeper|neither/],
		['too much', `{"a": "${'x'.repeat(MAX_DOCUMENT_BYTES)}"}`, /larger than 32 MB/],
	];
	for (const [what, text, message] of unreadable) {
		it(`says what is wrong with ${what}`, () => {
			assert.throws(
				() => parseText(text),
				(error) => error instanceof UserError && error.code === 'document' && message.test(error.userMessage),
			);
		});
	}

	it('never repeats the text of a document in its message', () => {
		for (const text of ['{"password": hunter2}', 'password: [hunter2', 'a: hunter2\na: hunter2']) {
			assert.throws(
				() => parseText(text),
				(error) => error instanceof UserError && !error.userMessage.includes('hunter2'),
			);
		}
	});

	it('reads JSON, YAML, and YAML with anchors and merge keys', () => {
		assert.deepEqual(parseText('\uFEFF {"a": 1}'), { a: 1 });
		assert.deepEqual(parseText('a: 1\n200: no\n'), { a: 1, 200: 'no' });
		assert.deepEqual(parseText('base: &base {a: 1}\nmore: {<<: *base, b: 2}\n'), { base: { a: 1 }, more: { a: 1, b: 2 } });
	});

	it('takes a map of many keys in its stride', () => {
		const keys = Array.from({ length: 20_000 }, (_, index) => `key${index}: ${index}`);
		assert.equal(Object.keys(parseText(keys.join('\n')) as object).length, 20_000);
	});
});
