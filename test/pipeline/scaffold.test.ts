import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readScaffold, scaffoldPrompt } from '../../src/pipeline/scaffold.ts';
import { recordOf } from '../repository/stored-functions.ts';

const known = recordOf(
	`/** Counts the movies a person directed. */
async function countDirectedMovies(directorName: string): Promise<number> { return 8; }`,
);

describe('readScaffold', () => {
	test('what is no code, no function, or an answer made up without one is no scaffold', () => {
		assert.equal(readScaffold('this is ( not code', []), undefined);
		assert.equal(readScaffold('return answer("Eight.", 8);', []), undefined);
		assert.equal(readScaffold('const x = await unheardOf(); return answer("x", x);', [known]), undefined);
		assert.equal(readScaffold('async function f(): Promise<number> {}', []), undefined, 'without a main call');
	});

	test('name, documentation, types and main call are taken apart', () => {
		const drawn = readScaffold(
			`interface Movie { title: string; year: number }

/** Lists the movies of a person.
 * @param name full name */
async function listMovies(name: string, limit?: number): Promise<Movie[]> {}

const movies = await listMovies('Sofia Coppola');
return answer(\`\${movies.length} movies.\`, movies);`,
			[],
		);
		assert.equal(drawn?.kind, 'scaffold');
		assert.equal(drawn.functionName, 'listMovies');
		assert.deepEqual(
			drawn.types.map(({ name }) => name),
			['Movie'],
		);
		assert.match(drawn.main, /^const movies = await listMovies\('Sofia Coppola'\);\nreturn answer\(/);
		assert.match(
			drawn.code,
			/^interface Movie[\s\S]+\/\*\* Lists the movies of a person\. @param name full name \*\/\nasync function listMovies\(/,
		);
	});

	test('a body that the model filled in anyway is dropped', () => {
		const drawn = readScaffold('async function f(): Promise<number> { return 42; }\nreturn answer("x", await f());', []);
		assert.equal(drawn?.kind, 'scaffold');
		assert.doesNotMatch(drawn.code, /42/);
		assert.match(drawn.code, /async function f\(\): Promise<number> \{\}/);
	});

	test('the function of the main call is the scaffold, whatever helpers stand beside it', () => {
		const drawn = readScaffold(
			'async function top(): Promise<number> {}\nasync function helper(): Promise<string> {}\nreturn answer("x", await top());',
			[],
		);
		assert.equal(drawn?.kind === 'scaffold' && drawn.functionName, 'top');
	});

	const FUNCTION = 'async function countMovies(name: string): Promise<number>';
	const CALL = "const count = await countMovies('Sofia Coppola');\n  return answer(`${count} movies.`, count);";
	const usual: readonly (readonly [what: string, code: string])[] = [
		['a main function', `${FUNCTION} {}\n\nasync function main() {\n  ${CALL}\n}\n\nmain();`],
		['an awaited main function', `${FUNCTION} {}\n\nasync function main(): Promise<void> {\n  ${CALL}\n}\nawait main();`],
		['a function called where it stands', `${FUNCTION} {}\n(async () => {\n  ${CALL}\n})();`],
		['an export', `export ${FUNCTION} {}\n${CALL}`],
		['a default export', `export default ${FUNCTION} {}\n${CALL}`],
		['a constant', `const countMovies = async (name: string): Promise<number> => {};\n${CALL}`],
		['a function in a constant', `export const countMovies = async function (name: string): Promise<number> {};\n${CALL}`],
		['an answer that is not returned', `${FUNCTION} {}\n${CALL.replace('return ', '')}`],
		[
			'all of it',
			`export ${FUNCTION} { return 8; }\nconst main = async () => {\n  ${CALL.replace('return ', '')}\n};\nmain().catch(console.error);`,
		],
	];
	for (const [what, code] of usual) {
		test(`what models write around a scaffold: ${what}`, () => {
			const drawn = readScaffold(code, []);
			assert.equal(drawn?.kind, 'scaffold');
			assert.equal(drawn.functionName, 'countMovies');
			assert.equal(drawn.main, CALL.replace('\n  ', '\n'));
			assert.equal(drawn.code, `${FUNCTION} {}\n\n${drawn.main}`);
		});
	}

	test('without an answer to return there is no scaffold and no reuse', () => {
		const call = "const count = await countDirectedMovies('x');\n";
		for (const end of ['console.log(count);', 'count;', 'if (count > 0) { return answer("x", count); }', '']) {
			assert.equal(readScaffold(`async function countDirectedMovies(a: string): Promise<number> {}\n${call}${end}`, []), undefined, end);
			assert.equal(readScaffold(call + end, [known]), undefined, end);
		}
	});

	test('a function that the main call does not name is not what was asked for', () => {
		assert.equal(readScaffold('async function f(): Promise<number> {}\nreturn answer("f() is 8", 8);', []), undefined);
	});

	test('the call of a known function is its reuse', () => {
		const drawn = readScaffold("const n = await countDirectedMovies('Greta Gerwig');\nreturn answer(`Four? ${n}`, n);", [known]);
		assert.deepEqual(drawn?.kind === 'reuse' && drawn.functions.map(({ name }) => name), ['countDirectedMovies']);
	});
});

describe('scaffoldPrompt', () => {
	const NOW = Date.UTC(2026, 1, 3, 23, 59);
	const question = {
		text: 'and Greta Gerwig?',
		askedBy: { id: 'x' },
		earlier: [{ question: 'How many by Sofia Coppola?', answer: '8 movies.' }],
	};

	test('holds the earlier turns and the signatures of known functions, never their bodies', () => {
		const text = scaffoldPrompt(question, [known], NOW)
			.map(({ content }) => content)
			.join('\n');
		assert.match(text, /Q: How many by Sofia Coppola\?\nA: <data>8 movies\.<\/data>\n\nQuestion: and Greta Gerwig\?/);
		assert.match(text, /countDirectedMovies\(directorName: string\): Promise<number>/);
		assert.doesNotMatch(text, /return 8/);
	});

	test('starts with the same text for every question, so that servers can cache it', () => {
		const [first] = scaffoldPrompt(question, [], NOW);
		const [second] = scaffoldPrompt({ ...question, text: 'Another?', earlier: [] }, [], NOW);
		assert.equal(first?.content, second?.content);
	});

	test('says what day it is where the text may differ', () => {
		const [system, user] = scaffoldPrompt(question, [], NOW);
		assert.match(user?.content ?? '', /^Today is 2026-02-03\.\n\n/);
		assert.doesNotMatch(system?.content ?? '', /2026-/);
	});
});
