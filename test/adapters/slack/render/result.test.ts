import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KnownBlock, TableBlock } from '@slack/types';
import { readFeedbackValue } from '../../../../adapters/slack/render/action-ids.ts';
import { renderResult } from '../../../../adapters/slack/render/result.ts';
import type { JsonValue } from '../../../../src/json.ts';
import { HOSTILE_TEXTS, HOSTILE_VALUES } from '../../shared/hostile.ts';
import { resultOf, run } from '../../shared/run.ts';
import { checkRendered } from './check-limits.ts';

const render = (value: JsonValue, sentence?: string) => {
	const rendered = renderResult(run, resultOf(value, sentence));
	checkRendered(rendered);
	const blocks = rendered.messages[0]?.blocks ?? [];
	return { ...rendered, blocks, shown: blocks.map(shownBy).filter((text) => text !== '') };
};
/** What people read of the answer itself. */
function shownBy(block: KnownBlock): string {
	if (block.type === 'section') return block.text?.text ?? '';
	if (block.type === 'context') return block.elements.map((element) => ('text' in element ? element.text : '')).join(' ');
	if (block.type === 'table') return block.rows.map((row) => row.map((cell) => ('text' in cell ? cell.text : '')).join('|')).join('\n');
	if (block.type === 'rich_text') return (JSON.stringify(block).match(/(?<="text":")[^"]+/g) ?? []).map((text) => `• ${text}`).join('\n');
	return '';
}
const tableIn = (blocks: readonly KnownBlock[]) => blocks.find((block): block is TableBlock => block.type === 'table');
const FOOTER = '2 tool calls · 3 model calls · 1,234 tokens · 4.1 s · reused findPerson';

describe('whatever programs return', () => {
	for (const [name, value] of Object.entries(HOSTILE_VALUES)) {
		test(`${name} is one message within the limits`, () => {
			for (const sentence of ['', 'These are the films.']) assert.equal(render(value, sentence).messages.length, 1);
		});
	}
	for (const [name, sentence] of Object.entries(HOSTILE_TEXTS)) {
		test(`${name} as a sentence or a question`, () => {
			render(HOSTILE_VALUES['60 columns'] ?? null, sentence);
			render(sentence, sentence);
			checkRendered(renderResult({ ...run, question: { ...run.question, text: sentence } }, resultOf([{ sentence }], sentence)));
		});
	}
});

test('the answer of a dry run lists the calls, is not rated, and can be run for real', () => {
	const calls = Array.from({ length: 2 }, (_, at) => ({
		tool: 'crm.add',
		request: 'POST https://crm.example/a',
		body: { n: at },
		line: at + 2,
	}));
	const rendered = renderResult(run, { ...resultOf(calls, 'Dry run: nothing was changed.'), withheld: 2 });
	checkRendered(rendered);
	const blocks = rendered.messages[0]?.blocks ?? [];
	assert.equal(
		shownBy(tableIn(blocks) ?? { type: 'divider' }),
		'tool|request|body.n|line\ncrm.add|POST https://crm.example/a|0|2\ncrm.add|POST https://crm.example/a|1|3',
	);
	assert.match(JSON.stringify(blocks.at(-1)), /"text":"Run for real".*"action_id":"retry-run"/);
	assert.doesNotMatch(JSON.stringify(blocks), /feedback|Retry/);
});

test('an answer is its sentence, what it took, and what can be done next', () => {
	assert.deepEqual(renderResult(run, resultOf(8, 'Sofia Coppola directed 8 films.')), {
		messages: [
			{
				text: 'Sofia Coppola directed 8 films.',
				blocks: [
					{ type: 'section', text: { type: 'plain_text', text: 'Sofia Coppola directed 8 films.', emoji: false } },
					{ type: 'context', elements: [{ type: 'plain_text', text: FOOTER, emoji: false }] },
					{
						type: 'actions',
						elements: [
							{
								type: 'button',
								text: { type: 'plain_text', text: 'Show program', emoji: true },
								action_id: 'show-program',
								value: run.id,
							},
							{ type: 'button', text: { type: 'plain_text', text: 'Retry', emoji: true }, action_id: 'retry-run', value: run.id },
						],
					},
					{
						type: 'context_actions',
						elements: [
							{
								type: 'feedback_buttons',
								action_id: 'feedback',
								positive_button: {
									text: { type: 'plain_text', text: '👍', emoji: true },
									accessibility_label: 'This answer is right',
									value: `up:${run.id}`,
								},
								negative_button: {
									text: { type: 'plain_text', text: '👎', emoji: true },
									accessibility_label: 'This answer is wrong',
									value: `down:${run.id}`,
								},
							},
						],
					},
				],
			},
		],
		files: [],
	});
});

describe('a value without a table', () => {
	test('is not repeated when the sentence says it', () => {
		assert.deepEqual(render(8, 'There are 8.').shown, ['There are 8.', FOOTER]);
		assert.deepEqual(render(8, 'There are 18.').shown, ['There are 18.', '8', FOOTER]);
		assert.deepEqual(render(null, 'Nobody.').shown, ['Nobody.', FOOTER]);
	});

	test('alone is the answer', () => {
		assert.deepEqual(render(42).shown, ['42', FOOTER]);
		assert.equal(render(42).messages[0]?.text, '42');
		assert.match(render(null).shown[0] ?? '', /gave nothing back/);
		assert.match(render([]).shown[0] ?? '', /empty/);
	});

	test('that is a long text is cut, counted, and a file', () => {
		const text = 'A sentence of a long report. '.repeat(1000);
		const { shown, files } = render(text, 'The report:');
		assert.match(shown.join('\n'), /… 23,\d{3} more characters/);
		assert.deepEqual(files, [{ filename: 'answer.txt', title: run.question.text, content: text }]);
	});

	test('a list is one of bullets, a long one a file as well', () => {
		assert.deepEqual(render(['Lost in Translation', 'Somewhere'], 'Two:').shown, ['Two:', '• Lost in Translation\n• Somewhere', FOOTER]);
		const { shown, files } = render(Array.from({ length: 45 }, (_, at) => at));
		assert.deepEqual([shown[0], shown[2]], ['45 entries', '30 of 45 entries · all of it in *answer.csv*']);
		assert.equal(files[0]?.content.split('\n').length, 47);
	});

	test('an object is a line for each field, with what is nested in words', () => {
		assert.deepEqual(render({ name: 'Sofia', born: { year: 1971 }, roles: ['director', 'actor'], gone: null }, 'Her:').shown, [
			'Her:',
			'name: Sofia\nborn: year: 1971\nroles: director, actor\ngone: –',
			FOOTER,
		]);
	});

	test('of long fields only as many are shown as fit, whole, and all are a file', () => {
		const value = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`field${at}`, 'x'.repeat(250)]));
		const { shown, files } = render(value, 'Them:');
		assert.match(shown[1] ?? '', /^(field\d+: x{250}\n?){11}$/);
		assert.equal(shown[2], '11 of 20 fields · all of it in *answer.json*');
		assert.deepEqual(JSON.parse(files[0]?.content ?? ''), value);
	});

	test('records within an object are its table', () => {
		const { shown } = render({ count: 1, films: [{ title: 'Somewhere', year: 2010 }] }, 'One:');
		assert.deepEqual(shown, ['One:', 'count: 1', 'films:', 'title|year\nSomewhere|2010', FOOTER]);
	});
});

describe('records', () => {
	test('are a table, with numbers to the right and small objects in columns', () => {
		const { blocks, files } = render([
			{ title: 'Somewhere', year: 2010, studio: { name: 'Focus', city: null }, cast: ['Dorff', 'Fanning'] },
			{ title: '', year: null, minutes: 97 },
		]);
		assert.deepEqual(tableIn(blocks), {
			type: 'table',
			rows: [
				['title', 'year', 'studio.name', 'studio.city', 'cast', 'minutes'],
				['Somewhere', '2010', 'Focus', '–', 'Dorff, Fanning', '–'],
				['–', '–', '–', '–', '–', '97'],
			].map((row) => row.map((text) => ({ type: 'raw_text', text }))),
			column_settings: [
				{ is_wrapped: true },
				{ align: 'right' },
				{ is_wrapped: true },
				{ is_wrapped: true },
				{ is_wrapped: true },
				{ align: 'right' },
			],
		});
		assert.deepEqual(files, []);
	});

	test('above 20 are a file as well', () => {
		const records = Array.from({ length: 21 }, (_, id) => ({ id }));
		assert.deepEqual(render(records.slice(1), 'Films:').files, []);
		const { shown, files } = render(records, 'Films:');
		assert.equal(shown[2], '21 rows · all of it in *answer.csv*');
		assert.deepEqual(
			files.map(({ filename, title }) => [filename, title]),
			[['answer.csv', run.question.text]],
		);
	});

	test('of many rows and columns are cut to what Slack takes, and counted', () => {
		const { blocks, shown, files } = render(HOSTILE_VALUES['5,000 records'] ?? null);
		assert.equal(tableIn(blocks)?.rows.length, 100);
		assert.equal(shown[0], '5,000 rows');
		assert.equal(shown[2], '99 of 5,000 rows · all of it in *answer.csv*');
		assert.equal(files[0]?.content.split('\n').length, 5002);
		const wide = render(HOSTILE_VALUES['60 columns'] ?? null);
		assert.equal(tableIn(wide.blocks)?.rows[0]?.length, 20);
		assert.match(wide.shown[2] ?? '', /^\d of 50 rows, 20 of 60 columns · all of it/);
		assert.equal(wide.files[0]?.content.split('\n')[0]?.split(',').length, 60);
	});

	test('whose cells are cut are a file, however few', () => {
		const { shown, files } = render([{ text: 'x'.repeat(201) }]);
		assert.match(shown[1] ?? '', /^text\nx{199}…$/);
		assert.equal(files[0]?.content, `text\n${'x'.repeat(201)}\n`);
	});

	test('a spreadsheet runs nothing of what they hold', () => {
		const rows = [{ '=head': '=HYPERLINK("https://evil.test")', b: '+1', c: '@x', d: '-1', n: -5, yes: true, list: ['a', 1], none: null }];
		const { files } = render([...rows, ...Array.from({ length: 20 }, () => ({}))]);
		assert.deepEqual(files[0]?.content.split('\n').slice(0, 2), [
			"'=head,b,c,d,n,yes,list,none",
			`"'=HYPERLINK(""https://evil.test"")",'+1,'@x,'-1,-5,true,"[""a"",1]",`,
		]);
	});

	test('of 5,000 levels and fields of one name twice lose nothing', () => {
		const { shown } = render([{ a: { b: 1 }, 'a.b': 2 }]);
		assert.equal(shown[1], 'a|a.b\nb: 1|2');
	});
});

test('a sentence too long for a message is a file as well', () => {
	const sentence = 'Very. '.repeat(1000);
	const { shown, files } = render(null, sentence);
	assert.match(shown[0] ?? '', /^(Very\. )+V?e?r?y?\.?…$/);
	assert.deepEqual(files, [{ filename: 'sentence.txt', title: run.question.text, content: sentence }]);
});

test('without a program there is none to show', () => {
	const { messages } = renderResult(run, resultOf(1, 'One.', ''));
	assert.doesNotMatch(JSON.stringify(messages), /show-program/);
});

test('feedback values are read back, and nothing else is', () => {
	assert.deepEqual(readFeedbackValue(`down:${run.id}`), { rating: 'down', runId: run.id });
	for (const value of [undefined, '', 'down', 'left:01', 'up:../x', `up:${'A'.repeat(99)}`])
		assert.equal(readFeedbackValue(value), undefined);
});
