import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

const root = path.dirname(import.meta.dirname);

/** What each folder may import; its own files always. Files at the top of `src` that carry no behaviour of a part are open to all. */
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
	'src/code': ['src/sandbox/outcome.ts', 'src/toolset/tool.ts'],
	'src/toolset': ['src/storage'],
	'src/sandbox': ['src/toolset/tool.ts'],
	'src/model': [],
	'src/storage': [],
	commands: ['src'],
	'adapters/console': ['commands', 'src'],
	'examples/movies': [],
};
/** `main.ts` wires everything; `services.ts` is the half of it that all adapters share. */
const COMPOSITION_ROOT = new Set(['src/main.ts', 'src/services.ts']);
const OPEN = new Set(['src/errors.ts', 'src/json.ts', 'src/conversation.ts', 'src/log.ts']);

const sources = globSync('{src,commands,adapters,examples}/**/*.ts', { cwd: root });

function importsOf(file: string): string[] {
	const text = readFileSync(path.join(root, file), 'utf8');
	const specifiers = [...text.matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'|\bimport\('([^']+)'\)/gm)].map(
		(match) => match[1] ?? match[2] ?? '',
	);
	return specifiers.filter((name) => name.startsWith('.')).map((name) => path.join(path.dirname(file), name));
}

function folderOf(file: string): string | undefined {
	return Object.keys(ALLOWED).find((folder) => file.startsWith(`${folder}/`));
}

describe('imports', () => {
	test('every source file is found', () => {
		assert.ok(sources.length > 40, `only ${sources.length} source files`);
	});

	test('point only the ways the architecture allows', () => {
		const wrong = sources.flatMap((file) => {
			const folder = folderOf(file);
			if (folder === undefined) return [];
			const allowed = [folder, ...(ALLOWED[folder] ?? [])];
			return importsOf(file)
				.filter((target) => !OPEN.has(target) && !allowed.some((place) => target === place || target.startsWith(`${place}/`)))
				.map((target) => `${file} imports ${target}`);
		});
		assert.deepEqual(wrong, []);
	});

	test('the core knows no command and no adapter', () => {
		const wrong = sources
			.filter((file) => file.startsWith('src/') && !COMPOSITION_ROOT.has(file))
			.flatMap((file) =>
				importsOf(file)
					.filter((target) => /^(adapters|commands|examples)\//.test(target))
					.map((target) => `${file} imports ${target}`),
			);
		assert.deepEqual(wrong, []);
	});

	test('only the configuration reads the environment', () => {
		const readers = sources.filter((file) => readFileSync(path.join(root, file), 'utf8').includes('process.env'));
		assert.deepEqual(readers, ['src/config.ts']);
	});

	test('no file imports itself in a circle', () => {
		const graph = new Map(sources.map((file) => [file, importsOf(file)]));
		const done = new Set<string>();
		const visit = (file: string, trail: readonly string[]): void => {
			if (done.has(file)) return;
			const at = trail.indexOf(file);
			assert.equal(at, -1, `circle: ${[...trail.slice(Math.max(at, 0)), file].join(' -> ')}`);
			for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
			done.add(file);
		};
		for (const file of sources) visit(file, []);
	});
});
