import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachmentMessages } from '../../../../adapters/discord/render/attachments.ts';
import { boardMessage } from '../../../../adapters/discord/render/board.ts';
import { checkMessage } from './check-message.ts';
import { resultOf, run } from './run.ts';

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

test('a board has them below the answer, and none before there is one', () => {
	const files = [{ filename: 'may.pdf', bytes: Buffer.from('x') }];
	const board = { work: [], approvals: [], questions: [], files };
	const ended = boardMessage(run, { ...board, ending: resultOf(8, 'There are 8.') });
	checkMessage(ended);
	assert.deepEqual(ended.attached, files);
	assert.equal(ended.components.length, 2);
	assert.equal(boardMessage(run, { ...board, status: 'Running…' }).attached, undefined);
});
