import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Button } from '@slack/types';
import { type ApprovalOutcome, approvalCard, approvalFile, approvalSettled } from '../../../../adapters/slack/render/approval.ts';
import type { SlackMessage } from '../../../../adapters/slack/render/message.ts';
import type { Approval } from '../../../../src/runs/approvals.ts';
import { HOSTILE_TEXTS, HOSTILE_VALUES } from '../../shared/hostile.ts';
import { checkMessage } from './check-limits.ts';

const approval: Approval = {
	id: '01JD0000000000000000000000-01JD0000000000000000000001',
	runId: '01JD0000000000000000000000',
	workspaceId: 'slack:T0123',
	askedBy: 'U0DANA',
	expiresAt: '2026-01-02T03:19:05.000Z',
	write: {
		tool: 'shop.order',
		effect: 'write',
		method: 'POST',
		url: 'https://shop.test/orders?for=a&b=<c>',
		headers: { 'x-note': 'now' },
		body: { film: 'Alien', price: 9.5 },
	},
};
const withWrite = (write: Partial<Approval['write']>): Approval => ({ ...approval, write: { ...approval.write, ...write } });
const codeOf = ({ blocks }: SlackMessage) =>
	blocks.flatMap((block) =>
		block.type === 'rich_text'
			? block.elements.flatMap(({ elements }) => elements.map((element) => ('text' in element ? String(element.text) : '')))
			: [],
	);

/** A card that leaves something out refers to a file that has it. */
function hidesNothing(asked: Approval): void {
	const [card, file] = [approvalCard(asked), approvalFile(asked)];
	assert.equal(file === undefined, !/… [\d,]+ more (?:character|line|header)/.test(codeOf(card).join('\n')));
	assert.equal(file === undefined, !JSON.stringify(card.blocks).includes('All of it is in the file'));
	if (!file) return;
	assert.ok(JSON.stringify(card.blocks).includes(`All of it is in the file \`${file.filename}\``));
	assert.ok(file.content.isWellFormed() && file.title !== '');
	assert.doesNotMatch(file.content, /[^\P{C}\n]/u);
	assert.doesNotMatch(file.content, /^… [\d,]+ more/m);
}

describe('whatever a program wants to send', () => {
	for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
		test(`${name} stays within the limits, and mentions nobody`, () => {
			const headers = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`${text}${at}`, text]));
			const line = { number: 1234, text };
			const write = { tool: text, method: text, url: text, headers, body: text, line, uncertain: true, secondLook: true } as const;
			const hostile = { ...withWrite(write), askedBy: text, expiresAt: text };
			checkMessage(approvalCard(hostile));
			hidesNothing(hostile);
			for (const outcome of ['allowed', 'refused', 'dry-run', 'expired', 'stopped'] as const) {
				checkMessage(approvalSettled({ ...hostile, decision: { allowed: true, by: text, at: text } }, outcome));
			}
		});
	}
	for (const [name, body] of Object.entries(HOSTILE_VALUES)) {
		test(`${name} as its body`, () => {
			checkMessage(approvalCard(withWrite({ body })));
			hidesNothing(withWrite({ body }));
		});
	}
});

test('the card shows the exact call, who decides, and until when', () => {
	assert.deepEqual(approvalCard(approval), {
		text: 'May the program change data? POST https://shop.test/orders?for=a&amp;b=&lt;c&gt;',
		blocks: [
			{ type: 'section', text: { type: 'mrkdwn', text: '*May the program change data with `shop.order`?*', verbatim: true } },
			...['POST https://shop.test/orders?for=a&b=<c>', 'x-note: now', '{\n  "film": "Alien",\n  "price": 9.5\n}'].map((text) => ({
				type: 'rich_text',
				elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
			})),
			{
				type: 'context',
				elements: [
					{
						type: 'mrkdwn',
						text: '<@U0DANA> or an admin decides, until <!date^1767323945^{time}|2026-01-02 03:19 UTC>.',
						verbatim: true,
					},
				],
			},
			{
				type: 'actions',
				elements: [
					{
						type: 'button',
						text: { type: 'plain_text', text: 'Approve', emoji: true },
						action_id: 'approve-write',
						value: approval.id,
						style: 'primary',
					},
					{
						type: 'button',
						text: { type: 'plain_text', text: 'Refuse', emoji: true },
						action_id: 'refuse-write',
						value: approval.id,
						style: 'danger',
					},
					{
						type: 'button',
						text: { type: 'plain_text', text: 'Dry run', emoji: true },
						action_id: 'dry-run-write',
						value: approval.id,
					},
				],
			},
		],
	});
});

test('what cannot be seen is spelt out, and what is cut is counted', () => {
	const [request, headers, body] = codeOf(
		approvalCard(
			withWrite({ url: 'https://shop.test/\u202eexe\u200b', headers: { a: '\u0007' }, body: { 'na\u200bme': 'x'.repeat(9000) } }),
		),
	);
	assert.equal(request, 'POST https://shop.test/\\u{202e}exe\\u{200b}');
	assert.equal(headers, 'a: \\u{7}');
	assert.match(body ?? '', /"na\\u\{200b\}me": "x+\n… [\d,]+ more characters/);
});

describe('what the card has no room for is in a file, whole', () => {
	const long = 'x'.repeat(9000);
	const headers = Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`x-note-${at}`, `note ${at}`]));
	const calls: readonly (readonly [what: string, write: Partial<Approval['write']>, hidden: string])[] = [
		['a long body', { body: { note: long, amount: 'one million' } }, '"amount": "one million"'],
		['a body of many lines', { body: [...Array.from({ length: 70 }, (_, at) => at), 'pay me'] }, '"pay me"'],
		['a body full of quotes', { body: { note: '"'.repeat(3000), amount: 'one million' } }, '"amount": "one million"'],
		['a long address', { url: `https://shop.test/?a=${long}&pay=me` }, '&pay=me'],
		['an address full of quotes', { url: `https://shop.test/?a=${'"'.repeat(1900)}&pay=me` }, '&pay=me'],
		['many headers', { headers }, 'x-note-24: note 24'],
		['a long header', { headers: { 'x-note': `${long} pay me` } }, ' pay me'],
		['several long headers', { headers: Object.fromEntries([...'abcdef'].map((name) => [name, `${'y'.repeat(490)}${name}`])) }, 'yf\n'],
	];
	for (const [what, write, hidden] of calls) {
		test(what, () => {
			const asked = withWrite(write);
			hidesNothing(asked);
			assert.ok(!codeOf(approvalCard(asked)).some((text) => text.includes(hidden.trim())), 'the card shows it');
			const file = approvalFile(asked);
			assert.ok(file);
			assert.ok(file.content.includes(hidden), `${hidden} is missing`);
			assert.ok(file.content.startsWith('POST https://shop.test/'));
			for (const outcome of ['allowed', 'expired'] as const)
				assert.ok(JSON.stringify(approvalSettled(asked, outcome)).includes(file.filename), 'still known once decided');
		});
	}

	test('laid out as it is sent', () => {
		const body = { film: 'Ali\u200ben', note: long };
		assert.deepEqual(approvalFile(withWrite({ body })), {
			filename: 'call-000001.txt',
			title: 'The call of shop.order',
			content: `POST https://shop.test/orders?for=a&b=<c>\nx-note: now\n\n{\n  "film": "Ali\\u{200b}en",\n  "note": "${long}"\n}\n`,
		});
	});

	test('and there is none when the card has everything', () => {
		assert.equal(approvalFile(approval), undefined);
		assert.equal(approvalFile(withWrite({ headers: undefined, body: undefined })), undefined);
		assert.doesNotMatch(JSON.stringify(approvalCard(approval)), /file/);
	});
});

test('a destructive call is called that', () => {
	const { text } = approvalCard(withWrite({ method: 'DELETE', effect: 'destructive', body: undefined, headers: undefined }));
	assert.match(text, /delete or overwrite data\? DELETE https/);
});

test('the line of the program is shown as it is, what cannot be seen spelt out, and in the file', () => {
	const line = { number: 12, text: 'await shop.order({ note: "\u202e<!channel> `*" });' };
	const shown = 'Line 12: await shop.order({ note: "\\u{202e}<!channel> `*" });';
	assert.equal(codeOf(approvalCard(withWrite({ line }))).at(-1), shown);
	assert.ok(approvalFile(withWrite({ line, body: 'x'.repeat(9000) }))?.content.endsWith(`\n\n${shown}\n`));
	assert.equal(
		approvalFile(withWrite({ line: { number: 1, text: '\u202e'.repeat(200) } })),
		undefined,
		'a long line hides nothing of the call',
	);
});

const buttonsOf = (asked: Approval) =>
	approvalCard(asked).blocks.flatMap((block) => (block.type === 'actions' ? (block.elements as Button[]) : []));

test('a call that was begun before is asked about with a warning, and words to match', () => {
	const asked = withWrite({ uncertain: true });
	assert.deepEqual(
		buttonsOf(asked).map(({ text }) => text.text),
		['Send again', 'Do not send', 'Dry run'],
	);
	assert.match(JSON.stringify(approvalCard(asked).blocks), /This call was begun before and may have happened already/);
	assert.match(JSON.stringify(approvalSettled(asked, 'refused').blocks.at(-1)), /not sent again; whether it happened before is not known/);
});

test('what wants a second look asks again in a dialog of its own, with as much of the call as it has room for', () => {
	const asked = withWrite({
		method: 'DELETE',
		effect: 'destructive',
		secondLook: true,
		url: 'https://shop.test/\u202e*',
		body: 'x'.repeat(900),
	});
	checkMessage(approvalCard(asked));
	const [approve, ...others] = buttonsOf(asked);
	const { text, ...words } = approve?.confirm ?? {};
	assert.deepEqual(words, {
		title: { type: 'plain_text', text: 'Send it?', emoji: false },
		confirm: { type: 'plain_text', text: 'Send it', emoji: false },
		deny: { type: 'plain_text', text: 'Back', emoji: false },
		style: 'danger',
	});
	assert.equal(text?.type, 'plain_text');
	assert.match(text.text, /^Look again: this may delete or overwrite data\.\nDELETE https:\/\/shop\.test\/\\u\{202e\}\*\n"x+…$/);
	assert.ok(text.text.length <= 300);
	assert.deepEqual(
		others.map(({ confirm }) => confirm),
		[undefined, undefined],
	);
	assert.equal(buttonsOf(approval)[0]?.confirm, undefined);
});

test('once decided the card tells by whom, and has no buttons', () => {
	const decision = { allowed: true, by: 'U0ADMIN', at: '2026-01-02T03:10:00.000Z' };
	const endings: Record<ApprovalOutcome, RegExp> = {
		allowed: /Approved by <@U0ADMIN> at <!date/,
		refused: /Refused by <@U0ADMIN> at <!date.*Nothing was sent/,
		'dry-run': /Dry run chosen by <@U0ADMIN> at <!date.*Nothing was sent/,
		expired: /Nobody decided until <!date.*Nothing was sent/,
		stopped: /Stopped before anybody decided/,
	};
	for (const outcome of Object.keys(endings) as ApprovalOutcome[]) {
		const settled = approvalSettled({ ...approval, decision }, outcome);
		checkMessage(settled);
		assert.match(JSON.stringify(settled.blocks.at(-1)), endings[outcome]);
		assert.ok(!settled.blocks.some(({ type }) => type === 'actions'));
		assert.deepEqual(codeOf(settled), codeOf(approvalCard(approval)));
	}
});
