import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { nodesOf } from '../../src/code/syntax.ts';
import { functionHash } from '../../src/repository/hash.ts';
import { functionCorpus, readFunction } from './function-corpus.ts';
import { type Mutant, mutantsOf, OPERATOR_NAMES } from './mutants.ts';
import { reformat } from './reformat.ts';
import { freeNames, localsOf, meaningOf, namesOf, renameLocals } from './rename-locals.ts';

const corpus = functionCorpus();
const hashOf = (text: string, used?: ReadonlyMap<string, string>) => functionHash({ node: readFunction(text) }, used);
const anyFunction = fc.constantFrom(...corpus);
/** Failures are not shrunk: what is generated is taken apart one choice at a time, which takes minutes and makes it no shorter. */
const SETTINGS = { seed: 20_260_131, numRuns: 300, endOnFailure: true };

/** Names that programs have from elsewhere, names that nothing has, and short ones that are soon taken. */
const NAMES = 'Object Map Promise console answer movies spotify nextPage _ $ a b c d e x y id name title result first other';

describe('the corpus', () => {
	test('has functions enough', () => assert.ok(corpus.length >= 60, String(corpus.length)));

	test('has every syntax that programs have', () => {
		const types = new Set(corpus.flatMap((text) => [...nodesOf(readFunction(text))].map(([{ type }]) => type)));
		const all = `ArrayExpression ArrayPattern ArrowFunctionExpression AssignmentExpression AssignmentPattern AwaitExpression BinaryExpression
			BlockStatement BreakStatement CallExpression CatchClause ChainExpression ClassBody ClassDeclaration ConditionalExpression ContinueStatement
			DoWhileStatement ExpressionStatement ForInStatement ForOfStatement ForStatement FunctionDeclaration FunctionExpression Identifier IfStatement
			LabeledStatement Literal LogicalExpression MemberExpression MethodDefinition NewExpression ObjectExpression ObjectPattern PrivateIdentifier
			Property PropertyDefinition RestElement ReturnStatement SpreadElement StaticBlock Super SwitchCase SwitchStatement TaggedTemplateExpression
			TemplateElement TemplateLiteral ThisExpression ThrowStatement TryStatement UnaryExpression UpdateExpression VariableDeclaration
			VariableDeclarator WhileStatement YieldExpression`;
		assert.deepEqual(
			all.split(/\s+/).filter((type) => !(types as ReadonlySet<string>).has(type)),
			[],
		);
	});
});

describe('the hash of a function is the same', () => {
	test('whatever its locals are called', () => {
		const property = fc.property(anyFunction, fc.gen(), (text, generate) => {
			const named = namesOf(text);
			const locals = localsOf(named);
			const free = freeNames(named);
			const own = named.occurrences.map(({ node }) => node.name);
			const fresh = locals.map((_, index) => `local${index}`);
			const pool = [...new Set([...own, ...NAMES.split(' '), ...fresh])].filter((name) => !free.has(name));
			const names = generate(fc.shuffledSubarray, pool, { minLength: locals.length, maxLength: locals.length });
			const renamed = renameLocals(text, named, new Map(locals.map((declared, index) => [declared, names[index] ?? ''])));
			assert.deepEqual(meaningOf(namesOf(renamed)), meaningOf(named));
			assert.equal(hashOf(renamed), hashOf(text), renamed);
		});
		fc.assert(property, SETTINGS);
	});

	test('however it is written', () => {
		const property = fc.property(anyFunction, fc.gen(), (text, generate) => {
			const rewritten = reformat(text, (limit) => generate(fc.nat, { max: limit - 1 }));
			assert.equal(hashOf(rewritten), hashOf(text), rewritten);
		});
		fc.assert(property, SETTINGS);
	});
});

describe('the hash of a function differs', () => {
	test('exactly when names that are chosen at random mean something else', () => {
		let captured = 0;
		const property = fc.property(anyFunction, fc.gen(), (text, generate) => {
			const named = namesOf(text);
			const locals = localsOf(named);
			const pool = [...new Set(named.occurrences.map(({ node }) => node.name))];
			const names = new Map(locals.map((declared) => [declared, pool[generate(fc.nat, { max: pool.length - 1 })] ?? '']));
			const renamed = renameLocals(text, named, names);
			const after = readable(renamed);
			fc.pre(after !== undefined);
			const isSame = JSON.stringify(after) === JSON.stringify(meaningOf(named));
			captured += isSame ? 0 : 1;
			assert.equal(hashOf(renamed) === hashOf(text), isSame, renamed);
		});
		fc.assert(property, { ...SETTINGS, maxSkipsPerRun: 1000 });
		assert.ok(captured > 50, String(captured));
	});

	test('after every change of what it does', () => {
		const count = new Map<string, number>(OPERATOR_NAMES.map((operator) => [operator, 0]));
		const same: Mutant[] = [];
		for (const text of corpus) {
			const hash = hashOf(text);
			for (const mutant of mutantsOf(text)) {
				count.set(mutant.operator, (count.get(mutant.operator) ?? 0) + 1);
				if (hashOf(mutant.text) === hash) same.push(mutant);
			}
		}
		assert.deepEqual(same, []);
		assert.deepEqual(
			[...count].filter(([, times]) => times === 0),
			[],
		);
		const all = [...count.values()].reduce((sum, times) => sum + times, 0);
		assert.ok(all >= 2000, String(all));
	});

	test('when a function that it uses differs, and only then', () => {
		for (const text of corpus) {
			const used = [...freeNames(namesOf(text))].filter((name) => name !== 'arguments');
			const hashes = new Map(used.map((name, index) => [name, `hash ${index}`]));
			const hash = hashOf(text, hashes);
			for (const name of used) assert.notEqual(hashOf(text, new Map(hashes).set(name, 'another')), hash, `${name} in ${text}`);
			assert.equal(hashOf(text, new Map(hashes).set('not used', 'another')), hash);
		}
	});

	test('after a change of what it does, whatever it looks like', () => {
		const changed = corpus.flatMap((text) => mutantsOf(text).map((mutant) => ({ ...mutant, original: text })));
		const property = fc.property(fc.constantFrom(...changed), fc.gen(), ({ operator, text, original }, generate) => {
			const rewritten = reformat(text, (limit) => generate(fc.nat, { max: limit - 1 }));
			assert.equal(hashOf(rewritten), hashOf(text), rewritten);
			assert.notEqual(hashOf(rewritten), hashOf(original), `${operator}:\n${rewritten}`);
		});
		fc.assert(property, SETTINGS);
	});
});

function readable(text: string): readonly unknown[] | undefined {
	try {
		return meaningOf(namesOf(text));
	} catch {
		return undefined;
	}
}
