import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ButtonStyle, ComponentType } from 'discord.js';
import { programMessages, renderProgress, statusMessage } from '../../../../adapters/discord/render/progress.ts';
import type { Progress } from '../../../../src/pipeline/progress.ts';
import { HOSTILE_TEXTS } from '../../shared/hostile.ts';
import { ATTACKS } from './attacks.ts';
import { buttonsOf, checkMessage, textsOf } from './check-message.ts';
import { RUN, resultOf, run } from './run.ts';

const code = 'async function count(name: string): Promise<number> {}';
const scaffold = (text: string): Progress => ({ type: 'scaffold', code: text, functionName: 'count' });
const render = (event: Progress) => {
	const messages = renderProgress(run, event);
	for (const message of messages) checkMessage(message);
	return messages;
};
const unfenced = (text: string) => text.replace(/^```ts\n/, '').replace(/\n```$/, '');
const codeOf = (event: Progress) => render(event).map((message) => unfenced(textsOf(message)[1] ?? ''));

describe('whatever models write', () => {
	for (const [name, text] of Object.entries({ ...HOSTILE_TEXTS, ...Object.fromEntries(ATTACKS.map((attack) => [attack, attack])) })) {
		test(`${JSON.stringify(name)} stays within the limits, and mentions nobody`, () => {
			for (const event of [
				scaffold(text),
				{ type: 'plan', code: text, tools: [] },
				{ type: 'reuse', code: text, functions: Array.from({ length: 50 }, () => text) },
				{ type: 'repair', cause: 'review', text, attempt: 1, limit: 3 },
				{ type: 'failure', code: 'unanswered', message: text, reference: text, totals: resultOf(1).totals },
			] as const)
				assert.ok(render(event).length > 0);
			checkMessage(statusMessage(run, text));
			for (const message of programMessages(run, resultOf(1, '', text))) checkMessage(message);
		});
	}
});

describe('code', () => {
	test('stands highlighted under its title', () => {
		assert.deepEqual(render(scaffold(code)), [
			{
				components: [
					{
						type: ComponentType.Container,
						components: [
							{ type: ComponentType.TextDisplay, content: '### Scaffold' },
							{ type: ComponentType.TextDisplay, content: `\`\`\`ts\n${code}\n\`\`\`` },
						],
					},
				],
			},
		]);
	});

	test('is split between lines, each part with its own fence, and nothing is lost', () => {
		const long = Array.from({ length: 200 }, (_, at) => `const value${at} = await films.get({ id: "${at}" });`).join('\n');
		const messages = render(scaffold(long));
		assert.equal(messages.length, 3);
		assert.equal(codeOf(scaffold(long)).join('\n'), long);
		assert.deepEqual(
			messages.map((message) => textsOf(message)[0]),
			['### Scaffold  ·  1 of 3', '### Scaffold  ·  2 of 3', '### Scaffold  ·  3 of 3'],
		);
	});

	test('of one endless line is split within it, and nothing is lost', () => {
		const long = '😀'.repeat(4500);
		assert.equal(codeOf(scaffold(long)).join(''), long);
	});

	test('of more than three messages is a file', () => {
		const long = 'f();\n'.repeat(5000);
		const [message, ...more] = render(scaffold(long));
		assert.deepEqual(more, []);
		assert.deepEqual(message && textsOf(message), ['### Scaffold  ·  5,001 lines, as a file']);
		assert.deepEqual(message?.files, [{ filename: 'scaffold.ts', content: long }]);
	});

	test('with a fence in it is a file, for no block could hold it', () => {
		const fenced = '/** ```\n * example\n * ``` */\nf();';
		const [message] = render({ type: 'plan', code: fenced, tools: [] });
		assert.deepEqual(message && textsOf(message), ['### Plan  ·  4 lines, as a file']);
		assert.deepEqual(message?.files, [{ filename: 'plan.ts', content: fenced }]);
	});

	test('keeps what looks like markup or a mention', () => {
		const marked = "Promise<string>, a < b, '<@200000000000000001> **x** @everyone', `${a}`, ``";
		assert.deepEqual(codeOf(scaffold(marked)), [marked]);
	});
});

test('events that the status tells of are not posted', () => {
	for (const event of [
		{ type: 'status', text: 'Planning…' },
		{ type: 'program', code, version: 1 },
		{ type: 'tool-call', tool: 'films.get', ok: true, ms: 3 },
		{ type: 'kept', functions: ['count'] },
	] as const)
		assert.deepEqual(render(event), []);
});

test('reuse names the functions', () => {
	const [message] = render({ type: 'reuse', code, functions: ['findPerson', 'count', 'c', 'd', 'e', 'f', 'g'] });
	assert.equal(message && textsOf(message)[0], '### Reuse of `findPerson`, `count`, `c`, `d`, `e` and 2 more');
});

test('a repair is one line that says where and what', () => {
	const text = 'Line 7: `results` may be\nundefined.';
	const [message] = render({ type: 'repair', cause: 'review', text, attempt: 1, limit: 3 });
	assert.deepEqual(message && textsOf(message), ['-# Line 7: \\`results\\` may be undefined – fixing it and running again (1/3)']);
});

describe('a failure', () => {
	const failure = (code: 'network' | 'stopped', message: string) =>
		render({ type: 'failure', code, message, reference: run.id, totals: resultOf(1).totals })[0] ?? { components: [] };

	test('tells cause, next step and reference, and can be tried again', () => {
		const message = failure('network', 'The film API does not answer. Try again in a minute.');
		assert.deepEqual(textsOf(message), ['⚠️ The film API does not answer. Try again in a minute.', `-# Reference \`${run.id}\``]);
		assert.deepEqual(buttonsOf(message), [['Retry', `tc:retry:v1:${RUN}`]]);
	});

	test('by a person names them without notifying anybody', () => {
		assert.equal(textsOf(failure('stopped', 'Stopped by @here.'))[0], '⏹️ Stopped by @\u2060here.');
	});
});

test('the status has a button that stops the run', () => {
	assert.deepEqual(statusMessage(run, 'Planning…'), {
		components: [
			{
				type: ComponentType.Section,
				components: [{ type: ComponentType.TextDisplay, content: 'Planning…' }],
				accessory: { type: ComponentType.Button, style: ButtonStyle.Secondary, label: 'Stop', custom_id: `tc:stop:v1:${RUN}` },
			},
		],
	});
});

test('the program is posted as code', () => {
	const [message] = programMessages(run, resultOf(1, '', 'return 1;'));
	assert.deepEqual(message && textsOf(message), ['### Program  ·  2 tool calls', '```ts\nreturn 1;\n```']);
	assert.deepEqual(programMessages(run, resultOf(1, '', '```'))[0]?.files, [{ filename: 'program-000000.ts', content: '```' }]);
});
