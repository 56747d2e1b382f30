import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseProgram } from '../../src/code/parse.ts';
import { exampleArguments, readArguments } from '../../src/code/read-arguments.ts';

function called(source: string) {
	const parsed = parseProgram(source);
	assert.ok(parsed.ok);
	const [fn] = parsed.program.functions;
	assert.ok(fn);
	return { fn, types: parsed.program.types };
}

/** `parameters` are those of a function, `types` what stands before it. */
function read(parameters: string, line: string, types = '') {
	return readArguments(line, called(`${types}\nfunction f(${parameters}) {}`));
}

function gives(parameters: string, line: string, args: readonly unknown[], types?: string): void {
	assert.deepEqual(read(parameters, line, types), { ok: true, args }, line);
}

function refuses(parameters: string, line: string, problem: RegExp): void {
	const outcome = read(parameters, line);
	assert.ok(!outcome.ok, line);
	assert.match(outcome.problem, problem);
}

describe('arguments that cannot be read', () => {
	test('what is missing is named', () => {
		refuses('name: string', '', /^`name` is missing\.$/);
		refuses('name: string, year: number', 'Greta', /^`year` is missing\.$/);
		refuses('name: string, year: number', 'year=2020', /^`name` is missing\.$/);
		refuses('{ a }: { a: number }', '', /^`{ a }` is missing\.$/);
	});

	test('a name that no parameter has is no text', () => {
		refuses('name: string', 'person="Greta Gerwig"', /^There is no parameter `person`\.$/);
		refuses('name: string, year: number', 'Greta jahr="2020"', /^There is no parameter `jahr`\.$/);
		gives('name: string', 'a=b and c', ['a=b and c']);
	});

	test('what is too much is named', () => {
		refuses('name: string', '"Greta" "Gerwig"', /^`Gerwig` is one too many/);
		refuses('', 'Greta', /^`Greta` is one too many: there is nothing left to give\.$/);
		refuses('year: number', '2020 2021', /^`2021` is one too many\. A text with spaces that is not the last one stands in quotes\.$/);
		refuses('name: string, year: number', 'Greta 2020 Gerwig', /^`Gerwig` is one too many/);
		refuses('name: string', 'name=a b', /^`b` is one too many/);
		refuses('name: string, year: number', 'name=a name=b 3', /^`name` is given twice\.$/);
	});

	test('what is no JSON where no text may stand is named, with the type', () => {
		refuses('name: string, year: number', 'Greta Gerwig', /^`year` takes `number`, written as JSON, and `Gerwig` is none\.$/);
		refuses('ids: number[]', '[1, 2', /^`ids` takes `number\[\]`.*`\[1, 2` is none/);
		refuses('a: { b: string }', 'x', /^`a` takes `{ b: string }`/);
		refuses('...years: number[]', '1 two', /^`years` takes `number`.*`two` is none/);
		refuses('year: number', 'NaN', /is none/);
		refuses('year: number', `${'x`'.repeat(50)}`, /and `(?:x'){30}…` is none\.$/);
	});

	test('a number that no JSON keeps, and a value that is deeper than programs are, are none', () => {
		refuses('year: number', '1e999', /is none/);
		refuses('years: number[]', '[1, 1e999]', /is none/);
		refuses('list: unknown[]', '['.repeat(30_000) + ']'.repeat(30_000), /is none/);
	});

	test('a gap is told, since JSON has nothing to leave in it', () => {
		refuses('name: string, year = 1, limit = 2', 'a limit=3', /^`year` stands before what is given: give it a value, too\.$/);
	});
});

describe('arguments', () => {
	test('a text takes its word as it is, and the last one all that is left', () => {
		for (const line of [
			'Greta Gerwig',
			'"Greta Gerwig"',
			"'Greta Gerwig'",
			'“Greta Gerwig”',
			'„Greta Gerwig“',
			'«Greta Gerwig»',
			'  Greta Gerwig ',
		]) {
			gives('name: string', line, ['Greta Gerwig']);
		}
		gives('name: string', "Conan O'Brien", ["Conan O'Brien"]);
		gives('name: string', "'don't stop'", ["don't stop"]);
		gives('name: string', '2001', ['2001']);
		gives('name: string', '""', ['']);
		gives('text: string', '"Alien" and\n  "Aliens"', ['"Alien" and\n  "Aliens"']);
		gives('year: number, text: string', '2001 a space odyssey', [2001, 'a space odyssey']);
		gives('a: string, b: string', '"the first" the second', ['the first', 'the second']);
	});

	test('brackets and equals signs in a text are a part of it', () => {
		gives('title: string', '[REC 2', ['[REC 2']);
		gives('title: string', '[REC] 2', ['[REC] 2']);
		gives('title: string', 'x=1 y', ['x=1 y']);
	});

	test('anything else is JSON, with spaces in brackets, quoted or not', () => {
		gives('a: number, b: boolean, c: number[], d: { e: string }', '-1.5 true [1, [2]] {"e": "} f"}', [-1.5, true, [1, [2]], { e: '} f' }]);
		gives('a: { e: string }', '{“e”: “a b”}', [{ e: 'a b' }]);
		gives('a: { e: number }, b: number', `'{"e": 1}' "2"`, [{ e: 1 }, 2]);
		gives('a: number | null', 'null', [null]);
	});

	test('a union of texts is a text, also under a name of its own', () => {
		gives("order: 'asc' | 'desc', year: number", 'asc 1', ['asc', 1]);
		gives("size: '1' | '2'", '1', ['1']);
		const types = "type Order =\n\t| 'asc'\n\t| Other\n\t| undefined;\ntype Other = 'desc';\ninterface Film { title: string }";
		gives('order: Order', 'desc', ['desc'], types);
		gives('film: Film', '{"title": "Her"}', [{ title: 'Her' }], types);
		gives('loop: A', 'x', ['x'], 'type A = B;\ntype B = A;');
	});

	test('what may be a text or another value is JSON where it can be', () => {
		for (const parameter of ['a', 'a: any', 'a: unknown', 'a: string | number', 'a: T']) {
			gives(parameter, '5', [5]);
			gives(parameter, '"5"', ['5']);
			gives(parameter, 'five o clock', ['five o clock']);
			gives(parameter, '12345678901234567890', ['12345678901234567890']);
		}
	});

	test('a parameter may be given by its name, wherever it stands', () => {
		gives('name: string, year: number', 'year=2020 name="Greta Gerwig"', ['Greta Gerwig', 2020]);
		gives('name: string, year: number', 'Greta year=2020 Gerwig', ['Greta Gerwig', 2020]);
		gives('filter: { a: number }, name: string', 'name=x filter={"a": [1, 2]}', [{ a: [1, 2] }, 'x']);
		gives('text: string', 'text=', ['']);
	});

	test('what may be left out may be, at the end', () => {
		gives('name: string, year?: number', '"a b"', ['a b']);
		gives('name = "x", year = 3', '', []);
		gives('name = "x", year = 3', '"y"', ['y']);
	});

	test('rest parameters take the words that are left, destructured ones a value', () => {
		gives('name: string, ...years: number[]', 'Greta 1 2', ['Greta', 1, 2]);
		gives('...names: readonly string[]', '"Greta Gerwig" Sofia', ['Greta Gerwig', 'Sofia']);
		gives("...orders: Array<'a' | 'b'>", 'a b', ['a', 'b']);
		gives('...names: string[]', '', []);
		gives('...pair: [string, number]', 'a 1', ['a', 1]);
		gives('{ a, b }: { a: string; b: number }, [c]: number[]', '{"a": "x y", "b": 2} [1]', [{ a: 'x y', b: 2 }, [1]]);
	});

	test('an example has one argument of the right kind for each parameter, and can be read', () => {
		const types = "type Order = 'asc' | 'desc';";
		const example = (parameters: string) => exampleArguments(called(`${types}\nfunction f(${parameters}) {}`));
		assert.equal(example("directorName: string, year?: number, order: 'newest' | 'oldest' = 'oldest'"), '"director name" 1 "newest"');
		assert.equal(example('a: number[], b: { c: string }, d: boolean, ...names: string[]'), '[] {} true "names"');
		assert.equal(example(''), '');
		const parameters = 'directorName: string, a: number[], b: { c: string }, order: Order, d: boolean, e, ...f: number[]';
		assert.equal(read(parameters, example(parameters), types).ok, true);
	});

	test('nothing that a person types is more than refused', () => {
		const parameters = ['a: string', 'a: number, b?: string', 'a: { b: string }, ...c: number[]', '{ a }: { a: string }, b'];
		fc.assert(
			fc.property(fc.constantFrom(...parameters), fc.string({ unit: fc.constantFrom(...'ab1 "\'“”{}[]=,:\\\n') }), (declared, line) => {
				const outcome = read(declared, line);
				if (outcome.ok) assert.ok(outcome.args.every((arg) => arg !== undefined));
			}),
			{ seed: 6, numRuns: 500 },
		);
	});
});
