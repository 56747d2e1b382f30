import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeal, deriveKey } from '../../src/storage/sealed.ts';

const KEY = 'an operator key of more than 32 characters';
const refused = { code: 'configuration', userMessage: /ENCRYPTION_KEY/ };

describe('createSeal', () => {
	const seal = createSeal(KEY);

	test('what is no sealed text does not open', () => {
		for (const text of ['', 'v1.', 'v1.AAAA', 'hunter2', 'v1.####', `v2.${seal.seal('x', 'a').slice(3)}`, seal.seal('x', 'a').slice(3)]) {
			assert.throws(() => seal.open(text, 'a'), refused, text);
		}
	});

	test('another key does not open it', () => {
		assert.throws(() => createSeal(`${KEY}.`).open(seal.seal('hunter2', 'a'), 'a'), refused);
	});

	test('a former key opens what it sealed, and seals nothing any more', () => {
		const [former, between] = [createSeal(`${KEY}.`), createSeal(`${KEY}!`)];
		const both = createSeal(KEY, [`${KEY}!`, `${KEY}.`]);
		for (const sealed of [former, between, seal]) assert.equal(both.open(sealed.seal('hunter2', 'a'), 'a'), 'hunter2');
		assert.equal(seal.open(both.seal('hunter2', 'a'), 'a'), 'hunter2');
		assert.throws(() => former.open(both.seal('hunter2', 'a'), 'a'), refused);
		assert.throws(() => both.open(former.seal('hunter2', 'a'), 'b'), refused);
	});

	test('what a former key sealed is renewed for the same record; what the current one did, is not', () => {
		const both = createSeal(KEY, [`${KEY}.`]);
		const renewed = both.renew(createSeal(`${KEY}.`).seal('hunter2', 'a'), 'a') ?? assert.fail('not renewed');
		assert.equal(seal.open(renewed, 'a'), 'hunter2');
		assert.throws(() => seal.open(renewed, 'b'), refused);
		assert.equal(both.renew(renewed, 'a'), undefined);
		for (const [sealed, context] of [
			[createSeal(`${KEY}!`).seal('hunter2', 'a'), 'a'],
			[renewed, 'b'],
			['', 'a'],
		] as const) {
			assert.throws(() => both.renew(sealed, context), refused);
		}
	});

	test('moved to another record it does not open', () => {
		for (const context of ['', 'b', 'a/', 'A']) assert.throws(() => seal.open(seal.seal('hunter2', 'a'), context), refused, context);
	});

	test('with any byte changed it does not open', () => {
		const sealed = seal.seal('hunter2', 'a');
		const bytes = Buffer.from(sealed.slice(3), 'base64url');
		for (let at = 0; at < bytes.length; at += 1) {
			const changed = Buffer.from(bytes);
			changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
			assert.throws(() => seal.open(`v1.${changed.toString('base64url')}`, 'a'), refused, `byte ${at}`);
		}
		for (const length of [1, 16, 27]) assert.throws(() => seal.open(`v1.${bytes.subarray(0, length).toString('base64url')}`, 'a'), refused);
	});

	test('another process with the same key opens it, whatever the text', () => {
		for (const text of ['', 'hunter2', 'pässwörd 🔑\n"', 'x'.repeat(100_000)]) {
			assert.equal(createSeal(KEY).open(seal.seal(text, 'ä/b'), 'ä/b'), text);
		}
	});

	test('the same text is sealed differently every time, and shows nothing of itself', () => {
		const sealed = Array.from({ length: 100 }, () => seal.seal('hunter2hunter2', 'a'));
		assert.equal(new Set(sealed).size, 100);
		for (const text of sealed) {
			assert.match(text, /^v1\.[\w-]+$/);
			assert.ok(!Buffer.from(text.slice(3), 'base64url').includes('hunter2'));
		}
	});
});

test('derived keys differ by purpose and by key, and repeat', () => {
	const keys = [deriveKey(KEY, 'a'), deriveKey(KEY, 'b'), deriveKey(`${KEY}.`, 'a')].map((key) => key.toString('hex'));
	assert.equal(new Set(keys).size, 3);
	for (const key of keys) assert.equal(key.length, 64);
	assert.deepEqual(deriveKey(KEY, 'a'), deriveKey(KEY, 'a'));
});
