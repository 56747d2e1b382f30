import assert from 'node:assert/strict';
import { it } from 'node:test';
import { pathOfKey, queryPlaceholders, withoutQueryPlaceholders } from '../../../src/toolset/openapi/path-key.ts';

const keys: [key: string, path: string, sent: string, placeholders: [string, string][]][] = [
	['/a/{b}', '/a/{b}', '/a/{b}', []],
	['a', '/a', '/a', []],
	['', '/', '/', []],
	['/#Target=A.B', '/', '/', []],
	['/a?op=x#y?z={w}', '/a?op=x', '/a?op=x', []],
	[
		'/a/{b}?q={term}&op=x&lang={lang}',
		'/a/{b}?q={term}&op=x&lang={lang}',
		'/a/{b}?op=x',
		[
			['term', 'q'],
			['lang', 'lang'],
		],
	],
	['/a?{b}', '/a?{b}', '/a', []],
	['/a?', '/a?', '/a', []],
	['/a?b=c?d=e', '/a?b=c?d=e', '/a?b=c?d=e', []],
	[`/a?${'x='.repeat(50_000)}{`, `/a?${'x='.repeat(50_000)}{`, `/a?${'x='.repeat(50_000)}{`, []],
];
for (const [key, path, sent, placeholders] of keys) {
	it(`reads ${JSON.stringify(key.slice(0, 60))}`, () => {
		assert.equal(pathOfKey(key), path);
		assert.equal(withoutQueryPlaceholders(path), sent);
		assert.deepEqual([...queryPlaceholders(path)], placeholders);
	});
}
