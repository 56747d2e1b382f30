import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { confirmationCard, errorMessage, renderReply, type ShownReply } from '../../../../adapters/slack/render/reply.ts';
import { UserError } from '../../../../src/errors.ts';
import { HOSTILE_TEXTS } from '../../shared/hostile.ts';
import { checkMessage } from './check-limits.ts';

const render = (reply: ShownReply) => {
	const messages = renderReply(reply);
	assert.ok(messages.length >= 1 && messages.length <= 5, `${messages.length} messages`);
	for (const message of messages) checkMessage(message);
	return messages;
};

describe('whatever a command answers', () => {
	for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
		test(`${name} stays within the limits, and mentions nobody`, () => {
			render([{ kind: 'text', text }]);
			render([{ kind: 'text', text: `**${text}** \`${text}\`` }]);
			render([{ kind: 'code', language: 'ts', code: text }]);
			render([{ kind: 'table', columns: [text, 'b'], rows: [[text], [text, text, text]] }]);
			render(
				Array.from(
					{ length: 20 },
					(): ShownReply => [
						{ kind: 'code', language: 'json', code: text },
						{ kind: 'text', text },
					],
				).flat(),
			);
			checkMessage(errorMessage(new UserError('bad-input', text)));
			checkMessage(confirmationCard(text, 'value'));
		});
	}
});

test('text, table and code share a message', () => {
	const messages = render([
		{ kind: 'text', text: 'Connected **Films & more** as `films`.\nTwo lines.' },
		{ kind: 'table', columns: ['name'], rows: [['films']] },
		{ kind: 'code', language: 'ts', code: 'films.get(): Film' },
	]);
	assert.deepEqual(messages, [
		{
			text: 'Connected Films &amp; more as films. Two lines.',
			blocks: [
				{
					type: 'section',
					text: { type: 'mrkdwn', text: 'Connected *Films &amp; more* as `films`.\nTwo lines.', verbatim: true },
				},
				{
					type: 'table',
					rows: [[{ type: 'raw_text', text: 'name' }], [{ type: 'raw_text', text: 'films' }]],
					column_settings: [{ is_wrapped: true }],
				},
				{ type: 'markdown', text: '```ts\nfilms.get(): Film\n```' },
			],
		},
	]);
});

test('each table has a message of its own, cut to what Slack takes', () => {
	const table = { kind: 'table', columns: ['id'], rows: Array.from({ length: 500 }, (_, id) => [String(id)]) } as const;
	const messages = render([table, table]);
	assert.equal(messages.length, 2);
	assert.match(JSON.stringify(messages[0]), /… and 401 more rows/);
	const wide = { kind: 'table', columns: Array.from({ length: 30 }, (_, at) => `c${at}`), rows: [] } as const;
	assert.match(JSON.stringify(render([wide])), /… and 10 more columns/);
});

test('what would be more than five messages is counted', () => {
	const messages = render([{ kind: 'code', language: 'ts', code: 'f();\n'.repeat(20_000) }]);
	assert.equal(messages.length, 5);
	assert.match(JSON.stringify(messages[4]?.blocks.at(-1)), /… and \d+ more messages/);
	const text = Array.from({ length: 400 }, (_, at) => `line ${at}`).join('\n');
	const shown = render([{ kind: 'text', text }]).flatMap(({ blocks }) =>
		blocks.map((block) => (block.type === 'section' ? block.text?.text : '')),
	);
	assert.equal(shown.join('\n'), text);
});

test('an empty reply says that it is done', () => {
	for (const reply of [[], [{ kind: 'text', text: ' ' }], [{ kind: 'table', columns: [], rows: [] }]] as const) {
		assert.match(JSON.stringify(render(reply)[0]?.blocks), /Done\./);
	}
});

describe('an error', () => {
	test('is its message', () => {
		assert.deepEqual(errorMessage(new UserError('bad-input', 'Use /ask <question>, *please*.')), {
			text: 'Use /ask &lt;question&gt;, *please*.',
			blocks: [{ type: 'section', text: { type: 'plain_text', text: 'Use /ask <question>, *please*.', emoji: false } }],
		});
	});

	test('links the channel it names, and nothing else', () => {
		const message = errorMessage(new UserError('not-allowed', 'Not in <#C0123456>: <!channel> <@U0123> <https://evil.test|x>'));
		checkMessage(message);
		const [section] = message.blocks;
		assert.equal(
			section?.type === 'section' && section.text?.text,
			'Not in <#C0123456>: &lt;!channel&gt; &lt;@U0123&gt; &lt;https://evil.test|x&gt;',
		);
	});

	test('never shows what caused it', () => {
		const cause = new Error('xoxb-secret at /srv/app.ts:3');
		assert.doesNotMatch(JSON.stringify(errorMessage(new UserError('internal', 'It broke.', { cause }))), /xoxb|srv/);
	});
});

test('a confirmation asks twice and gives its value back', () => {
	const value = '/functions forget count';
	const { blocks } = confirmationCard('Delete the function `count` for good?', value);
	const [question, buttons] = blocks;
	assert.equal(question?.type === 'section' && question.text?.text, 'Delete the function `count` for good?');
	assert.ok(buttons?.type === 'actions');
	const [yes, no] = buttons.elements;
	assert.ok(yes?.type === 'button' && no?.type === 'button');
	assert.deepEqual(
		[yes.action_id, yes.value, yes.style, no.action_id, no.value],
		['confirm-command', value, 'danger', 'cancel-command', value],
	);
	assert.equal(yes.confirm?.text.text, 'Delete the function count for good?');
	assert.throws(() => confirmationCard('?', 'x'.repeat(2001)), RangeError);
});
