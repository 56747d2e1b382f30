import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { describe, test } from 'node:test';
import { parse, type Token, tokenizer, tokTypes } from 'acorn';
import { nodesOf, parentsOf, propertyName, SYNTAX } from '../src/code/syntax.ts';

const root = path.dirname(import.meta.dirname);

/**
 * What each folder or file may import; its own files always, and `OPEN` ones. The longest name that fits a file is its rule. Every file has one:
 * a new folder, or a new file at the top of `src`, says here what it may know.
 */
const ALLOWED: Record<string, readonly string[]> = {
	'src/pipeline': ['src/model', 'src/code', 'src/sandbox', 'src/toolset', 'src/repository', 'src/runs'],
	'src/repository': ['src/storage', 'src/code', 'src/sandbox', 'src/toolset'],
	'src/runs': [
		'src/storage',
		'src/pipeline/progress.ts',
		'src/repository/function-record.ts',
		'src/sandbox/outcome.ts',
		'src/toolset/tool.ts',
	],
	'src/code': ['src/sandbox/outcome.ts', 'src/toolset/tool.ts', 'src/toolset/file-handle.ts'],
	'src/toolset': ['src/storage'],
	'src/sandbox': ['src/toolset/tool.ts'],
	'src/model': [],
	'src/storage': [],
	'src/errors.ts': [],
	'src/json.ts': [],
	'src/log.ts': ['src/config.ts', 'src/toolset/http/scrub.ts', 'src/observability/scrub-line.ts'],
	'src/config.ts': [
		'src/settings',
		'src/runs/budget-limits.ts',
		'src/sandbox/limits.ts',
		'src/toolset/operator-secret.ts',
		'src/toolset/mcp/operator-command.ts',
	],
	'src/settings': [],
	'src/settings/budgets.ts': ['src/settings/kinds.ts', 'src/runs/budget-limits.ts'],
	'src/settings/mcp.ts': ['src/settings/command-line.ts', 'src/toolset/mcp/operator-command.ts'],
	'src/conversation.ts': ['src/pipeline/progress.ts', 'src/runs/run.ts', 'src/toolset/tool.ts'],
	// What is stored of all parts: how it is brought up to date, kept, exported and erased.
	'src/data': ['src/config.ts', 'src/storage', 'src/runs', 'src/repository', 'src/toolset'],
	'src/rotate-key.ts': ['src/config.ts', 'src/storage'],
	'src/health.ts': ['src/config.ts', 'src/sandbox', 'src/storage', 'src/observability/readiness.ts', 'src/settings/observability.ts'],
	// `main.ts` wires everything; `services.ts` is the half of it that all adapters share.
	'src/services.ts': ['src'],
	'src/configured-models.ts': ['src/config.ts', 'src/model'],
	'src/checks': ['src/config.ts', 'src/data', 'src/model', 'src/storage', 'src/toolset'],
	// As `create-chats.ts`, it knows which chats there are.
	'src/start-checks.ts': ['src', 'adapters'],
	'src/main.ts': ['src', 'commands', 'adapters', 'examples'],
	// The part of `main.ts` that knows which chats there are.
	'src/create-chats.ts': ['src', 'commands', 'adapters'],
	'src/ends.ts': [],
	'src/observability': ['src/settings/observability.ts'],
	// What `main.ts` knows of a chat.
	'src/chat.ts': [],
	commands: ['src'],
	// What platforms show alike; adapters never import one another.
	'adapters/shared': ['src'],
	'adapters/console': ['commands', 'src', 'adapters/shared'],
	'adapters/slack': ['commands', 'src', 'adapters/shared'],
	'adapters/discord': ['commands', 'src', 'adapters/shared'],
	'examples/examples.ts': ['examples/movies/server.ts', 'src/model', 'src/storage/storage.ts', 'src/toolset'],
	'examples/movies': [],
	bench: ['src', 'examples'],
	'bench/eval': ['src', 'examples', 'bench/mulberry32.ts', 'bench/speed/report.ts'],
	'bench/speed': ['src', 'examples', 'test/storage/redis-server.ts'],
	'bench/load': [
		'src',
		'examples',
		'bench/repository',
		'bench/speed/report.ts',
		'test/simulators/model-server.ts',
		'test/storage/redis-server.ts',
	],
	// Drives the bot as a person would, in the chats that tests simulate.
	'bench/writes': ['src', 'test/simulators', 'test/adapters'],
	scripts: [],
	'scripts/discord-register.ts': ['src', 'commands', 'adapters/discord'],
};
/** Files that carry no behaviour of a part. */
const OPEN = new Set([
	'src/errors.ts',
	'src/json.ts',
	'src/conversation.ts',
	'src/log.ts',
	'src/observability/run-context.ts',
	'src/observability/signals.ts',
]);

const sources = globSync('{src,commands,adapters,examples,bench,scripts}/**/*.ts', { cwd: root, exclude: ['**/node_modules/**'] });

interface Imports {
	/** Paths within the repository. */
	readonly files: readonly string[];
	readonly packages: readonly string[];
	/** `import(…)` of something that is known only when it runs. */
	readonly computed: number;
}

/** From the tokens, because types are imported too: `import … from`, `import './x.ts'`, `export … from`, `import('./x.ts')`. */
function importsIn(text: string, file: string): Imports {
	const tokens = [...tokenizer(text, SYNTAX)];
	const specifiers: string[] = [];
	let computed = 0;
	for (const [index, token] of tokens.entries()) {
		if (tokens[index - 1]?.type === tokTypes.dot) continue;
		if (token.type === tokTypes._import) {
			const next = tokens[index + 1];
			if (next?.type === tokTypes.dot) continue;
			const called = next?.type === tokTypes.parenL;
			const specifier = called ? literal(tokens[index + 2]) : (literal(next) ?? sourceBehind(tokens, index));
			if (specifier === undefined) computed += 1;
			else specifiers.push(specifier);
		}
		if (token.type === tokTypes._export && reexports(tokens, index)) specifiers.push(sourceBehind(tokens, index) ?? '');
	}
	const files = specifiers.filter((name) => name.startsWith('.')).map((name) => path.join(path.dirname(file), name));
	return { files, packages: specifiers.filter((name) => !name.startsWith('.')), computed };
}

function literal(token: Token | undefined): string | undefined {
	return token?.type === tokTypes.string ? String((token as Token & { value: unknown }).value) : undefined;
}

/** `export {`, `export *`, `export type {`, closed and followed by `from`. */
function reexports(tokens: readonly Token[], index: number): boolean {
	const isType = nameOf(tokens[index + 1]) === 'type' && tokens[index + 2]?.type === tokTypes.braceL;
	const first = tokens[index + (isType ? 2 : 1)];
	if (first?.type === tokTypes.star) return true;
	const closing = tokens.findIndex(({ type }, at) => at > index && type === tokTypes.braceR);
	return first?.type === tokTypes.braceL && nameOf(tokens[closing + 1]) === 'from';
}

function sourceBehind(tokens: readonly Token[], index: number): string | undefined {
	const from = tokens.findIndex((token, at) => at > index && nameOf(token) === 'from' && literal(tokens[at + 1]) !== undefined);
	return literal(tokens[from + 1]);
}

function nameOf(token: Token | undefined): string | undefined {
	return token?.type === tokTypes.name ? String((token as Token & { value: unknown }).value) : undefined;
}

const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');
const imports = new Map(sources.map((file) => [file, importsIn(textOf(file), file)]));
const importsOf = (file: string) => imports.get(file)?.files ?? [];

function within(file: string, place: string): boolean {
	return file === place || file.startsWith(`${place}/`);
}

function ruleOf(file: string): string | undefined {
	return Object.keys(ALLOWED)
		.filter((place) => within(file, place))
		.sort((a, b) => b.length - a.length)[0];
}

/** Ways to the environment of the process: `process.env`, `process['env']`, `const { env } = process`, `node:process`, or `process` as a value. */
function readsEnvironment(text: string): boolean {
	const tree = parse(stripTypeScriptTypes(text, { mode: 'strip' }), SYNTAX);
	const parents = parentsOf(tree);
	return [...nodesOf(tree)].some(([node]) => {
		if (node.type === 'ImportDeclaration') return /^(node:)?process$/.test(String(node.source.value));
		if (node.type === 'MemberExpression' && propertyName(node) === 'process') {
			return node.object.type === 'Identifier' && /^global(This)?$/.test(node.object.name);
		}
		if (node.type !== 'Identifier' || node.name !== 'process') return false;
		const parent = parents.get(node);
		if (parent?.type === 'MemberExpression' && parent.object === node) {
			const member = propertyName(parent);
			return member === undefined || member === 'env' || member === 'loadEnvFile';
		}
		const isOwnName = parent?.type === 'MemberExpression' ? !parent.computed : parent?.type === 'Property' && parent.value !== node;
		return !isOwnName;
	});
}

describe('imports', () => {
	test('every source file is found, and has a rule', () => {
		assert.ok(sources.length > 40, `only ${sources.length} source files`);
		assert.deepEqual(
			sources.filter((file) => ruleOf(file) === undefined),
			[],
		);
	});

	test('every rule has a file, and speaks of files that exist', () => {
		const places = [...Object.keys(ALLOWED), ...Object.values(ALLOWED).flat(), ...OPEN];
		assert.deepEqual(
			places.filter(
				(place) => !sources.some((file) => within(file, place)) && !(place.startsWith('test/') && existsSync(path.join(root, place))),
			),
			[],
		);
	});

	test('point only the ways the architecture allows', () => {
		const wrong = sources.flatMap((file) => {
			const rule = ruleOf(file) ?? file;
			const allowed = [rule, ...(ALLOWED[rule] ?? [])];
			return importsOf(file)
				.filter((target) => !OPEN.has(target) && !allowed.some((place) => within(target, place)))
				.map((target) => `${file} imports ${target}`);
		});
		assert.deepEqual(wrong, []);
	});

	test('the core knows no command and no adapter', () => {
		const wrong = sources
			.filter((file) => file.startsWith('src/') && !['src/main.ts', 'src/create-chats.ts', 'src/start-checks.ts'].includes(file))
			.flatMap((file) => importsOf(file).filter((target) => !target.startsWith('src/')));
		assert.deepEqual(wrong, []);
	});

	test('nothing is imported whose name is known only when it runs', () => {
		const computed = sources.filter((file) => imports.get(file)?.computed !== 0);
		assert.deepEqual(computed, []);
	});

	test('no file imports itself in a circle', () => {
		const done = new Set<string>();
		const visit = (file: string, trail: readonly string[]): void => {
			if (done.has(file)) return;
			const at = trail.indexOf(file);
			assert.equal(at, -1, `circle: ${[...trail.slice(Math.max(at, 0)), file].join(' -> ')}`);
			for (const next of importsOf(file)) visit(next, [...trail, file]);
			done.add(file);
		};
		for (const file of sources) visit(file, []);
	});

	test('only the configuration reads the environment', () => {
		const readers = sources.filter((file) => /^(bench|scripts)\//.test(file) === false && readsEnvironment(textOf(file)));
		assert.deepEqual(readers, ['src/config.ts']);
	});
});

describe('what these tests look for is seen', () => {
	const written: readonly (readonly [text: string, files: readonly string[], computed?: number])[] = [
		["import { a } from './a.ts';", ['src/a.ts']],
		["import type { A } from './a.ts';\nimport {\n\ttype B,\n\tfrom,\n} from '../b.ts';", ['src/a.ts', 'b.ts']],
		["import * as a from './a.ts';\nimport b, { c } from './b.ts';", ['src/a.ts', 'src/b.ts']],
		["import './a.ts';", ['src/a.ts']],
		["export { a } from './a.ts';\nexport * from './b.ts';\nexport type { C } from './c.ts';", ['src/a.ts', 'src/b.ts', 'src/c.ts']],
		["const a = await import('./a.ts');\ntype B = import('./b.ts').B;", ['src/a.ts', 'src/b.ts']],
		["export const a = 1;\nexport { a };\nexport type B = { from: 'x' };\nimport c from './c.ts';", ['src/c.ts']],
		['const a = await import(name);\nconst b = await import(`./${name}`);', [], 2],
		["// import './a.ts'\nconst a = `import './b.ts'`; const u = import.meta.url; a.import('./c.ts');", []],
	];
	for (const [text, files, computed = 0] of written) {
		test(text, () => {
			const found = importsIn(text, 'src/x.ts');
			assert.deepEqual([found.files, found.computed], [files, computed]);
		});
	}

	const readers = [
		'const a = process.env.A;',
		"const a = process['env'].A;",
		'const { env } = process;',
		'const { env: { A } } = process;',
		'const p = process; p.env;',
		'f(process);',
		'f({ process });',
		'const a = process[name];',
		'process?.env;',
		"process.loadEnvFile('.env');",
		'globalThis.process.env;',
		"import { env } from 'node:process';",
		"import process from 'process';",
	];
	for (const text of readers) test(text, () => assert.ok(readsEnvironment(text)));
	for (const text of [
		'process.stdout.write(a);',
		'ipaddr.process(text);',
		'const a = { process: 1 };',
		"const env: NodeJS.ProcessEnv = {}; 'process.env';",
	]) {
		test(text, () => assert.ok(!readsEnvironment(text)));
	}
});
