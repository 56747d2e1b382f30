import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { approvalText } from '../../../adapters/console/approval.ts';

const write = { tool: 'shop.order', effect: 'write', method: 'POST', url: 'https://shop.test/orders' } as const;

describe('what a person approves', () => {
	test('has nothing unseen in it', () => {
		const text = approvalText({
			...write,
			url: 'https://shop.test/\u202eexe\u2066/a\u200b\nGET /',
			headers: { 'x-note': 'a\u0007\u00a0b' },
			body: { 'na\u200bme': 'pay\u009b31m\u3164\u{e0041}', line: 'one\ntwo', seen: 'Zoë \\u{202e} 😀' },
		});
		assert.doesNotMatch(text, /[^\P{C}\n]|\u3164|\u00a0/u);
		for (const part of [
			'POST https://shop.test/\\u{202e}exe\\u{2066}/a\\u{200b}\\u{a}GET /',
			'x-note: a\\u{7}\\u{a0}b',
			'"na\\u{200b}me": "pay\\u{9b}31m\\u{3164}\\u{e0041}"',
			'"line": "one\\ntwo"',
			'"seen": "Zoë \\\\u{202e} 😀"',
		])
			assert.ok(text.includes(part), `${part} is missing in:\n${text}`);
	});

	test('ends with method and address, however long the body is', () => {
		for (const body of ['x'.repeat(100_000), Array.from({ length: 5000 }, (_, at) => at)]) {
			const text = approvalText({ ...write, body, headers: Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`x-${at}`, 'v'])) });
			assert.ok(text.endsWith('\nPOST https://shop.test/orders'), text.slice(-200));
			assert.match(text, /\n… [\d,]+ more (characters|lines)\nPOST/);
			assert.match(text, /… 480 more headers/);
			assert.ok(text.split('\n').length < 100);
		}
		assert.match(approvalText({ ...write, body: 'x'.repeat(5000) }), /… 1,002 more characters/);
	});

	test('shows a long address from its beginning, and counts the rest', () => {
		const text = approvalText({ ...write, url: `https://shop.test/${'a'.repeat(9000)}` });
		assert.match(text, /\nPOST https:\/\/shop\.test\/a+… 7,023 more characters$/);
	});
});
