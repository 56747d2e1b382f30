import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { approvalText, askAbout, nobodyToAllow } from '../../../adapters/console/approval.ts';

/** Of a call that has been shown whole. */
const neverShown = () => assert.fail('shown once more');

const write = { tool: 'shop.order', effect: 'write', method: 'POST', url: 'https://shop.test/orders' } as const;

describe('what a person is asked', () => {
	const removal = { ...write, effect: 'destructive', secondLook: true } as const;
	const uncertain = { ...write, uncertain: true } as const;
	const cases = [
		[write, ['y'], 'allowed'],
		[write, [' YES '], 'allowed'],
		[write, ['n'], 'refused'],
		[write, [''], 'refused'],
		[write, ['yes please'], 'refused'],
		[write, ['d'], 'dry-run'],
		[write, ['dry run'], 'dry-run'],
		[write, ['delete it'], 'refused'],
		[write, ['a'], 'refused'],
		[uncertain, ['y'], 'allowed'],
		[removal, ['n'], 'refused'],
		[removal, ['d'], 'dry-run'],
		[removal, ['y', ''], 'refused'],
		[removal, ['y', 'y'], 'refused'],
		[removal, ['yes', 'YES'], 'allowed'],
		[removal, ['y', 'shop.order'], 'allowed'],
		[removal, ['y', 'SHOP.ORDER'], 'refused'],
	] as const;
	for (const [asked, replies, decision] of cases) {
		test(`${asked.effect}: ${JSON.stringify(replies)} is ${decision}`, async () => {
			const prompts: string[] = [];
			const said = await askAbout(
				asked,
				async (prompt) => {
					prompts.push(prompt);
					return replies[prompts.length - 1] ?? 'yes';
				},
				neverShown,
			);
			assert.equal(said, decision);
			assert.equal(prompts.length, replies.length);
		});
	}

	test('says so where it may have happened', async () => {
		const prompts: string[] = [];
		await askAbout(
			uncertain,
			async (prompt) => {
				prompts.push(prompt);
				return 'n';
			},
			neverShown,
		);
		assert.deepEqual(prompts, ['Send it again? [y/N/d = dry run] ']);
		assert.match(approvalText(uncertain), /\nThis call was begun before and may have happened already\..*\nPOST /);
	});

	test('is all of a call of which they have seen a part, if they wish', async () => {
		const body = Array.from({ length: 500 }, (_, at) => at);
		const replies = ['a', 'ALL', 'y'];
		const prompts: string[] = [];
		const shown: string[] = [];
		const ask = async (prompt: string) => replies[prompts.push(prompt) - 1] ?? 'n';
		const said = await askAbout({ ...write, body }, ask, async (text) => void shown.push(text));
		assert.equal(said, 'allowed');
		assert.deepEqual([...new Set(prompts)], ['Send it? [y/N/d = dry run/a = show all of it] ']);
		assert.equal(shown.length, 2);
		assert.match(shown[0] ?? '', /\nPOST https:\/\/shop\.test\/orders\n$/, 'next to the question');
		assert.ok(body.every((number) => shown[0]?.includes(`\n  ${number}`)));
	});

	test('is told, where nobody is, in words that fit', () => {
		assert.match(
			nobodyToAllow(write).userMessage,
			/POST https:\/\/shop\.test\/orders, which changes data.*--allow-writes, or with --dry-run/,
		);
		assert.match(nobodyToAllow(uncertain).userMessage, /^POST https:\/\/shop\.test\/orders was begun before and may have happened already/);
		assert.doesNotMatch(nobodyToAllow(uncertain).userMessage, /allow-writes/);
	});
});

describe('what a person approves', () => {
	test('has the line of the program before method and address, spelt out', () => {
		const text = approvalText({ ...write, line: { number: 3, text: 'await shop.order({ "\u202e" })' } });
		assert.equal(
			text,
			'The program wants to change data with shop.order:\nLine 3: await shop.order({ "\\u{202e}" })\nPOST https://shop.test/orders',
		);
	});

	test('is called what it is', () => {
		assert.match(approvalText({ ...write, effect: 'destructive' }), /^The program wants to delete or overwrite data with/);
		assert.match(approvalText({ ...write, effect: 'read' }), /^The program wants to read data with/);
	});

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
