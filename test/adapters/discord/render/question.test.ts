import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ComponentType } from 'discord.js';
import {
	answererReference,
	choiceReference,
	readAnswererReference,
	readChoiceReference,
} from '../../../../adapters/discord/render/custom-id.ts';
import type { DiscordMessage } from '../../../../adapters/discord/render/message.ts';
import { questionLine, questionMessage, questionSettled } from '../../../../adapters/discord/render/question.ts';
import type { OpenQuestion } from '../../../../src/runs/questions.ts';
import type { PersonQuestion } from '../../../../src/toolset/tool.ts';
import { HOSTILE_TEXTS } from '../../shared/hostile.ts';
import { ATTACKS } from './attacks.ts';
import { buttonsOf, checkMessage, partsOf, textsOf } from './check-message.ts';

const ID = '01JD0000000000000000000000-01JD0000000000000000000001';
const DANA = '200000000000000001';
const AT = '2026-01-02T03:10:00.000Z';

function openQuestion(question: PersonQuestion, more: Partial<OpenQuestion> = {}): OpenQuestion {
	const [runId, workspaceId] = ['01JD0000000000000000000000', 'discord:100000000000000001'];
	return { id: ID, runId, workspaceId, askedBy: DANA, expiresAt: '2026-01-02T03:19:05.000Z', question, ...more };
}

interface Menu {
	readonly type: ComponentType;
	readonly options?: readonly { readonly label: string; readonly value: string }[];
}

function optionsOf(message: DiscordMessage): NonNullable<Menu['options']> {
	return (partsOf(message) as readonly Menu[]).flatMap(({ type, options = [] }) => (type === ComponentType.StringSelect ? options : []));
}

describe('whatever a program asks and a person answers', () => {
	for (const text of [...Object.values(HOSTILE_TEXTS), ...ATTACKS]) {
		test(`${JSON.stringify(text.slice(0, 30))} stays within the limits, and is no markup`, () => {
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
				const message = questionMessage(openQuestion(question));
				checkMessage(message);
				assert.equal(message.whole, true, 'nobody is asked what cannot be drawn');
				for (const { label, value } of optionsOf(message)) {
					assert.ok(label.trim() !== '' && label.length <= 100 && label.isWellFormed());
					assert.ok(value.length <= 100);
				}
				checkMessage(questionMessage(openQuestion(question, { expiresAt: text })));
				const values = { choose: options[0] ?? '', confirm: true, input: text.slice(0, 4000) };
				const answered = openQuestion(question, { decision: { value: values[question.kind], by: text, at: text } });
				const cancelled = openQuestion(question, { decision: { cancelled: true, by: text, at: text } });
				for (const draw of [questionSettled, questionLine]) {
					for (const settled of [draw(answered, 'answered'), draw(cancelled, 'cancelled')]) {
						checkMessage(settled);
						assert.deepEqual(buttonsOf(settled), []);
					}
				}
			}
		});
	}
});

test('the card shows what is asked, who is asked, until when, and a way to answer and to cancel', () => {
	const message = questionMessage(openQuestion({ kind: 'choose', text: 'Which **album**?', options: ['Let It Be', '*Help!*'] }));
	checkMessage(message);
	assert.deepEqual(textsOf(message), [
		'Which \\*\\*album\\*\\*?',
		`The program asks <@${DANA}>, until <t:1767323945:t>. An admin may cancel, too.`,
	]);
	assert.deepEqual(buttonsOf(message), [
		['Let It Be', `tc:choice:v1:${ID}/0`],
		['*Help!*', `tc:choice:v1:${ID}/1`],
		['Cancel', `tc:withdraw:v1:${ID}`],
	]);
});

test('up to five options are buttons, more are a menu; a yes and a no are buttons, a text has a form', () => {
	const labelsIn = (question: PersonQuestion) => buttonsOf(questionMessage(openQuestion(question))).map(([label]) => label);
	const options = (count: number) => Array.from({ length: count }, (_, at) => `option ${at}`);
	assert.deepEqual(labelsIn({ kind: 'choose', text: 'Which?', options: options(5) }), [...options(5), 'Cancel']);
	const menu: PersonQuestion = { kind: 'choose', text: 'Which?', options: options(25) };
	assert.deepEqual(labelsIn(menu), ['Cancel']);
	assert.deepEqual(
		optionsOf(questionMessage(openQuestion(menu))),
		options(25).map((label, at) => ({ label, value: `${ID}/${at}` })),
	);
	assert.deepEqual(labelsIn({ kind: 'confirm', text: 'Sure?' }), ['Yes', 'No', 'Cancel']);
	const typed = questionMessage(openQuestion({ kind: 'input', text: 'What?' }));
	assert.deepEqual(buttonsOf(typed)[0], ['Answer…', `tc:type:v1:${ID}/${DANA}`]);
});

test('options that a button would cut are numbered, and listed as they are', () => {
	const same = 'x'.repeat(90);
	const message = questionMessage(openQuestion({ kind: 'choose', text: 'Which?', options: [`${same} one`, `${same} two`] }));
	checkMessage(message);
	assert.equal(textsOf(message)[1], `1\\. ${same} one\n2\\. ${same} two`);
	assert.deepEqual(
		buttonsOf(message).map(([label]) => label?.slice(0, 4)),
		['1. x', '2. x', 'Canc'],
	);
});

test('what cannot be seen is spelt out', () => {
	const message = questionMessage(openQuestion({ kind: 'choose', text: 'Pay\u200b?', options: ['y\u00a0es', 'no'] }));
	assert.equal(textsOf(message)[0], 'Pay\\\\u{200b}?');
	assert.equal(buttonsOf(message)[0]?.[0], 'y\\u{a0}es');
});

test('once settled the card tells what was answered, by whom, and why it was not', () => {
	const question: PersonQuestion = { kind: 'confirm', text: 'Sure?' };
	const answered = openQuestion(question, { decision: { value: false, by: DANA, at: AT } });
	assert.deepEqual(textsOf(questionSettled(answered, 'answered')), ['Sure?', `✅ Answered by <@${DANA}> at <t:1767323400:t>:`, 'No']);
	assert.deepEqual(textsOf(questionLine(answered, 'answered')), [`-# Sure? ✅ Answered by <@${DANA}> at <t:1767323400:t>: No`]);
	const cancelled = openQuestion(question, { decision: { cancelled: true, by: DANA, at: AT } });
	assert.match(textsOf(questionSettled(cancelled, 'cancelled')).at(-1) ?? '', /🚫 Cancelled by <@\d+> at .*The program was stopped/);
	assert.match(textsOf(questionSettled(openQuestion(question), 'expired')).at(-1) ?? '', /Nobody answered until <t:1767323945:t>/);
	assert.match(textsOf(questionLine(openQuestion(question), 'stopped'))[0] ?? '', /Stopped before anybody answered/);
});

test('what a button carries is read back, and nothing else is', () => {
	assert.deepEqual(readChoiceReference(choiceReference(ID, 24)), { questionId: ID, choice: 24 });
	for (const other of ['', ID, `${ID}/`, `${ID}/-1`, `${ID}/100`, `${ID}/1/2`, '../x/1'])
		assert.equal(readChoiceReference(other), undefined);
	assert.deepEqual(readAnswererReference(answererReference({ id: ID, askedBy: DANA })), { questionId: ID, askedBy: DANA });
	assert.deepEqual(readAnswererReference(''), { questionId: '', askedBy: '' });
});
