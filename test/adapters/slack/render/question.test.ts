import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { choiceValue, readChoiceValue } from '../../../../adapters/slack/render/action-ids.ts';
import type { SlackMessage } from '../../../../adapters/slack/render/message.ts';
import { questionCard, questionSettled } from '../../../../adapters/slack/render/question.ts';
import { answerView, readAnswer } from '../../../../adapters/slack/views/answer.ts';
import type { OpenQuestion } from '../../../../src/runs/questions.ts';
import type { PersonQuestion } from '../../../../src/toolset/tool.ts';
import { HOSTILE_TEXTS } from '../../shared/hostile.ts';
import { checkMessage, checkView } from './check-limits.ts';

const ID = '01JD0000000000000000000000-01JD0000000000000000000001';
const AT = '2026-01-02T03:10:00.000Z';

function openQuestion(question: PersonQuestion, more: Partial<OpenQuestion> = {}): OpenQuestion {
	const [runId, workspaceId] = ['01JD0000000000000000000000', 'slack:T0123'];
	return { id: ID, runId, workspaceId, askedBy: 'U0DANA', expiresAt: '2026-01-02T03:19:05.000Z', question, ...more };
}

/** The elements of the row of buttons, as far as they are looked at. */
function waysOf({
	blocks,
}: SlackMessage): readonly { readonly type: string; readonly action_id?: string; readonly text?: { readonly text: string } }[] {
	return blocks.flatMap((block) => (block.type === 'actions' ? (block.elements as never[]) : []));
}

const textsOf = ({ blocks }: SlackMessage) => blocks.flatMap((block) => (block.type === 'section' && block.text ? [block.text] : []));

describe('whatever a program asks and a person answers', () => {
	for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
		test(`${name} stays within the limits, and is no markup`, () => {
			// What `human` lets through: others cannot come here.
			const options = Array.from({ length: 25 }, (_, at) => `${at}${text}`.slice(0, 100));
			const asked = text.slice(0, 500);
			const questions: PersonQuestion[] = [
				{ kind: 'choose', text: asked, options },
				{ kind: 'choose', text: asked, options: options.slice(0, 5) },
				{ kind: 'confirm', text: asked },
				{ kind: 'input', text: asked },
			];
			for (const question of questions) {
				checkMessage(questionCard(openQuestion(question)));
				checkMessage(questionCard(openQuestion(question, { askedBy: text, expiresAt: text })));
				const values = { choose: options[0] ?? '', confirm: true, input: text.slice(0, 3000) };
				const answered = openQuestion(question, { decision: { value: values[question.kind], by: text, at: text } });
				const cancelled = openQuestion(question, { decision: { cancelled: true, by: text, at: text } });
				for (const settled of [questionSettled(answered, 'answered'), questionSettled(cancelled, 'cancelled')]) {
					checkMessage(settled);
					assert.deepEqual(waysOf(settled), []);
				}
				for (const { type } of [...textsOf(questionCard(openQuestion(question))), ...textsOf(questionSettled(answered, 'answered'))])
					assert.equal(type, 'plain_text');
			}
			checkView(answerView(openQuestion({ kind: 'input', text: asked })));
		});
	}
});

test('the card shows what is asked, who is asked, until when, and a way to answer and to cancel', () => {
	const card = questionCard(openQuestion({ kind: 'choose', text: 'Which <album>?', options: ['Let It Be', ':smile: & co'] }));
	const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
	assert.deepEqual(card, {
		text: 'The program asks: Which &lt;album&gt;?',
		blocks: [
			{ type: 'section', text: plain('Which <album>?') },
			{
				type: 'context',
				elements: [
					{
						type: 'mrkdwn',
						text: 'The program asks <@U0DANA>, until <!date^1767323945^{time}|2026-01-02 03:19 UTC>. An admin may cancel, too.',
						verbatim: true,
					},
				],
			},
			{
				type: 'actions',
				elements: [
					{ type: 'button', action_id: 'choice-0', text: plain('Let It Be'), value: `${ID}/0` },
					{ type: 'button', action_id: 'choice-1', text: plain(':smile: & co'), value: `${ID}/1` },
					{ type: 'button', text: { type: 'plain_text', text: 'Cancel', emoji: true }, action_id: 'cancel-question', value: ID },
				],
			},
		],
	});
});

test('up to five options are buttons, more are a menu; a yes and a no are buttons, a text has a form', () => {
	const kindsOf = (question: PersonQuestion) =>
		waysOf(questionCard(openQuestion(question))).map(({ type, action_id }) => `${type} ${action_id}`);
	const options = (count: number) => Array.from({ length: count }, (_, at) => `option ${at}`);
	const buttons = (count: number) => options(count).map((_, at) => `button choice-${at}`);
	assert.deepEqual(kindsOf({ kind: 'choose', text: 'Which?', options: options(5) }), [...buttons(5), 'button cancel-question']);
	assert.deepEqual(kindsOf({ kind: 'choose', text: 'Which?', options: options(6) }), ['static_select choices', 'button cancel-question']);
	assert.deepEqual(kindsOf({ kind: 'confirm', text: 'Sure?' }), [...buttons(2), 'button cancel-question']);
	assert.deepEqual(kindsOf({ kind: 'input', text: 'What?' }), ['button type-answer', 'button cancel-question']);
});

test('options that a button would cut are numbered, and listed as they are', () => {
	const same = 'x'.repeat(90);
	const card = questionCard(openQuestion({ kind: 'choose', text: 'Which?', options: [`${same} one`, `${same} two`] }));
	checkMessage(card);
	assert.equal(textsOf(card)[1]?.text, `1. ${same} one\n2. ${same} two`);
	assert.deepEqual(
		waysOf(card).map(({ text }) => text?.text.slice(0, 4)),
		['1. x', '2. x', 'Canc'],
	);
	const most = Array.from({ length: 25 }, (_, at) => `${at}`.padEnd(100, 'y'));
	const listed = textsOf(questionCard(openQuestion({ kind: 'choose', text: 'Which?', options: most })))[1]?.text;
	assert.equal(listed, most.map((option, at) => `${at + 1}. ${option}`).join('\n'));
});

test('what cannot be seen is spelt out', () => {
	const card = questionCard(openQuestion({ kind: 'choose', text: 'Pay\u200b?\nNow\u202e', options: ['y\u00a0es', 'no'] }));
	assert.equal(textsOf(card)[0]?.text, 'Pay\\u{200b}?\nNow\\u{202e}');
	assert.equal(waysOf(card)[0]?.text?.text, 'y\\u{a0}es');
});

test('once settled the card tells what was answered, by whom, and why it was not', () => {
	const question: PersonQuestion = { kind: 'confirm', text: 'Sure?' };
	const lastOf = (settled: SlackMessage) => JSON.stringify(settled.blocks.slice(1));
	const answered = questionSettled(openQuestion(question, { decision: { value: false, by: 'U0DANA', at: AT } }), 'answered');
	assert.match(lastOf(answered), /✅ Answered by <@U0DANA> at <!date.*"text":"No"/);
	const cancelled = questionSettled(openQuestion(question, { decision: { cancelled: true, by: 'U0ADMIN', at: AT } }), 'cancelled');
	assert.match(lastOf(cancelled), /🚫 Cancelled by <@U0ADMIN> at <!date.*The program was stopped/);
	assert.match(lastOf(questionSettled(openQuestion(question, { closed: 'expired' }), 'expired')), /Nobody answered until <!date/);
	assert.match(lastOf(questionSettled(openQuestion(question, { closed: 'stopped' }), 'stopped')), /Stopped before anybody answered/);
});

test('a form gives what was typed, without the spaces around it; nothing is a problem of its field', () => {
	const submitted = (value: string | null) => readAnswer({ state: { values: { text: { input: { value } } } }, private_metadata: ID });
	for (const nothing of [null, '', ' \n']) assert.ok(!submitted(nothing).ok);
	assert.deepEqual(submitted(' two\nlines '), { ok: true, value: { questionId: ID, text: 'two\nlines' } });
});

test('what a button carries is read back, and nothing else is', () => {
	assert.deepEqual(readChoiceValue(choiceValue({ questionId: ID, choice: 24 })), { questionId: ID, choice: 24 });
	for (const other of [undefined, '', ID, `${ID}/`, `${ID}/-1`, `${ID}/100`, `${ID}/1/2`, '../x/1'])
		assert.equal(readChoiceValue(other), undefined);
});
