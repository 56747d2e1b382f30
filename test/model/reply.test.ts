import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { programIn } from '../../src/model/reply.ts';

const PROGRAM = `async function countMovies(name: string): Promise<number> {
	const people = await movies.searchPerson({ query: name });
	return people.results.length;
}

const count = await countMovies('Sofia Coppola');
return answer(\`Sofia Coppola directed \${count} movies.\`, count);`;

const FUNCTION = `async function countMovies(name: string): Promise<number> {
	return (await movies.searchPerson({ query: name })).results.length;
}`;
const MAIN = `const count = await countMovies('Sofia Coppola');
return answer(\`\${count} movies\`, count);`;
const HELPER = `async function findPerson(name: string): Promise<Person> {
	return (await movies.searchPerson({ query: name })).results[0];
}`;
const USER = `async function age(name: string): Promise<number> {
	const person = await findPerson(name);
	return person.age;
}`;
const DRAFT = "const draft = await movies.draft();\nreturn answer('draft', draft);";

const fenced = (code: string, language = 'ts', fence = '```') => `${fence}${language}\n${code}\n${fence}`;
const indented = (text: string, by: string) => text.replaceAll(/^(?=.)/gm, by);

const COMMENTED = `${HELPER}
/*
Example:
\`\`\`ts
const n = await countMovies('x');
\`\`\`
 */
${PROGRAM}`;
const CHAIN = ['const a = () => b();', 'const b = () => 1;', "return answer('', a());"];
const DESTRUCTURED = [
	'const { people, total: count } = await movies.find();',
	'const size = (list: string[]) => list.length;',
	'const { first } = people[0];\nreturn answer(size(first), count);',
];
const WITH_FENCE_IN_TEMPLATE = `const table = await movies.table();
const markdown = String.raw\`
\`\`
\`;
return answer([
'\`\`\`',
].join('') + markdown, table);`;
const BROKEN = "async function countMovies(name: string {\n\treturn 1;\n}\nreturn answer('1', 1);";
const BARE = `for (const item of await list() as Item[]) use(item);
const isItem = (value: unknown): value is Item => typeof value === 'object';
return answer('', keep satisfies Item);`;
const PSEUDO =
	"async function plan(name: string): Promise<number> {\n\t// 1. Find the person.\n\tconst people = await movies.searchPerson({ query: name })\n\t// 2. …\n}\nreturn answer('', await plan('x'));";

/** What a model may say, and the program in it (`PROGRAM` when left out). */
const WITH_A_PROGRAM: [shape: string, reply: string, program?: string][] = [
	['a ts fence alone', fenced(PROGRAM)],
	['a typescript fence', fenced(PROGRAM, 'typescript')],
	['a js fence', fenced(PROGRAM, 'js')],
	['a tsx fence', fenced(PROGRAM, 'tsx')],
	['a language in capitals', fenced(PROGRAM, 'TypeScript')],
	['a space before the language', fenced(PROGRAM, ' ts')],
	['an info string with a title', fenced(PROGRAM, 'ts title="answer.ts"')],
	['an info string with a path', fenced(PROGRAM, 'ts:src/answer.ts')],
	['a file name for the language', fenced(PROGRAM, 'answer.ts')],
	['a fence without a language', fenced(PROGRAM, '')],
	['an unknown language', fenced(PROGRAM, 'tool_code')],
	['the language on the next line', `\`\`\`\ntypescript\n${PROGRAM}\n\`\`\``],
	['a tilde fence', fenced(PROGRAM, 'ts', '~~~')],
	['a longer fence', fenced(PROGRAM, 'ts', '`````')],
	['prose before and after', `Here it is, don't worry:\n\n${fenced(PROGRAM)}\n\nIt counts the movies. Enjoy!`],
	['a fence at the end of a sentence', `Here it is: \`\`\`ts\n${PROGRAM}\n\`\`\``],
	['a byte order mark', `\uFEFF${fenced(PROGRAM)}`],
	['Windows line ends', fenced(PROGRAM).replaceAll('\n', '\r\n')],
	['blank lines inside the fence', `\`\`\`ts\n\n\n${PROGRAM}\n\n\n\`\`\``],
	['an unclosed fence', `Sure!\n\`\`\`ts\n${PROGRAM}\n`],
	['an unclosed fence with prose after it', `\`\`\`ts\n${PROGRAM}\n\nThis program counts the movies of a person.`],
	['a fence closed on the last line of code', `\`\`\`ts\n${PROGRAM}\`\`\``],
	['a fence closed by more backticks', `\`\`\`ts\n${PROGRAM}\n\`\`\`\``],
	['a fence opened twice', `\`\`\`ts\n\`\`\`ts\n${PROGRAM}\n\`\`\`\n\`\`\``],
	['a ts fence inside a markdown fence', `\`\`\`markdown\n# Answer\n${fenced(PROGRAM)}\nThat is it.\n\`\`\``],
	['a ts fence inside an unnamed fence', `\`\`\`\n${fenced(PROGRAM)}\n\`\`\``],
	['a ts fence inside a longer fence', `\`\`\`\`md\nThe answer:\n${fenced(PROGRAM)}\n\`\`\`\``],
	['a fence in a numbered list', `1. The program:\n\n${indented(fenced(PROGRAM), '   ')}\n\n2. Done.`],
	['a fence right after a list mark', `- ${indented(fenced(PROGRAM), '  ').trimStart()}`],
	['a fence indented with tabs', indented(fenced(PROGRAM), '\t')],
	['a quoted fence', indented(fenced(PROGRAM), '> ').replaceAll(/^$/gm, '>')],
	['code on the line of the fence', `\`\`\`ts ${PROGRAM}\n\`\`\``],
	['a whole program on one line', "```ts return answer('8', await countMovies('x')); ```", "return answer('8', await countMovies('x'));"],
	['reasoning in <think>', `<think>\nI might write ${fenced(DRAFT)}\n</think>\n\n${fenced(FUNCTION)}`, FUNCTION],
	['reasoning in <thinking>', `<thinking>${fenced(DRAFT)}</thinking>${fenced(FUNCTION)}`, FUNCTION],
	[
		'reasoning in <reasoning> with an attribute',
		`<reasoning effort="high">\n${fenced(DRAFT)}\n</reasoning>\n${fenced(FUNCTION)}`,
		FUNCTION,
	],
	['reasoning in capitals', `<THINK>\n${fenced(DRAFT)}\n</THINK>\n${fenced(FUNCTION)}`, FUNCTION],
	[
		'reasoning after letters that change their length in lower case',
		`${'İ'.repeat(40)}\n<think>\n${fenced(DRAFT)}\n</think>\n${fenced(FUNCTION)}`,
		FUNCTION,
	],
	['reasoning without its opening', `Let me see. ${fenced(DRAFT)}\nYes.\n</think>\n${fenced(FUNCTION)}`, FUNCTION],
	['reasoning inside reasoning', `<think>a\n<think>b</think>\n${fenced(DRAFT)}\n</think>\n${fenced(FUNCTION)}`, FUNCTION],
	['reasoning twice', `<think>${fenced(DRAFT)}</think>\nNow:\n<think>\n${fenced(DRAFT)}</think>\n${fenced(FUNCTION)}`, FUNCTION],
	['reasoning that is never closed after the answer', `${fenced(FUNCTION)}\n<think>\nWas it right? ${fenced(DRAFT)}`, FUNCTION],
	['reasoning that is never closed before the answer', `<think>\nA draft:\n${fenced(DRAFT)}\nBetter:\n${fenced(PROGRAM)}`],
	['a closing mark left over at the end', `${fenced(FUNCTION)}\n</think>`, FUNCTION],
	['reasoning of Kimi', `◁think▷\n${fenced(DRAFT)}\n◁/think▷\n${fenced(FUNCTION)}`, FUNCTION],
	['reasoning of Magistral', `[THINK]${fenced(DRAFT)}[/THINK]${fenced(FUNCTION)}`, FUNCTION],
	['reasoning of Command', `<|START_THINKING|>${fenced(DRAFT)}<|END_THINKING|>\n${fenced(FUNCTION)}`, FUNCTION],
	['reasoning of Gemma', `<|channel>thought\n${fenced(DRAFT)}<channel|>${fenced(FUNCTION)}`, FUNCTION],
	[
		'channels of gpt-oss',
		`<|channel|>analysis<|message|>A draft: ${fenced(DRAFT)}<|end|><|start|>assistant<|channel|>final<|message|>${fenced(FUNCTION)}<|return|>`,
		FUNCTION,
	],
	[
		'channels of gpt-oss without a final one',
		`<|channel|>analysis<|message|>Hm.\n${fenced(DRAFT)}<|end|><|start|>assistant${fenced(FUNCTION, 'ts').replace(/^/, '<|channel|>commentary<|message|>')}`,
		FUNCTION,
	],
	['channels of gpt-oss without their marks', `analysisWe need a draft.\n${fenced(DRAFT)}\nassistantfinal${fenced(FUNCTION)}`, FUNCTION],
	['a stop token at the end', `${fenced(PROGRAM)}<|im_end|>\n</s>`],
	['bare code', PROGRAM],
	['bare code with prose before it', `Here's the program you asked for:\n\n${PROGRAM}`],
	['bare code with prose around it', `Sure, here's it.\n${PROGRAM}\n\nThis finds the person first. It's short, isn't it?`],
	['bare code in tags', `<answer>\n${PROGRAM}\n</answer>`],
	['bare code after the name of the language', `typescript\n${PROGRAM}`],
	['bare code before a stop token', `${PROGRAM}<|eot_id|>`],
	['bare code after reasoning', `<think>const x = 1 is not enough</think>\n${PROGRAM}`],
	['JSON', JSON.stringify({ explanation: 'It counts.', code: PROGRAM })],
	[
		'JSON with real line breaks in the string',
		`{\n  "code": "return answer('8',\n\tawait countMovies('x'));"\n}`,
		"return answer('8',\n\tawait countMovies('x'));",
	],
	['JSON with a fence in it', JSON.stringify({ answer: fenced(PROGRAM) })],
	['JSON in a fence', fenced(JSON.stringify({ code: PROGRAM }, null, 2), 'json')],
	['a tool call in JSON', JSON.stringify([{ name: 'run', arguments: JSON.stringify({ program: PROGRAM }) }])],
	['a fence of shell commands before it', `${fenced('npm install movies', 'bash')}\n${fenced(PROGRAM)}`],
	['a fence of output after it', `${fenced(PROGRAM)}\nThis prints:\n${fenced('Result: 8 movies', '')}`],
	['a fence of JSON after it', `${fenced(PROGRAM)}\nThe value:\n${fenced('{ "count": 8 }', 'json')}`],
	['a fence of Python before it', `${fenced('import x\nreturn answer(1)', 'python')}\n${fenced(PROGRAM)}`],
	['a draft, then the program', `${fenced(DRAFT)}\nBetter:\n${fenced(PROGRAM)}`],
	['a fragment before it', `The call is\n${fenced('const people = await movies.searchPerson({ query: name });')}\nso:\n${fenced(PROGRAM)}`],
	['an example of use after it', `${fenced(PROGRAM)}\nUse it like this:\n${fenced("const n = await movies.count({ name: 'x' });")}`],
	['an unnamed whole program after a broken ts one', `${fenced(BROKEN)}\nCorrected:\n${fenced(PROGRAM, '')}`],
	['function and main call in two fences', `${fenced(FUNCTION)}\nThen call it:\n${fenced(MAIN)}`, `${FUNCTION}\n\n${MAIN}`],
	['main call before its function', `${fenced(MAIN)}\nwhere\n${fenced(FUNCTION)}`, `${MAIN}\n\n${FUNCTION}`],
	['a helper, its user, no main call', `${fenced(HELPER)}\nand\n${fenced(USER)}`, `${HELPER}\n\n${USER}`],
	['a user before its helper, no main call', `${fenced(USER)}\nand\n${fenced(HELPER)}`, `${USER}\n\n${HELPER}`],
	[
		'types in a fence of their own',
		`${fenced('interface Person { age: number }')}\n${fenced(HELPER)}`,
		`interface Person { age: number }\n\n${HELPER}`,
	],
	[
		'an old version of a part and a new one',
		`${fenced(FUNCTION.replace('results', 'items'))}\nNo:\n${fenced(FUNCTION)}\n${fenced(MAIN)}`,
		`${FUNCTION}\n\n${MAIN}`,
	],
	['parts that need one another in a row', CHAIN.map((code) => fenced(code)).join('\n'), CHAIN.join('\n\n')],
	['parts that share destructured variables', DESTRUCTURED.map((code) => fenced(code)).join('\n'), DESTRUCTURED.join('\n\n')],
	[
		'a part with the name of a member',
		`${fenced('const find = 1;')}\n${fenced("return answer('', await movies.find());")}`,
		"return answer('', await movies.find());",
	],
	[
		'two functions that know nothing of each other',
		`${fenced(FUNCTION)}\n${fenced('async function other(): Promise<void> {}')}`,
		'async function other(): Promise<void> {}',
	],
	['a call after a function', `${fenced(FUNCTION)}\n${fenced('await movies.refresh();')}`, FUNCTION],
	['an unnamed program after a ts one', `${fenced(PROGRAM)}\nOr shorter:\n${fenced(DRAFT, '')}`],
	['a call alone', fenced("movies.refresh('x');"), "movies.refresh('x');"],
	['a return alone in a file', fenced("return answer('8', 8);", 'answer.ts'), "return answer('8', 8);"],
	['a line that begins with inline code', `\`\`\`movies.find\`\`\` is the tool.\n${fenced(PROGRAM)}`],
	[
		'a line of tildes in the code',
		fenced('const line = `\n~~~\n`;\nreturn answer(line, await f());'),
		'const line = `\n~~~\n`;\nreturn answer(line, await f());',
	],
	['the name of a channel in prose', `${fenced(PROGRAM)}\nI am assistantfinal.`],
	['bare code with words of TypeScript', BARE, BARE],
	['a fence inside a comment of the code', fenced(COMMENTED), COMMENTED],
	['fence marks in strings and templates of the code', fenced(WITH_FENCE_IN_TEMPLATE), WITH_FENCE_IN_TEMPLATE],
	['code with a syntax error', `Here:\n${fenced(BROKEN)}`, BROKEN],
	['a syntax error, prose and another fence', `${fenced(BROKEN)}\nOutput:\n${fenced('8', 'text')}`, BROKEN],
	['pseudo-code of a plan', fenced(PSEUDO), PSEUDO],
	['a call of a stored function', fenced("return answer('', await countMovies('x'));"), "return answer('', await countMovies('x'));"],
];

const WITHOUT: [shape: string, reply: string][] = [
	['nothing', ''],
	['white space', ' \n\t\n'],
	['prose', 'Sofia Coppola directed 8 movies.'],
	['prose that begins like code', 'return to the question: what do you mean?\nlet me know'],
	['a refusal with an apostrophe', "I'm sorry, I can't help with that."],
	['a list', '1. Find the person\n2. Count (the movies)\n'],
	['a word', 'no'],
	['a call in prose', 'You could use movies.searchPerson(query) for that.'],
	['JSON data', '{"count": 8, "names": ["a", "b"]}'],
	['JSON with prose', '{"answer": "There are 8 movies."}'],
	['a JSON fence with data', fenced('{ "count": 8 }', 'json')],
	['a Python program', fenced('def f():\n    return 1\n\nprint(f())', 'python')],
	['a shell command', fenced('npm start', 'bash')],
	['an unnamed fence with a sentence', fenced('Sofia Coppola directed 8 movies.', '')],
	['an empty ts fence', fenced('')],
	['a ts fence with comments only', fenced('// 1. Find the person\n/* 2. Count */')],
	['a ts fence with a number', fenced('8')],
	['reasoning only', `<think>\n${fenced(PROGRAM)}\n</think>\n`],
	['reasoning of gpt-oss only', `<|channel|>analysis<|message|>${fenced(PROGRAM)}<|end|>`],
	['unclosed reasoning without code', '<think>\nI should count the movies, but'],
	[
		'half of bare code',
		'async function f(): Promise<number> {\n\treturn 1;\n\nconst count = await f();\nreturn answer(String(count), count);',
	],
	['code and too much prose', `const a = await f();\n${'And so on and on.\n'.repeat(40)}`],
	['bare code that breaks off in a call', "const a = await f();\nreturn answer('x', a"],
	['bare code with a broken line', 'const a = await f();\n\ta.b = g(;'],
	['a ts fence with a word', fenced('eight')],
	['an unnamed fence with a call', fenced('movies.count(name)', '')],
	['inline code', 'Use `await countMovies(name)` then.'],
];

describe('programIn', () => {
	for (const [shape, reply] of WITHOUT) {
		it(`finds none in ${shape}`, () => assert.equal(programIn(reply), undefined));
	}
	for (const [shape, reply, program = PROGRAM] of WITH_A_PROGRAM) {
		it(`finds it in ${shape}`, () => assert.equal(programIn(reply), program));
	}

	it('survives replies made to overflow a parser or to make matching slow', () => {
		const hostile = [
			fenced(`const x = ${'['.repeat(50_000)}${']'.repeat(50_000)};`),
			fenced(`const x = \`${'${`'.repeat(20_000)}`),
			'<think>'.repeat(20_000),
			'<think>\n'.repeat(20_000),
			'```ts\n'.repeat(5_000),
			'`'.repeat(100_000),
			`\`\`\`${' '.repeat(100_000)}x`,
			`${'> '.repeat(50_000)}\`\`\`ts\nreturn f()`,
			'{"code": '.repeat(20_000),
			`${'['.repeat(50_000)}${']'.repeat(50_000)}`,
			`${'{"code":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
			`"${'\\'.repeat(100_000)}`,
			`${'<|channel|>final<|message|>'.repeat(20_000)}`,
			'const a = (\n'.repeat(10_000),
			`x${' '.repeat(100_000)}<|im_end|>`,
		];
		for (const reply of hostile) programIn(reply);
		assert.equal(programIn(fenced(PROGRAM)), PROGRAM);
	});
});
