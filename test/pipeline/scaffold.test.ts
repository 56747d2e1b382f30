import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readScaffold, scaffoldPrompt } from '../../src/pipeline/scaffold.ts';
import type { FunctionRecord } from '../../src/repository/function-record.ts';

const known: FunctionRecord = {
	workspaceId: 'console:test',
	name: 'countDirectedMovies',
	version: 1,
	signature: 'async function countDirectedMovies(directorName: string): Promise<number>',
	documentation: 'Counts the movies a person directed.',
	source: 'async function countDirectedMovies(directorName: string): Promise<number> { return 8; }',
	tools: [],
	uses: [],
	example: { args: ['Sofia Coppola'], result: 8, calls: [], question: 'How many?' },
	questions: ['How many?'],
	statistics: { succeeded: 1, failed: 0, lastUsedAt: '2026-01-01T00:00:00Z' },
	hash: 'abc',
	createdAt: '2026-01-01T00:00:00Z',
};

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

	test('the call of a known function is its reuse', () => {
		const drawn = readScaffold("const n = await countDirectedMovies('Greta Gerwig');\nreturn answer(`Four? ${n}`, n);", [known]);
		assert.deepEqual(drawn?.kind === 'reuse' && drawn.functions.map(({ name }) => name), ['countDirectedMovies']);
	});
});

describe('scaffoldPrompt', () => {
	const question = {
		text: 'and Greta Gerwig?',
		askedBy: { id: 'x' },
		earlier: [{ question: 'How many by Sofia Coppola?', answer: '8 movies.' }],
	};

	test('holds the earlier turns and the signatures of known functions, never their bodies', () => {
		const text = scaffoldPrompt(question, [known])
			.map(({ content }) => content)
			.join('\n');
		assert.match(text, /Q: How many by Sofia Coppola\?\nA: 8 movies\.\n\nQuestion: and Greta Gerwig\?/);
		assert.match(text, /countDirectedMovies\(directorName: string\): Promise<number>/);
		assert.doesNotMatch(text, /return 8/);
	});

	test('starts with the same text for every question, so that servers can cache it', () => {
		const [first] = scaffoldPrompt(question, []);
		const [second] = scaffoldPrompt({ ...question, text: 'Another?', earlier: [] }, []);
		assert.equal(first?.content, second?.content);
	});
});
