import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
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
			const hostile = { ...withWrite({ tool: text, method: text, url: text, headers, body: text }), askedBy: text, expiresAt: text };
			checkMessage(approvalCard(hostile));
			hidesNothing(hostile);
			for (const outcome of ['allowed', 'refused', 'expired', 'stopped'] as const) {
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

test('once decided the card tells by whom, and has no buttons', () => {
	const decision = { allowed: true, by: 'U0ADMIN', at: '2026-01-02T03:10:00.000Z' };
	const endings: Record<ApprovalOutcome, RegExp> = {
		allowed: /Approved by <@U0ADMIN> at <!date/,
		refused: /Refused by <@U0ADMIN> at <!date.*Nothing was sent/,
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
