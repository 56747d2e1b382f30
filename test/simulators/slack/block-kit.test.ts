import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkMessage } from './block-kit/check-message.ts';
import { checkView } from './block-kit/check-view.ts';
import { Refusal } from './refusal.ts';

const plain = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) });
const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: 'x'.repeat(length) });
const section = (length: number) => ({ type: 'section', text: mrkdwn(length) });
const markdown = (text: string) => ({ type: 'markdown', text });
const button = (more: object = {}) => ({ type: 'button', action_id: 'a', text: plain(5), ...more });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const table = (rows: number, columns: number, text = 'x') => ({
	type: 'table',
	rows: Array.from({ length: rows }, () => Array.from({ length: columns }, () => ({ type: 'raw_text', text }))),
});
const confirm = { title: plain(10), text: mrkdwn(10), confirm: plain(3), deny: plain(3) };
const feedback = { text: plain(4), value: 'up' };

const GOOD: Readonly<Record<string, object[]>> = {
	'all that fits': [
		{ type: 'header', text: plain(150) },
		section(3000),
		actions(button({ value: 'x'.repeat(2000), style: 'danger', confirm }), button({ action_id: 'b' })),
		{ type: 'context', elements: Array.from({ length: 10 }, () => mrkdwn(20)) },
		{
			type: 'context_actions',
			elements: [{ type: 'feedback_buttons', action_id: 'f', positive_button: feedback, negative_button: feedback }],
		},
	],
	'the largest code block': [markdown(`\`\`\`ts\n${'x'.repeat(11_980)}\n\`\`\``)],
	'the largest table': [table(100, 20)],
	'fifty dividers': Array.from({ length: 50 }, () => ({ type: 'divider' })),
	'a fence that looks like a table': [markdown('```\n| a | b |\n```\ntext\n```\n| c | d |\n```')],
};

const BAD: readonly (readonly [name: string, blocks: object[], error: string, where?: RegExp])[] = [
	['51 blocks', Array.from({ length: 51 }, () => ({ type: 'divider' })), 'invalid_blocks', /no more than 50 items.*\/blocks/],
	['a long section', [section(3001)], 'invalid_blocks', /less than 3001 characters \[json-pointer:\/blocks\/0\/text\/text\]/],
	['an empty section', [section(0)], 'invalid_blocks', /more than 0/],
	['a section with nothing', [{ type: 'section' }], 'invalid_blocks', /text or fields/],
	['a long header', [{ type: 'header', text: plain(151) }], 'invalid_blocks'],
	['a header in mrkdwn', [{ type: 'header', text: mrkdwn(5) }], 'invalid_blocks', /unsupported type: mrkdwn/],
	['emoji in mrkdwn', [{ type: 'section', text: { ...mrkdwn(5), emoji: true } }], 'invalid_blocks', /additional property: emoji/],
	['a long label', [actions(button({ text: plain(76) }))], 'invalid_blocks', /76/],
	['a long value', [actions(button({ value: 'x'.repeat(2001) }))], 'invalid_blocks'],
	['a long action id', [actions(button({ action_id: 'x'.repeat(256) }))], 'invalid_blocks'],
	['a long block id', [{ type: 'divider', block_id: 'x'.repeat(256) }], 'invalid_blocks'],
	['one action id twice', [actions(button(), button())], 'invalid_blocks', /`action_id` .*already exists/],
	[
		'one block id twice',
		[section(1), section(1)].map((block) => ({ ...block, block_id: 'b' })),
		'invalid_blocks',
		/`block_id` .*already exists/,
	],
	['eleven notes', [{ type: 'context', elements: Array.from({ length: 11 }, () => mrkdwn(1)) }], 'invalid_blocks'],
	['an unknown block', [{ type: 'sparkline' }], 'invalid_blocks', /unsupported type: sparkline \[json-pointer:\/blocks\/0\/type\]/],
	['an unknown element', [actions({ type: 'slider' })], 'invalid_blocks', /unsupported type: slider/],
	['a field too many', [{ type: 'divider', colour: 'red' }], 'invalid_blocks', /additional property: colour/],
	['markdown of 12,001 in two', [markdown('x'.repeat(6000)), markdown('x'.repeat(6001))], 'invalid_blocks', /12001/],
	['a table of 101 rows', [table(101, 1)], 'invalid_blocks'],
	['a table of 21 columns', [table(1, 21)], 'invalid_blocks'],
	['an empty cell', [table(1, 1, '')], 'invalid_blocks', /more than 0/],
	['a table of 10,001 characters', [table(1, 2, 'x'.repeat(5001))], 'invalid_blocks'],
	['two tables', [table(1, 1), table(1, 1)], 'invalid_attachments', /only_one_table_allowed/],
	['a table beside one in markdown', [table(1, 1), markdown('| a |\n|---|\n| b |')], 'invalid_attachments'],
	['markdown of 51 headings', [markdown('# x\n'.repeat(51))], 'msg_blocks_too_long'],
	['13,200 characters and a button', [markdown('x'.repeat(12_000)), section(1100), actions(button())], 'msg_blocks_too_long'],
	['a file input', [{ type: 'input', label: plain(3), element: { type: 'file_input' } }], 'invalid_blocks', /unsupported type: file_input/],
];

describe('blocks of a message', () => {
	for (const [name, blocks] of Object.entries(GOOD))
		test(name, () => assert.equal(checkMessage({ text: 'x', blocks }).blocks.length, blocks.length));
	for (const [name, blocks, error, where = /./] of BAD) {
		test(`${name}: ${error}`, () => {
			const refusal = refusalOf(() => checkMessage({ text: 'x', blocks: JSON.stringify(blocks) }));
			assert.equal(refusal.code, error);
			assert.match(JSON.stringify(refusal.extra), where);
		});
	}
	test('that are no list', () =>
		assert.equal(refusalOf(() => checkMessage({ text: 'x', blocks: '{"a":1}' })).code, 'invalid_blocks_format'));
});

describe('views', () => {
	const input = { type: 'input', label: plain(4), element: { type: 'plain_text_input', action_id: 'a', max_length: 3000 } };
	const modal = { type: 'modal', title: plain(24), submit: plain(24), blocks: [input] };
	const bad: readonly (readonly [string, object, 'modal' | 'home', RegExp])[] = [
		['a long title', { ...modal, title: plain(25) }, 'modal', /25 characters \[json-pointer:\/view\/title\/text\]/],
		['a form that cannot be sent', { ...modal, submit: undefined }, 'modal', /missing required field: submit/],
		['101 blocks', { ...modal, blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }, 'modal', /100 items/],
		['markdown', { ...modal, blocks: [markdown('x')] }, 'modal', /unsupported type: markdown \[json-pointer:\/view\/blocks\/0\/type\]/],
		['a table', { type: 'home', blocks: [table(1, 1)] }, 'home', /unsupported type: table/],
		['a Home tab with a title', { type: 'home', title: plain(3), blocks: [] }, 'home', /additional property: title/],
		['a modal as Home tab', modal, 'home', /must be a home view/],
		['a text of 3,001', { ...modal, blocks: [{ ...input, element: { ...input.element, max_length: 3001 } }] }, 'modal', /3000/],
		['long metadata', { ...modal, private_metadata: 'x'.repeat(3001) }, 'modal', /3001/],
	];
	test('a good one', () => checkView(modal, 'modal'));
	for (const [name, view, type, where] of bad) {
		test(name, () => {
			const refusal = refusalOf(() => checkView({ ...view }, type));
			assert.equal(refusal.code, 'invalid_arguments');
			assert.match(JSON.stringify(refusal.extra), where);
		});
	}
});

function refusalOf(check: () => unknown): Refusal {
	try {
		check();
	} catch (error) {
		if (error instanceof Refusal) return error;
		throw error;
	}
	return assert.fail('Slack took it');
}
