import type { JsonValue } from '../../../src/json.ts';

/** Texts as no model, API or person should write them, by what is wrong with them. */
export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
	empty: '',
	blank: ' \n\t ',
	spaces: `a${' '.repeat(100_000)}b`,
	long: 'x'.repeat(100_000),
	fences: '`'.repeat(30_000),
	lines: 'line\n'.repeat(20_000),
	emoji: '😀'.repeat(30_000),
	family: '👨‍👩‍👧‍👦'.repeat(5000),
	'right to left': `${'שלום '.repeat(500)}مرحبا`,
	steering: '\u202eexe\u2066.pdf\u0007\u001b[2J\u009b31m',
	backticks: `a ${'`'.repeat(9)} b\n${'`'.repeat(4)}ts\n`,
	mentions: '<!channel> <!here|x> <@U0123456789> <!subteam^S012|team> @channel #general',
	links: '<https://evil.test|Your bank> [Your bank](https://evil.test) ![](https://evil.test/pixel.png) https://evil.test',
	entities: '&'.repeat(30_000),
	brackets: '<'.repeat(30_000),
	quotes: '"\\'.repeat(30_000),
	half: '\ud83d'.repeat(10),
	formatting: '*bold* _italic_ ~gone~ `code` > quote\n> quote\n- list',
};

function deep(levels: number): JsonValue {
	let value: JsonValue = 'core';
	for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { inner: value };
	return value;
}

/** Values as no program should give them. */
export const HOSTILE_VALUES: Readonly<Record<string, JsonValue>> = {
	...HOSTILE_TEXTS,
	nothing: null,
	number: -0.5,
	'empty list': [],
	'empty object': {},
	'empty records': [{}, {}],
	'5,000 records': Array.from({ length: 5000 }, (_, id) => ({ id, title: `Film <${id}> & more`, note: null })),
	'60 columns': Array.from({ length: 50 }, () =>
		Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`column ${at}`, 'y'.repeat(500)])),
	),
	'hostile records': Object.values(HOSTILE_TEXTS).map((text) => ({ [text]: text, plain: 1 })),
	'hostile list': Object.values(HOSTILE_TEXTS),
	'hostile fields': Object.fromEntries(Object.values(HOSTILE_TEXTS).map((text, at) => [`${text}${at}`, text])),
	'long list': Array.from({ length: 100_000 }, (_, at) => `entry ${at}`),
	'many fields': Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`field${at}`, at])),
	'records within': { count: 3000, films: Array.from({ length: 3000 }, (_, id) => ({ id, cast: ['A', 'B'] })), other: [{ a: 1 }] },
	'nested records': [{ id: 1, born: { year: 1971, city: 'New York' }, roles: [{ film: 'Lick the Star' }], deep: deep(30) }],
	'nested 2,000 levels': [deep(2000)],
	'keys of objects': [{ __proto__: 1, constructor: 2, toString: 3 }, JSON.parse('{"__proto__": "own"}')],
	mixed: [1, 'two', null, [3], { four: 4 }],
};
