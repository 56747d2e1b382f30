import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import stringWidth from 'string-width';
import { renderProgress } from '../../../../adapters/discord/render/progress.ts';
import type { JsonValue } from '../../../../src/json.ts';
import { HOSTILE_TEXTS, HOSTILE_VALUES } from '../../shared/hostile.ts';
import { ATTACKS } from './attacks.ts';
import { buttonsOf, checkMessage, textsOf } from './check-message.ts';
import { RUN, resultOf, run } from './run.ts';

const FOOTER = '-# 2 tool calls · 3 model calls · 1,234 tokens · 4.1 s · reused findPerson';
const render = (value: JsonValue, sentence?: string, program?: string) => {
	const [message = { components: [] }, ...more] = renderProgress(run, resultOf(value, sentence, program));
	assert.deepEqual(more, []);
	checkMessage(message);
	return { message, shown: textsOf(message), files: message.files ?? [] };
};
const fenced = (...lines: readonly string[]) => ['```', ...lines, '```'].join('\n');
const tableIn = (shown: readonly string[]) => (shown.find((text) => text.startsWith('```')) ?? '').split('\n').slice(1, -1);

const ABSURD: Readonly<Record<string, JsonValue>> = {
	...HOSTILE_VALUES,
	'10,000 rows': Array.from({ length: 10_000 }, (_, id) => ({ id, title: `Film **${id}**`, note: null })),
	'300 columns': Array.from({ length: 30 }, () => Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`c${at}`, at * 1000]))),
	'3,000 records without a common field': Array.from({ length: 3000 }, (_, at) => ({ [`only${at}`]: at })),
	'1 MB of text': 'A line of text.\n'.repeat(60_000),
	'1 MB in a cell': [{ text: 'x'.repeat(1_000_000) }],
	'1 MB in a field': { text: '**'.repeat(500_000), '': 1 },
	'empty names': [{ '': 1, ' ': 2, '\u202e': 3 }],
	'wide characters': Array.from({ length: 25 }, (_, at) => ({ 映画: '千と千尋の神隠し'.repeat(at), 年: 2001 })),
	'marks on marks': Array.from({ length: 25 }, () => ({ [`a${'\u0301'.repeat(500)}`]: `e${'\u0301'.repeat(5000)}` })),
	'fences in cells': [{ '```': '```', a: '``', b: '`'.repeat(100) }, { '```': 'a```\n```b' }],
	'fences of marks': Array.from({ length: 30 }, () => ({ '```js': '```\n**bold**' })),
	attacks: ATTACKS.map((attack) => ({ [attack]: attack })),
	'attacks in a list': [...ATTACKS],
	'attacks in fields': Object.fromEntries(ATTACKS.map((attack) => [attack, attack])),
	'records and long fields': {
		...Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`*f${at}*`, '_'.repeat(300)])),
		films: Array.from({ length: 30 }, (_, id) => ({ id, title: '|'.repeat(100) })),
	},
};

describe('whatever programs return', () => {
	for (const [name, value] of Object.entries(ABSURD)) {
		test(`${name} is one message within the limits`, () => {
			for (const sentence of ['', 'These are the films.', '*'.repeat(5000)]) render(value, sentence);
		});
	}
	for (const text of [...Object.values(HOSTILE_TEXTS), ...ATTACKS]) {
		test(`${JSON.stringify(text.slice(0, 30))} as a sentence`, () => {
			render(HOSTILE_VALUES['60 columns'] ?? null, text);
			render(text, text);
			render(text, 'The text:');
		});
	}
});

test('an answer is its sentence, what it took, and what can be done next', () => {
	const { message, shown } = render(8, 'Sofia Coppola directed 8 films.');
	assert.deepEqual(shown, ['Sofia Coppola directed 8 films.', FOOTER]);
	assert.deepEqual(buttonsOf(message), [
		['Show program', `tc:program:v1:${RUN}`],
		['Retry', `tc:retry:v1:${RUN}`],
		['👍', `tc:up:v1:${RUN}`],
		['👎', `tc:down:v1:${RUN}`],
	]);
	assert.doesNotMatch(JSON.stringify(render(1, 'One.', '').message), /Show program/);
});

test('the answer of a dry run lists the calls, is not rated, and can be run for real', () => {
	const calls = Array.from({ length: 2 }, (_, at) => ({
		tool: 'crm.add',
		request: 'POST https://crm.example/a',
		body: { n: at },
		line: at + 2,
	}));
	const result = { ...resultOf(calls, 'Dry run: nothing was changed.'), withheld: 2 };
	const [message = { components: [] }] = renderProgress(run, result);
	checkMessage(message);
	assert.deepEqual(buttonsOf(message), [
		['Show program', `tc:program:v1:${RUN}`],
		['Run for real', `tc:retry:v1:${RUN}`],
	]);
	const table = tableIn(textsOf(message)).join('\n');
	for (const column of ['tool', 'request', 'body.n', 'line']) assert.ok(table.includes(column), `${column} is missing in\n${table}`);
	assert.equal(table.match(/POST https:\/\/crm\.example\/a/g)?.length, 2);
});

describe('a value without a table', () => {
	test('is not repeated when the sentence says it', () => {
		assert.deepEqual(render(8, 'There are 18.').shown, ['There are 18.', '8', FOOTER]);
		assert.deepEqual(render(null, 'Nobody.').shown, ['Nobody.', FOOTER]);
	});

	test('alone is the answer', () => {
		assert.deepEqual(render(42).shown, ['42', FOOTER]);
		assert.match(render(null).shown[0] ?? '', /gave nothing back/);
		assert.match(render([]).shown[0] ?? '', /empty/);
	});

	test('that is a long text is cut, counted, and a file', () => {
		const text = 'A sentence of a long report. '.repeat(1000);
		const { shown, files } = render(text, 'The report:');
		assert.match(shown[1] ?? '', /^A sentence[\s\S]{3000,}\n… 25,\d{3} more characters$/);
		assert.deepEqual(files, [{ filename: 'answer.txt', content: text }]);
	});

	test('a list is one of bullets, a long one a file as well', () => {
		assert.deepEqual(render(['Lost in *Translation*', 'Some\nwhere'], 'Two:').shown, [
			'Two:',
			'- Lost in \\*Translation\\*\n- Some\n  where',
			FOOTER,
		]);
		const { shown, files } = render(Array.from({ length: 45 }, (_, at) => at));
		assert.deepEqual([shown[0], shown[2]], ['45 entries', '-# 30 of 45 entries · all of it in **answer.csv**']);
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
		assert.match(shown[1] ?? '', /^(field\d+: x{250}\n?){4}$/);
		assert.equal(shown[2], '-# 4 of 20 fields · all of it in **answer.json**');
		assert.deepEqual(JSON.parse(files[0]?.content ?? ''), value);
	});

	test('records within an object are its table', () => {
		const { shown } = render({ count: 1, films: [{ title: 'Somewhere', year: 2010 }] }, 'One:');
		assert.deepEqual(shown, ['One:', 'count: 1', 'films:', fenced('title      year', '─────────  ────', 'Somewhere  2010'), FOOTER]);
	});
});

describe('records', () => {
	test('are an aligned table, with numbers to the right and small objects in columns', () => {
		const { shown, files } = render(
			[
				{ title: '千と千尋', year: 2001, studio: { name: 'Ghibli', city: null }, cast: ['Hiiragi', 'Irino'] },
				{ title: 'Up 😀', year: 9, minutes: 97.5 },
			],
			'Two:',
		);
		assert.deepEqual(tableIn(shown), [
			'title     year  studio.name  studio.city  cast            minutes',
			'────────  ────  ───────────  ───────────  ──────────────  ───────',
			'千と千尋  2001  Ghibli       –            Hiiragi, Irino        –',
			'Up 😀        9  –            –            –                  97.5',
		]);
		assert.deepEqual(files, []);
	});

	test('above 20 are a file as well', () => {
		const records = Array.from({ length: 21 }, (_, id) => ({ id }));
		assert.deepEqual(render(records.slice(1), 'Films:').files, []);
		const { shown, files, message } = render(records, 'Films:');
		assert.equal(tableIn(shown).length, 22);
		assert.equal(shown[2], '-# 20 of 21 rows · all of it in **answer.csv**');
		assert.equal(files[0]?.content.split('\n').length, 23);
		assert.match(JSON.stringify(message.components), /"attachment:\/\/answer.csv"/);
	});

	test('of many columns are cut to a screen, and counted', () => {
		const { shown, files } = render(ABSURD['300 columns'] ?? null);
		const lines = tableIn(shown);
		for (const line of lines) assert.ok(stringWidth(line) <= 80, line);
		assert.match(shown[2] ?? '', /^-# 20 of 30 rows, 1\d of 300 columns · all of it in/);
		assert.equal(files[0]?.content.split('\n')[0]?.split(',').length, 300);
	});

	test('whose cells are cut are a file, however few', () => {
		const { shown, files } = render([{ text: 'x'.repeat(81) }]);
		assert.deepEqual(tableIn(shown)[2], `${'x'.repeat(79)}…`);
		assert.equal(files[0]?.content, `text\n${'x'.repeat(81)}\n`);
		assert.deepEqual(render([{ text: 'x'.repeat(80) }]).files, []);
	});

	test('of the longest sentence still have a table', () => {
		const records = Array.from({ length: 20 }, (_, id) => ({ id, title: 'y'.repeat(74) }));
		const { shown } = render(records, '*'.repeat(749));
		assert.equal(tableIn(shown).length, 22);
	});

	test('that share no field are a list', () => {
		const { shown, files } = render(ABSURD['3,000 records without a common field'] ?? null);
		assert.match(shown[1] ?? '', /^- only0: 0\n- only1: 1\n/);
		assert.ok((files[0]?.content.length ?? 0) < 100_000);
	});
});

test('a sentence too long for a message is a file as well', () => {
	const sentence = 'Very. '.repeat(1000);
	const { shown, files } = render(null, sentence);
	assert.match(shown[0] ?? '', /^(Very\. )+V?e?r?y?\.?…$/);
	assert.deepEqual(files, [{ filename: 'sentence.txt', content: sentence }]);
});
