import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type CallExpression, type Node, parse } from 'acorn';
import { nodesOf, propertyName, SYNTAX } from '../../src/code/syntax.ts';
import { NAMESPACES } from '../../src/data/namespaces.ts';
import type { Run } from '../../src/runs/run.ts';
import { createRunIds, invertRunId } from '../../src/runs/run-id.ts';

const root = path.join(import.meta.dirname, '../..');
const sources = globSync('{src,commands,adapters,examples}/**/*.ts', { cwd: root }).map((file) => {
	const text = readFileSync(path.join(root, file), 'utf8');
	return { file, tree: parse(stripTypeScriptTypes(text, { mode: 'strip' }), SYNTAX) };
});
const table = NAMESPACES.map(({ name }) => name);

/** What constants stand for, in whichever file. */
const constants = new Map<string, string>();
/** What is given as a part of a name: to `createInquiries` as `name`, to `createInbox` as `platform`. */
const parts = new Map<string, string[]>([
	['createInquiries', []],
	['createInbox', []],
]);
for (const { tree } of sources) {
	for (const [node] of nodesOf(tree)) {
		if (
			node.type === 'VariableDeclarator' &&
			node.id.type === 'Identifier' &&
			node.init?.type === 'Literal' &&
			/^[A-Z_]+$/.test(node.id.name)
		) {
			constants.set(node.id.name, String(node.init.value));
		}
		if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') continue;
		const given = parts.get(node.callee.name);
		for (const argument of given ? node.arguments : []) {
			if (argument.type !== 'ObjectExpression') continue;
			for (const property of argument.properties) {
				if (property.type !== 'Property' || !/^(name|platform)$/.test(propertyKey(property.key)) || property.value.type !== 'Literal')
					continue;
				given?.push(String(property.value.value));
			}
		}
	}
}

function propertyKey(key: Node): string {
	return 'name' in key ? String(key.name) : '';
}

/** The namespaces that a file opens, as far as its text says so. */
function openedIn({ file, tree }: (typeof sources)[number]): string[] {
	return [...nodesOf(tree)].flatMap(([node]) => {
		if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression' || propertyName(node.callee) !== 'records') return [];
		return namesOf(node.arguments[0], file);
	});
}

function namesOf(name: CallExpression['arguments'][number] | undefined, file: string): string[] {
	if (name?.type === 'Literal') return [String(name.value)];
	if (name?.type === 'Identifier' && constants.has(name.name)) return [constants.get(name.name) ?? ''];
	if (name?.type === 'TemplateLiteral') {
		const [before, after] = name.quasis.map(({ value }) => value.cooked ?? '');
		return (parts.get(file.startsWith('adapters/') ? 'createInbox' : 'createInquiries') ?? []).map((part) => `${before}${part}${after}`);
	}
	// What looks after stored data goes by the table itself.
	return file.startsWith('src/data/') ? [] : [`a namespace that nobody can see, in ${file}`];
}

const opened = new Set(sources.flatMap(openedIn));

describe('the table of namespaces', () => {
	test('has every one that the sources open', () => {
		assert.ok(opened.size > 40, `only ${opened.size} were seen`);
		assert.deepEqual(
			[...opened].filter((name) => !table.includes(name)),
			[],
			'Say in src/data/namespaces.ts whose these records are, how long they are kept, and whether an export has them.',
		);
	});

	test('has none that nothing opens any more, and none twice', () => {
		assert.deepEqual(
			table.filter((name) => !opened.has(name)),
			[],
		);
		assert.equal(new Set(table).size, table.length);
	});

	test('ends with the runs, by which the records of others are found', () => {
		assert.equal(table.at(-1), 'runs');
	});
});

const id = createRunIds(() => 1_763_700_000_000)();
const run: Run = {
	id,
	workspaceId: 'discord:@80351110224678912',
	conversation: 'discord:41771983423143937',
	topic: 'discord:41771983423143937 80351110224678912',
	question: { text: 'How many?', askedBy: { id: 'U/1 é' }, earlier: [] },
	status: 'answered',
	createdAt: '2025-11-21T04:40:00.000Z',
	seed: { now: 0, random: 0 },
	allowWrites: false,
};

describe('what belongs to a run', () => {
	for (const { name, owner, kept } of NAMESPACES) {
		if (kept.until !== 'run') continue;
		test(`${name}: is found by it, and says of which it is`, () => {
			for (const prefix of kept.prefixesOf(run)) {
				const key = `${prefix}${/[.-]$/.test(prefix) ? '1' : ''}`;
				assert.equal(kept.runOf(key, {}), id, key);
				if (owner.by === 'workspace') {
					assert.equal(owner.workspaceOf(key), run.workspaceId, key);
					assert.ok(key.startsWith(owner.prefixOf(run.workspaceId) ?? '-'), key);
				}
			}
			assert.equal(kept.runOf('note.0b8f', {}), undefined);
			assert.equal(kept.runOf('', {}), undefined);
		});
	}

	test('an event names it in its value', () => {
		const events = NAMESPACES.find(({ name }) => name === 'run-events');
		assert.equal(events?.kept.until === 'run' && events.kept.runOf('slack%3AT1/Ev1', { runId: id }), id);
		assert.notEqual(invertRunId(id), id);
	});
});

describe('whose a record is', () => {
	const workspacesOf = (name: string, key: string, value: object = {}) => {
		const owner = NAMESPACES.find((namespace) => namespace.name === name)?.owner ?? assert.fail(name);
		if (owner.by === 'workspace') return [owner.workspaceOf(key)];
		return owner.by === 'value' ? owner.workspacesOf(key, value) : assert.fail(owner.by);
	};
	const cases: readonly (readonly [namespace: string, key: string, value: object, workspaces: readonly (string | undefined)[]])[] = [
		['toolsets', 'slack:T1/crm', {}, ['slack:T1']],
		['toolsets', 'slack:T1/x/crm', {}, ['slack:T1/x']],
		['toolsets', 'crm', {}, [undefined]],
		['toolset-credentials', 'slack:T1/crm/0b8f', {}, ['slack:T1']],
		['toolset-documents', 'slack:T1/x/crm/0b8f', {}, ['slack:T1/x']],
		['function-versions', 'slack%3AT1%2Fx/find/000001', {}, ['slack:T1/x']],
		['function-versions', '%/find/000001', {}, [undefined]],
		['function-imports', 'discord:1', {}, ['discord:1']],
		['slack-installations', 'T1', {}, ['slack:T1']],
		['slack-inbox', 'event/Ev1', { body: { team_id: 'T1' } }, ['slack:T1']],
		['slack-inbox', 'shortcut/1', { body: { team: { id: 'T1' } } }, ['slack:T1']],
		['slack-inbox', 'shortcut/1', { body: 1 }, []],
		['discord-inbox', 'message/1/2', { body: { guild: '5', user: '7' } }, ['discord:5']],
		['discord-inbox', 'message/1/2', { body: { user: '7' } }, ['discord:@7']],
		['discord-inbox', 'interaction/1', { body: { asking: { guild: '5', user: '7' } } }, ['discord:5']],
		['discord-homes', '7', { guild: '5' }, ['discord:5', 'discord:@7']],
	];
	for (const [namespace, key, value, workspaces] of cases) {
		test(`${namespace} ${key} ${JSON.stringify(value)}`, () => assert.deepEqual(workspacesOf(namespace, key, value), workspaces));
	}
});
