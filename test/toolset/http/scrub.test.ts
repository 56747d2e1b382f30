import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { JsonObject } from '../../../src/json.ts';
import { createScrubber } from '../../../src/toolset/http/scrub.ts';

const SECRET = 'p@ss/w+rd "x" & <y> 42!';
const base64 = (text: string) => Buffer.from(text).toString('base64');

suite('text with escapes that mean nothing stays as it is', () => {
	const texts = [
		'100 %',
		'%zz %4',
		'%ff%fe',
		'\\u12',
		'&#99999999;',
		'&#x110000;',
		'&nbsp;',
		'a+b',
		'caf%C3%A9 %25 \\" &amp;',
		'\ud800 %41',
	];
	for (const text of texts) test(text, () => assert.equal(createScrubber(['hunter2 hunter2'])(`${text}${text}`), `${text}${text}`));
});

suite('scrubber', () => {
	const scrub = createScrubber([SECRET]);
	const spellings: Record<string, string> = {
		'as it is': SECRET,
		'percent-encoded': encodeURIComponent(SECRET),
		'percent-encoded in lower case': encodeURIComponent(SECRET).replace(/%[0-9A-F]{2}/g, (triple) => triple.toLowerCase()),
		'form-encoded': new URLSearchParams({ k: SECRET }).toString().slice(2),
		'JSON-escaped': JSON.stringify(SECRET).slice(1, -1),
		'HTML-escaped': SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
		hexadecimal: Buffer.from(SECRET).toString('hex'),
		base64: base64(SECRET),
		'base64 without padding': base64(SECRET).replaceAll('=', ''),
		base64url: Buffer.from(SECRET).toString('base64url'),
		'percent-encoded byte by byte': [...Buffer.from(SECRET)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
		'percent-encoded twice': encodeURIComponent(encodeURIComponent(SECRET)),
		'in an address in an address in an address': encodeURIComponent(encodeURIComponent(encodeURIComponent(SECRET))),
		'escaped for JSON in units': [...SECRET].map((character) => `\\u00${character.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
		'escaped for JSON in JSON': JSON.stringify(JSON.stringify(SECRET).slice(1, -1)).slice(1, -1),
		'in numbered references of HTML': [...SECRET]
			.map((character, at) => `&#${at % 2 ? '' : 'x'}${character.charCodeAt(0).toString(at % 2 ? 10 : 16)};`)
			.join(''),
		'percent-encoded here and there': SECRET.replaceAll(/[pw4]/g, (character) => `%${character.charCodeAt(0).toString(16)}`),
		'base64, percent-encoded': encodeURIComponent(base64(SECRET)),
		'form-encoded, every other byte': new URLSearchParams({ k: SECRET }).toString().slice(2).replaceAll('w', '%77'),
	};
	for (const [name, spelling] of Object.entries(spellings)) {
		test(name, () => assert.equal(scrub(`before ${spelling} after ${spelling}`), 'before [secret] after [secret]'));
	}

	test('inside a longer text that was encoded as base64, wherever it starts', () => {
		for (const prefix of ['', 'a', 'ab', 'abc', 'Bearer ', 'user:']) {
			for (const suffix of ['', 'z', 'zz']) {
				const encoded = base64(prefix + SECRET + suffix);
				const scrubbed = scrub(`x ${encoded} y`);
				assert.ok(scrubbed.includes('[secret]'), prefix + suffix);
				const rest = Buffer.from(scrubbed.replace('x ', '').replace(' y', '').split('[secret]').join(''), 'base64').toString();
				assert.ok(!rest.includes(SECRET.slice(2, -2)));
			}
		}
	});

	test('in nested values, property names and numbers', () => {
		const scrubDigits = createScrubber(['12345678']);
		const value = { a: [{ 'key 12345678': 'x12345678' }], n: 12345678, other: 1234567, ok: true, none: null };
		assert.deepEqual(scrubDigits(value as JsonObject), {
			a: [{ 'key [secret]': 'x[secret]' }],
			n: '[secret]',
			other: 1234567,
			ok: true,
			none: null,
		});
	});

	test('a property named __proto__ is data', () => {
		const scrubbed = createScrubber(['hidden'])(JSON.parse('{"__proto__": {"a": "hidden"}}') as JsonObject);
		assert.equal(JSON.stringify(scrubbed), '{"__proto__":{"a":"[secret]"}}');
	});

	test('the password of user:password is a secret of its own', () => {
		const scrubBasic = createScrubber(['user:hunter22']);
		assert.equal(scrubBasic('user and hunter22'), 'user and [secret]');
		assert.equal(scrubBasic(`Basic ${base64('user:hunter22')}`), 'Basic [secret]');
	});

	test('a secret that contains another one is replaced as a whole', () => {
		assert.equal(createScrubber(['abcd', 'abcdefgh'])('abcdefgh abcd'), '[secret] [secret]');
	});

	test('characters that mean something in regular expressions are text', () => {
		assert.equal(createScrubber(['.*.*'])('anything .*.*'), 'anything [secret]');
	});

	test('without secrets, and with ones too short to look for, everything stays', () => {
		for (const secrets of [[], [''], ['abc'], ['a:b']]) assert.equal(createScrubber(secrets)('abc a:b'), 'abc a:b');
	});

	test('characters outside of ASCII, however their bytes are written', () => {
		const scrubKey = createScrubber(['schlüssel-🔑-é']);
		const written = [
			'schl%C3%BCssel-%f0%9f%94%91-%C3%A9',
			'schl\\u00fcssel-\\ud83d\\udd11-\\u00E9',
			'schl&#252;ssel-&#x1F511;-&#233;',
			'schl%FCssel-🔑-%E9',
		];
		for (const text of written) assert.equal(scrubKey(`(${text})`), '([secret])', text);
	});

	test('what stands beside it stays, escapes included', () => {
		const scrubKey = createScrubber(['key/with space']);
		assert.equal(scrubKey('%41a+b key%2Fwith+space%20c%2Bd'), '%41a+b [secret]%20c%2Bd');
		assert.equal(scrubKey('🔑%F0%9F%94%91key%2fwith%20space🔑'), '🔑%F0%9F%94%91[secret]🔑');
	});

	test('a response that is millions of escapes and secrets takes no time to speak of', { timeout: 60_000 }, () => {
		const text = `${'%41'.repeat(200_000)}${'%68unter%32hunter2\\u0041'.repeat(50_000)}`;
		assert.equal(createScrubber(['hunter2hunter2'])(text), `${'%41'.repeat(200_000)}${'[secret]\\u0041'.repeat(50_000)}`);
	});
});
