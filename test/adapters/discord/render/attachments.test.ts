import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachmentMessages } from '../../../../adapters/discord/render/attachments.ts';
import { checkMessage } from './check-message.ts';

const named = (...names: string[]) =>
	attachmentMessages(names.map((filename) => ({ filename, bytes: Buffer.from('x') })))[0]?.attached?.map(({ filename }) => filename);

test('an answer without files has no such message', () => assert.deepEqual(attachmentMessages([]), []));

test('names are what Discord leaves as it is, and all different', () => {
	assert.deepEqual(named('März 2026 (1).pdf', 'a.png', 'a.png', '東京.csv', '..', `${'x'.repeat(300)}.tar.gz`), [
		'Ma_rz_2026_1.pdf',
		'a.png',
		'a-2.png',
		'file.csv',
		'file',
		`${'x'.repeat(80)}.gz`,
	]);
});

test('a message shows each file once and is within the limits', () => {
	const [message] = attachmentMessages(Array.from({ length: 8 }, (_, at) => ({ filename: `f${at}.bin`, bytes: Buffer.alloc(3) })));
	assert.ok(message);
	checkMessage(message);
	assert.equal(message.components.length, 8);
});
