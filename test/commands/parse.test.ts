import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseLine, usage } from '../../commands/parse.ts';
import { commandTable } from '../../commands/table.ts';
import { UserError } from '../../src/errors.ts';

const parse = (line: string) => {
	const { command, options } = parseLine(line, commandTable);
	return { command: command.path.join(' '), options };
};
const refused = (line: string, message: RegExp) =>
	assert.throws(
		() => parse(line),
		(error) => error instanceof UserError && error.code === 'bad-input' && message.test(error.userMessage),
		line,
	);

describe('parseLine', () => {
	const bad: [line: string, message: RegExp][] = [
		['/', /There is no command \/\. There are \/ask, \/toolset/],
		['/tolset list', /There is no command \/tolset/],
		['/toolset', /\/toolset needs one of these:\n {2}\/toolset add <name> <source>/],
		['/toolset destroy', /There is no \/toolset destroy/],
		['/toolset add', /name is missing.*\nUsage: \/toolset add <name> <source>/],
		['/toolset add movies', /source is missing/],
		['/toolset add movies a.json b.json', /"b\.json" is one word too many/],
		['/toolset add movies a.json --colour red', /no option --colour/],
		['/toolset add movies a.json --base-url', /--base-url needs a value/],
		['/functions search', /text is missing/],
		['/toolset policy crm DELETE ask thrice', /"thrice" is one word too many/],
		['/toolset policy crm DELETE ask "twice"', /"twice" is one word too many/],
		['/ask', /question is missing/],
		['', /question is missing/],
		['/toolset add "" a.json --__proto__ x', /no option --__proto__/],
		['/toolset add movies a.json —colour red', /no option --colour/],
		['/toolset add movies a.json –base-url', /--base-url needs a value/],
		['/toolset add movies a.json "—auth" CRM', /"—auth" is one word too many/],
	];
	for (const [line, message] of bad) test(`refuses ${JSON.stringify(line)}`, () => refused(line, message));

	const good: [line: string, command: string, options: object][] = [
		['How many movies?', 'ask', { question: 'How many movies?' }],
		['  spaces  around  ', 'ask', { question: 'spaces  around' }],
		['/ask what is "this" --for?', 'ask', { question: 'what is "this" --for?' }],
		['/ask --allow-writes rate Tenet', 'ask', { 'allow-writes': true, question: 'rate Tenet' }],
		['/TOOLSET List', 'toolset list', {}],
		['/toolset add crm https://x.test/o.json', 'toolset add', { name: 'crm', source: 'https://x.test/o.json' }],
		[
			'/toolset add crm "my files/o.json" --base-url=https://x.test --auth bearer:CRM',
			'toolset add',
			{ name: 'crm', source: 'my files/o.json', 'base-url': 'https://x.test', auth: 'bearer:CRM' },
		],
		[
			'/toolset add --auth CRM crm “typographic quotes.json”',
			'toolset add',
			{ name: 'crm', source: 'typographic quotes.json', auth: 'CRM' },
		],
		[
			'/toolset add crm a.json —base-url https://x.test –auth=—CRM',
			'toolset add',
			{ name: 'crm', source: 'a.json', 'base-url': 'https://x.test', auth: '—CRM' },
		],
		['/ask —allow-writes rate Tenet', 'ask', { 'allow-writes': true, question: 'rate Tenet' }],
		['/ask ––allow-writes rate Tenet', 'ask', { 'allow-writes': true, question: 'rate Tenet' }],
		['/ask —who is this? –and why — really', 'ask', { question: '—who is this? –and why — really' }],
		['/functions search films of a director', 'functions search', { text: 'films of a director' }],
		['/help', 'help', {}],
		['/help toolset policy', 'help', { command: 'toolset policy' }],
		['/toolset policy crm DELETE ask twice', 'toolset policy', { name: 'crm', what: 'DELETE', rule: 'ask-twice' }],
		['/toolset policy crm DELETE Ask Twice --yes', 'toolset policy', { name: 'crm', what: 'DELETE', rule: 'ask-twice', yes: true }],
		['/toolset policy crm DELETE ask', 'toolset policy', { name: 'crm', what: 'DELETE', rule: 'ask' }],
		['/toolset policy crm DELETE "ask twice"', 'toolset policy', { name: 'crm', what: 'DELETE', rule: 'ask twice' }],
		['/toolset refresh crm --yes 0123456789', 'toolset refresh', { name: 'crm', yes: '0123456789' }],
	];
	for (const [line, command, options] of good) {
		test(`reads ${JSON.stringify(line)}`, () => assert.deepEqual(parse(line), { command, options }));
	}

	test('a question over several lines stays whole', () => {
		assert.deepEqual(parse('/ask first line\nsecond line').options, { question: 'first line\nsecond line' });
	});
});

test('usage shows what is required and what is not', () => {
	const add = commandTable.find((command) => command.path.join(' ') === 'toolset add');
	assert.ok(add);
	assert.equal(
		usage(add),
		'/toolset add <name> <source> [--base-url <base-url>] [--auth <auth>] [--token-url <token-url>] [--scope <scope>]',
	);
});

test('usage offers nothing that is internal', () => {
	const usages = commandTable.map(usage).join('\n');
	assert.match(usages, /\/toolset refresh <name> \[<source>\]$/m);
	assert.doesNotMatch(usages, /--yes/);
});
