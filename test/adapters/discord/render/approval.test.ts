import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ButtonStyle, ComponentType } from 'discord.js';
import { approvalMessage, approvalSettled, secondLookMessage } from '../../../../adapters/discord/render/approval.ts';
import type { ApprovalOutcome } from '../../../../adapters/shared/approval-outcome.ts';
import type { Approval } from '../../../../src/runs/approvals.ts';
import { HOSTILE_TEXTS, HOSTILE_VALUES } from '../../shared/hostile.ts';
import { ATTACKS } from './attacks.ts';
import { buttonsOf, checkMessage, partsOf, textsOf } from './check-message.ts';

const approval: Approval = {
	id: '01JD0000000000000000000000-01JD0000000000000000000001',
	runId: '01JD0000000000000000000000',
	workspaceId: 'discord:100000000000000001',
	askedBy: '200000000000000001',
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
const FILE = 'call-000001.txt';
const OUTCOMES: readonly ApprovalOutcome[] = ['allowed', 'refused', 'dry-run', 'expired', 'stopped'];
const withWrite = (write: Partial<Approval['write']>): Approval => ({ ...approval, write: { ...approval.write, ...write } });
const codeOf = (asked: Approval) => textsOf(approvalMessage(asked)).find((text) => text.startsWith('```')) ?? '';

/** A card that leaves something out has it in a file, and says so; the settled card refers to that file. */
function check(asked: Approval): void {
	const message = approvalMessage(asked);
	checkMessage(message);
	const told = textsOf(message).some((text) => text.includes(`All of it is in the file \`${FILE}\` below`));
	assert.equal(told, message.files !== undefined);
	const [file] = message.files ?? [];
	if (file) assert.doesNotMatch(file.content, /[^\P{C}\n]/u);
	else assert.doesNotMatch(codeOf(asked), /… [\d,]+ more (?:character|line|header)/);
	const again = secondLookMessage(asked);
	checkMessage(again);
	assert.deepEqual(textsOf(again).slice(0, -1), textsOf(message).slice(0, -1), 'the second look is at the same');
	assert.deepEqual(again.files, message.files);
	for (const outcome of OUTCOMES) {
		const settled = approvalSettled({ ...asked, decision: { allowed: true, by: asked.askedBy, at: asked.expiresAt } }, outcome);
		checkMessage(settled, file ? [file.filename] : []);
		assert.deepEqual(buttonsOf(settled), []);
		assert.deepEqual(textsOf(settled).slice(0, -1), textsOf(message).slice(0, -1));
	}
}

describe('whatever a program wants to send', () => {
	for (const text of [...Object.values(HOSTILE_TEXTS), ...ATTACKS]) {
		test(`${JSON.stringify(text.slice(0, 30))} stays within the limits, and mentions nobody`, () => {
			const headers = Object.fromEntries(Array.from({ length: 15 }, (_, at) => [`${text}${at}`, text]));
			const line = { number: 1234, text };
			const hostile = { tool: text, method: text, url: text, headers, body: text, line, uncertain: true } as const;
			check({ ...withWrite(hostile), askedBy: text, expiresAt: text });
			check(withWrite({ headers: undefined, body: text }));
		});
	}
	for (const [name, body] of Object.entries(HOSTILE_VALUES)) test(`${name} as its body`, () => check(withWrite({ body })));
});

test('the card shows the exact call, who decides, and until when', () => {
	const message = approvalMessage(approval);
	check(approval);
	assert.equal(message.files, undefined);
	assert.deepEqual(textsOf(message), [
		'### May the program change data with `shop.order`?',
		'```\nPOST https://shop.test/orders?for=a&b=<c>\nx-note: now\n\n{\n  "film": "Alien",\n  "price": 9.5\n}\n```',
		'<@200000000000000001> or an admin decides, until <t:1767323945:t>.',
	]);
	assert.deepEqual(
		partsOf(message)
			.filter(({ type }) => type === ComponentType.Button)
			.map(({ label, style, custom_id }) => [label, style, custom_id]),
		[
			['Approve', ButtonStyle.Success, `tc:approve:v1:${approval.id}`],
			['Refuse', ButtonStyle.Danger, `tc:refuse:v1:${approval.id}`],
			['Dry run', ButtonStyle.Secondary, `tc:dry-run:v1:${approval.id}`],
		],
	);
});

test('what cannot be seen is spelt out', () => {
	const hidden = withWrite({ url: 'https://shop.test/\u202eexe\u200b', headers: { a: '\u0007\n' }, body: { 'na\u200bme': '\u00a0' } });
	check(hidden);
	assert.equal(
		codeOf(hidden),
		'```\nPOST https://shop.test/\\u{202e}exe\\u{200b}\na: \\u{7}\\u{a}\n\n{\n  "na\\u{200b}me": "\\u{a0}"\n}\n```',
	);
});

describe('what the card has no room for is in a file, whole', () => {
	const long = 'x'.repeat(9000);
	const headers = Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`x-note-${at}`, `note ${at}`]));
	const calls: readonly (readonly [what: string, write: Partial<Approval['write']>, hidden: string])[] = [
		['a long body', { body: { note: long, amount: 'one million' } }, '"amount": "one million"'],
		['a body of many lines', { body: [...Array.from({ length: 70 }, (_, at) => at), 'pay me'] }, '"pay me"'],
		['a body that is just too long', { body: { note: 'y'.repeat(2950), amount: 'one million' } }, '"amount": "one million"'],
		['a long address', { url: `https://shop.test/?a=${long}&pay=me` }, '&pay=me'],
		['many headers', { headers }, 'x-note-24: note 24'],
		['several long headers', { headers: Object.fromEntries([...'abcdef'].map((name) => [name, `${'y'.repeat(490)}${name}`])) }, 'yf\n'],
		['a fence in the body', { body: { note: '```\n**Approved**' } }, '"note": "```\\n**Approved**"'],
		['a fence in the address', { url: 'https://shop.test/```' }, 'https://shop.test/```'],
	];
	for (const [what, write, hidden] of calls) {
		test(what, () => {
			const asked = withWrite(write);
			check(asked);
			assert.ok(!codeOf(asked).includes(hidden.trim()), 'the card shows it');
			const [file] = approvalMessage(asked).files ?? [];
			assert.equal(file?.filename, FILE);
			assert.ok(file.content.startsWith('POST https://shop.test/'));
			assert.ok(file.content.includes(hidden), `${hidden} is missing`);
		});
	}

	test('a call with a fence is not shown in part', () => {
		const message = approvalMessage(withWrite({ body: '```' }));
		assert.equal(codeOf(withWrite({ body: '```' })), '');
		assert.match(textsOf(message)[1] ?? '', /holds a code fence/);
	});

	test('a body has the room that the address leaves', () => {
		assert.equal(approvalMessage(withWrite({ body: { note: 'y'.repeat(2650) } })).files, undefined);
	});
});

test('nobody is asked about a call too long for a file', () => {
	assert.throws(() => approvalMessage(withWrite({ body: 'x'.repeat(11_000_000) })), { name: 'UserError', code: 'not-allowed' });
});

test('a destructive call is called that', () => {
	const asked = withWrite({ method: 'DELETE', effect: 'destructive', body: undefined, headers: undefined });
	assert.match(textsOf(approvalMessage(asked))[0] ?? '', /delete or overwrite data/);
});

test('a read that the policy asks about is called that', () => {
	assert.match(textsOf(approvalMessage(withWrite({ effect: 'read' })))[0] ?? '', /May the program read data with/);
});

describe('the line of the program', () => {
	const lineIn = (text: string) => textsOf(approvalMessage(withWrite({ line: { number: 12, text } })))[2];

	test('is shown as it is, what cannot be seen spelt out', () => {
		assert.equal(lineIn('await shop.order({ note: "\u202e" });'), '```\nLine 12: await shop.order({ note: "\\u{202e}" });\n```');
	});

	test('does not end its block, and hides no call', () => {
		assert.equal(lineIn('order(`` ` ``); /* ``` **yes** */'), '```\nLine 12: order(`` ` ``); /* \\u{60}\\u{60}\\u{60} **yes** */\n```');
		check(withWrite({ line: { number: 12, text: '```' } }));
	});

	test('is short, however much there is to spell out', () => {
		const line = { number: 12, text: '\u202e'.repeat(200) };
		check(withWrite({ line, body: { note: 'y'.repeat(2600) }, uncertain: true }));
		assert.ok((lineIn(line.text) ?? '').length < 420);
	});
});

describe('a call that was begun before', () => {
	const uncertain = withWrite({ uncertain: true });
	const labels = partsOf(approvalMessage(uncertain)).flatMap(({ type, label }) => (type === ComponentType.Button ? [label] : []));

	test('is asked about with a warning, and words to match', () => {
		check(uncertain);
		assert.deepEqual(labels, ['Send again', 'Do not send', 'Dry run']);
		assert.match(
			textsOf(approvalMessage(uncertain)).join('\n'),
			/This call was begun before and may have happened already\. Find out whether it did before you send it again\./,
		);
	});

	test('is never said not to have happened', () => {
		const decision = { allowed: false, by: '200000000000000002', at: '2026-01-02T03:10:00.000Z' };
		for (const outcome of OUTCOMES)
			assert.doesNotMatch(textsOf(approvalSettled({ ...uncertain, decision }, outcome)).join('\n'), /Nothing was sent/);
		assert.match(
			textsOf(approvalSettled({ ...uncertain, decision }, 'refused')).at(-1) ?? '',
			/It was not sent again; whether it happened/,
		);
		assert.match(textsOf(approvalSettled({ ...uncertain, decision }, 'allowed')).at(-1) ?? '', /to be sent again\.$/);
	});
});

test('the second look shows the exact call once more, and names what it may do', () => {
	const asked = withWrite({ method: 'DELETE', effect: 'destructive', secondLook: true, body: undefined, headers: undefined });
	const again = secondLookMessage(asked);
	assert.deepEqual(textsOf(again), [
		'### May the program delete or overwrite data with `shop.order`?',
		'```\nDELETE https://shop.test/orders?for=a&b=<c>\n```',
		'**Look again: this may delete or overwrite data.**',
	]);
	assert.deepEqual(
		partsOf(again).flatMap(({ type, label, custom_id }) => (type === ComponentType.Button ? [[label, custom_id]] : [])),
		[
			['Yes, send it', `tc:approve-now:v1:${approval.id}`],
			['Back', 'tc:back:v1:'],
		],
	);
});

test('once decided the card tells by whom', () => {
	const decision = { allowed: true, by: '200000000000000002', at: '2026-01-02T03:10:00.000Z' };
	const last = (outcome: ApprovalOutcome, held: Approval) => textsOf(approvalSettled(held, outcome)).at(-1);
	assert.equal(last('allowed', { ...approval, decision }), '✅ Approved by <@200000000000000002> at <t:1767323400:t>.');
	assert.equal(last('refused', { ...approval, decision }), '🚫 Refused by <@200000000000000002> at <t:1767323400:t>. Nothing was sent.');
	assert.equal(
		last('dry-run', { ...approval, decision }),
		'📝 Dry run chosen by <@200000000000000002> at <t:1767323400:t>. Nothing was sent. The program goes on to show what else it would send.',
	);
	assert.equal(last('expired', approval), '⌛ Nobody decided until <t:1767323945:t>. Nothing was sent.');
	assert.match(last('stopped', approval) ?? '', /Stopped before anybody decided/);
});
