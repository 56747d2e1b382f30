import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ButtonStyle, ComponentType } from 'discord.js';
import { confirmationMessage, errorMessage, renderReply } from '../../../../adapters/discord/render/reply.ts';
import type { Reply } from '../../../../commands/command.ts';
import { createHelp } from '../../../../commands/help.ts';
import { commandTable } from '../../../../commands/table.ts';
import { UserError } from '../../../../src/errors.ts';
import { HOSTILE_TEXTS } from '../../shared/hostile.ts';
import { ATTACKS } from './attacks.ts';
import { buttonsOf, checkMessage, partsOf, textsOf } from './check-message.ts';

const render = (reply: Reply) => {
	const messages = renderReply(reply);
	assert.ok(messages.length >= 1 && messages.length <= 5, `${messages.length} messages`);
	for (const message of messages) checkMessage(message);
	return messages;
};
const shown = (reply: Reply) => render(reply).flatMap(textsOf);

describe('whatever a command answers', () => {
	for (const text of [...Object.values(HOSTILE_TEXTS), ...ATTACKS]) {
		test(`${JSON.stringify(text.slice(0, 30))} stays within the limits, and mentions nobody`, () => {
			render([{ kind: 'text', text }]);
			render([{ kind: 'text', text: `**${text}** \`${text}\`` }]);
			render([{ kind: 'code', language: 'ts', code: text }]);
			render([{ kind: 'table', columns: [text, 'b'], rows: [[text], [text, text, text]] }]);
			render(
				Array.from(
					{ length: 20 },
					(): Reply => [
						{ kind: 'code', language: 'json', code: text },
						{ kind: 'text', text },
					],
				).flat(),
			);
			checkMessage(errorMessage(new UserError('bad-input', text)));
			checkMessage(confirmationMessage(text, 'value'));
		});
	}
});

test('text, table and code share a message', () => {
	const messages = render([
		{ kind: 'text', text: 'Connected **Films_&_more** as `films`.\nTwo <lines>.' },
		{ kind: 'table', columns: ['name'], rows: [['films']] },
		{ kind: 'code', language: 'ts', code: 'films.get(): Film' },
	]);
	assert.equal(messages.length, 1);
	assert.deepEqual(messages.flatMap(textsOf), [
		'Connected **Films\\_&\\_more** as `films`.\nTwo \\<lines\\>.',
		'```\nname\n─────\nfilms\n```',
		'```ts\nfilms.get(): Film\n```',
	]);
});

test('the help is one message, with nothing cut', async () => {
	const help = await createHelp(() => commandTable).run({ options: {} } as never, { sampleQuestions: [] } as never);
	const texts = shown(help);
	assert.equal(render(help).length, 1);
	const words = texts.join(' ').split(/\s+/);
	for (const { summary } of commandTable) {
		const [sentence = ''] = summary.split(/(?<=\.)\s/);
		for (const word of sentence.split(' ')) assert.ok(words.includes(word), word);
	}
});

describe('a table', () => {
	const rows = (count: number) => Array.from({ length: count }, (_, id) => [String(id), 'y'.repeat(60)]);

	test('goes on in further messages, each with its head', () => {
		const texts = shown([{ kind: 'table', columns: ['id', 'what'], rows: rows(90) }]);
		assert.ok(texts.length > 1);
		for (const text of texts) assert.match(text, /^```\nid {2}what\n──/);
		assert.equal(texts.join('\n').match(/y{60}/g)?.length, 90);
	});

	test('that is too long is counted', () => {
		assert.equal(shown([{ kind: 'table', columns: ['id', 'what'], rows: rows(500) }]).at(-1), '-# … and 400 more rows');
		const columns = Array.from({ length: 30 }, (_, at) => `column${at}`);
		assert.equal(shown([{ kind: 'table', columns, rows: [] }]).at(-1), '-# … and 20 more columns');
	});
});

test('code is split between lines; more of it, and what holds a fence, is a file', () => {
	const code = Array.from({ length: 300 }, (_, at) => `line(${at});`).join('\n');
	assert.equal(
		shown([{ kind: 'code', language: 'ts', code }])
			.map((text) => text.slice('```ts\n'.length, -'\n```'.length))
			.join('\n'),
		code,
	);
	const [message] = render([
		{ kind: 'code', language: 'ts', code: 'f();\n'.repeat(20_000) },
		{ kind: 'code', language: 'json', code: '"```"' },
	]);
	assert.deepEqual(message && textsOf(message), ['-# 20,001 lines, as a file', '-# 1 line, as a file']);
	assert.deepEqual(
		message?.files?.map(({ filename }) => filename),
		['code-1.ts', 'code-2.json'],
	);
});

describe('a file', () => {
	const file = (name: string, content: string) => ({ kind: 'file', name, mediaType: 'application/json', content }) as const;

	test('is attached as it is, below the words that come with it', () => {
		const messages = render([{ kind: 'text', text: 'Exported 2 functions.' }, file('functions.json', '{"a":"é"}')]);
		assert.equal(messages.length, 1);
		assert.deepEqual(messages[0]?.files, [{ filename: 'functions.json', content: '{"a":"é"}' }]);
		assert.deepEqual(
			messages[0]?.components.map(({ type }) => type),
			[ComponentType.TextDisplay, ComponentType.File],
		);
	});

	test('has a name that Discord leaves as it is, and no other file has', () => {
		const [message] = render([file('my functions.json', '1'), file('my functions.json', '2'), file('../../x.json', '3')]);
		assert.deepEqual(
			message?.files?.map(({ filename }) => filename),
			['my_functions.json', 'my_functions-2.json', 'x.json'],
		);
	});

	test('that is too large is not sent, and what to do is told', () => {
		const most = 10 * 1024 * 1024;
		assert.equal(render([file('all.json', 'x'.repeat(most))])[0]?.files?.length, 1);
		// In bytes, not in characters.
		for (const content of ['x'.repeat(most + 1), 'é'.repeat(most / 2 + 1)]) {
			const [message] = render([file('all.json', content)]);
			assert.equal(message?.files, undefined);
			assert.match(
				message ? textsOf(message).join() : '',
				/^`all\.json` has 10\.5 MB, and Discord takes 10 MB\. Export .*\/functions export <name>/,
			);
		}
	});
});

test('what would be more than five messages is counted', () => {
	const line = `${'many words '.repeat(15)}\n`;
	const messages = render([{ kind: 'text', text: line.repeat(200) }]);
	assert.equal(messages.length, 5);
	assert.match(messages.flatMap(textsOf).at(-1) ?? '', /^-# … and \d+ more messages$/);
	const text = Array.from({ length: 400 }, (_, at) => `line ${at}`).join('\n');
	assert.equal(shown([{ kind: 'text', text }]).join('\n'), text);
});

test('an empty reply says that it is done', () => {
	for (const reply of [[], [{ kind: 'text', text: ' ' }], [{ kind: 'table', columns: [], rows: [] }]] as const)
		assert.deepEqual(shown(reply), ['Done.']);
});

describe('an error', () => {
	test('is its message', () => {
		assert.deepEqual(textsOf(errorMessage(new UserError('bad-input', 'Use /ask <question>, *please*.'))), [
			'Use /ask \\<question\\>, \\*please\\*.',
		]);
	});

	test('links the channel it names, and nothing else', () => {
		const message = errorMessage(new UserError('not-allowed', 'Not in <#300000000000000001>: <@200000000000000001> <https://evil.test>'));
		checkMessage(message);
		assert.match(textsOf(message)[0] ?? '', /^Not in <#300000000000000001>: \\<@/);
	});

	test('never shows what caused it', () => {
		const cause = new Error('secret at /srv/app.ts:3');
		assert.doesNotMatch(JSON.stringify(errorMessage(new UserError('internal', 'It broke.', { cause }))), /secret|srv/);
	});
});

describe('a confirmation', () => {
	test('asks and gives its value back', () => {
		const message = confirmationMessage('Delete the function `count` for good?', 'f_12');
		assert.deepEqual(textsOf(message), ['Delete the function `count` for good?']);
		assert.deepEqual(buttonsOf(message), [
			['Yes, do it', 'tc:confirm:v1:f_12'],
			['Cancel', 'tc:cancel:v1:'],
		]);
		assert.equal(partsOf(message).find(({ type }) => type === ComponentType.Button)?.style, ButtonStyle.Danger);
		assert.throws(() => confirmationMessage('?', 'x'.repeat(100)), /too long/);
	});
});
