import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { MarkdownBlock } from '@slack/types';
import { programMessages, renderProgress, statusMessage } from '../../../../adapters/slack/render/progress.ts';
import type { Progress } from '../../../../src/pipeline/progress.ts';
import { HOSTILE_TEXTS } from '../../shared/hostile.ts';
import { resultOf, run } from '../../shared/run.ts';
import { checkMessage, checkRendered } from './check-limits.ts';

const code = 'async function count(name: string): Promise<number> {}';
const scaffold = (text: string): Progress => ({ type: 'scaffold', code: text, functionName: 'count' });
const codeOf = (event: Progress) =>
	renderProgress(run, event).messages.map(({ blocks }) => (blocks.find(({ type }) => type === 'markdown') as MarkdownBlock).text);
const unfenced = (markdown: string) => markdown.replace(/^`+ts\n/, '').replace(/\n`+$/, '');

describe('whatever models write', () => {
	for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
		test(`${name} stays within the limits, and mentions nobody`, () => {
			for (const event of [
				scaffold(text),
				{ type: 'plan', code: text, tools: [] },
				{ type: 'reuse', code: text, functions: Array.from({ length: 50 }, () => text) },
				{ type: 'repair', cause: 'review', text, attempt: 1, limit: 3 },
				{ type: 'failure', code: 'unanswered', message: text, reference: text, totals: resultOf(1).totals },
			] as const)
				checkRendered(renderProgress(run, event));
			checkMessage(statusMessage(run, text));
			checkRendered(programMessages(run, resultOf(1, '', text)));
		});
	}
});

describe('code', () => {
	test('stands highlighted under its title', () => {
		assert.deepEqual(renderProgress(run, scaffold(code)), {
			messages: [
				{
					text: 'Scaffold',
					blocks: [
						{ type: 'section', text: { type: 'mrkdwn', text: '*Scaffold*', verbatim: true } },
						{ type: 'markdown', text: `\`\`\`ts\n${code}\n\`\`\`` },
					],
				},
			],
			files: [],
		});
	});

	test('is split between lines, each part with its own fence, and nothing is lost', () => {
		const long = Array.from({ length: 500 }, (_, at) => `const value${at} = await films.get({ id: "${at}" });`).join('\n');
		const rendered = renderProgress(run, scaffold(long));
		checkRendered(rendered);
		assert.ok(rendered.messages.length > 1 && rendered.messages.length <= 3);
		assert.equal(codeOf(scaffold(long)).map(unfenced).join('\n'), long);
		assert.match(JSON.stringify(rendered.messages[1]), /2 of 3/);
	});

	test('of more than three messages is a file', () => {
		const long = 'f();\n'.repeat(10_000);
		const { messages, files } = renderProgress(run, scaffold(long));
		assert.equal(messages.length, 1);
		assert.match(JSON.stringify(messages[0]), /10,001 lines, as a file/);
		assert.deepEqual(files, [{ filename: 'scaffold.ts', title: 'Scaffold', content: long }]);
	});

	test('with fences in it gets a longer one, in every part', () => {
		const long = `/** \`\`\`\`\` */\n${'x'.repeat(50)}\n`.repeat(300);
		for (const part of codeOf(scaffold(long))) assert.match(part, /^`{6}ts\n[\s\S]+\n`{6}$/);
	});

	test('keeps its types; only what Slack could read as a mention or a link is broken', () => {
		const types = 'Promise<string>, Map<string, Array<number>>, a < b, <T>';
		assert.equal(unfenced(codeOf(scaffold(types))[0] ?? ''), types);
		const tokens = unfenced(codeOf(scaffold("'<!here>' + '<@U012>' + '<https://evil.test|x>'"))[0] ?? '');
		assert.equal(tokens, "'<\u2060!here>' + '<\u2060@U012>' + '<\u2060https://evil.test|x>'");
	});
});

test('events that the status tells of are not posted', () => {
	for (const event of [
		{ type: 'status', text: 'Planning…' },
		{ type: 'program', code, version: 1 },
		{ type: 'tool-call', tool: 'films.get', ok: true, ms: 3 },
		{ type: 'kept', functions: ['count'] },
	] as const)
		assert.deepEqual(renderProgress(run, event), { messages: [], files: [] });
});

test('reuse names the functions', () => {
	const { messages } = renderProgress(run, { type: 'reuse', code, functions: ['findPerson', 'count'] });
	assert.deepEqual(messages[0]?.blocks[0], {
		type: 'section',
		text: { type: 'mrkdwn', text: '*Reuse* of `findPerson`, `count`', verbatim: true },
	});
});

test('a repair is one line that says where and what', () => {
	const text = 'Line 7: `results` may be undefined.';
	assert.deepEqual(renderProgress(run, { type: 'repair', cause: 'review', text, attempt: 1, limit: 3 }).messages, [
		{
			text: 'Line 7: `results` may be undefined – fixing it and running again (1/3)',
			blocks: [
				{
					type: 'context',
					elements: [{ type: 'plain_text', text: 'Line 7: `results` may be undefined – fixing it and running again (1/3)', emoji: false }],
				},
			],
		},
	]);
	const long = renderProgress(run, { type: 'repair', cause: 'review', text: 'x'.repeat(5000), attempt: 2, limit: 3 });
	assert.match(JSON.stringify(long.messages[0]?.blocks), /… – fixing it and running again \(2\/3\)/);
});

describe('a failure', () => {
	test('tells cause, next step and reference, and can be tried again', () => {
		const message = 'The film API does not answer. Try again in a minute.';
		const rendered = renderProgress(run, { type: 'failure', code: 'network', message, reference: run.id, totals: resultOf(1).totals });
		assert.deepEqual(rendered.messages, [
			{
				text: message,
				blocks: [
					{ type: 'section', text: { type: 'plain_text', text: `⚠️ ${message}`, emoji: false } },
					{ type: 'context', elements: [{ type: 'mrkdwn', text: `Reference \`${run.id}\``, verbatim: true }] },
					{
						type: 'actions',
						elements: [{ type: 'button', text: { type: 'plain_text', text: 'Retry', emoji: true }, action_id: 'retry-run', value: run.id }],
					},
				],
			},
		]);
	});

	test('by a person names them without notifying anybody', () => {
		const message = 'Stopped by <!channel>. Ask again to start over.';
		const { messages } = renderProgress(run, { type: 'failure', code: 'stopped', message, reference: run.id, totals: resultOf(1).totals });
		assert.deepEqual(messages[0]?.blocks[0], { type: 'section', text: { type: 'plain_text', text: `⏹️ ${message}`, emoji: false } });
		assert.equal(messages[0]?.text, 'Stopped by &lt;!channel&gt;. Ask again to start over.');
	});
});

test('the status has a button that stops the run', () => {
	assert.deepEqual(statusMessage(run, 'Planning…'), {
		text: 'Planning…',
		blocks: [
			{
				type: 'section',
				text: { type: 'plain_text', text: 'Planning…', emoji: false },
				accessory: { type: 'button', text: { type: 'plain_text', text: 'Stop', emoji: true }, action_id: 'stop-run', value: run.id },
			},
		],
	});
});

test('the program is posted as code', () => {
	const { messages } = programMessages(run, resultOf(1, '', 'return 1;'));
	assert.match(JSON.stringify(messages[0]?.blocks), /\*Program\*.*```ts\\nreturn 1;\\n```/);
});
