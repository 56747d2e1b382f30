import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { PendingWrite } from '../../../src/conversation.ts';
import { openFixture, type Script, WORKSPACE } from '../../pipeline/fixture.ts';
import { referenceServer, serveEverything, temporaryFolder } from './servers.ts';

interface Asked {
	readonly question: string;
	/** What the function returns. */
	readonly type: string;
	/** Of the function, with calls of the server's tools. */
	readonly body: string;
	readonly confirm?: (write: PendingWrite) => boolean;
}

/** The replies of a model that solves the question with one function. */
function solving({ type, body }: Asked): Script {
	const head = `/** Finds out what was asked. */\nasync function findOut(): Promise<${type}>`;
	const main = 'const value = await findOut();\nreturn answer(`It is ${JSON.stringify(value)}.`, value);';
	return {
		scaffold: [`${head} {}\n\n${main}`],
		plan: [`async function findOut(): Promise<${type}> {\n${body}\n}`],
		implement: [`${head} {\n${body}\n}\n\n${main}`],
	};
}

/** The whole bot, with a server that it starts itself or reaches over HTTP, connected as the command connects it. */
async function openBot(context: TestContext, source: string, environment: Readonly<Record<string, string>> = {}) {
	const fixture = await openFixture({ environment });
	context.after(() => fixture.close());
	const record = { workspaceId: WORKSPACE, name: 'it', source, addedAt: '', addedBy: 'test' };
	const { text } = await fixture.services.readDocumentAsOperator(source, record);
	await fixture.services.catalogue.add(record, text);
	return {
		fixture,
		async ask(asked: Asked) {
			const { end, of } = await fixture.ask(asked.question, solving(asked), asked.confirm ? { confirm: asked.confirm } : {});
			const calls = of('tool-call').map(({ tool, ok, message }) => [tool, ok ? 'ok' : message]);
			return { value: end.type === 'result' ? end.value : end.message, calls };
		},
	};
}

const commandLine = (name: Parameters<typeof referenceServer>[0], ...args: string[]) => {
	const server = referenceServer(name, ...args);
	return [server.command, ...server.args].map((word) => `'${word}'`).join(' ');
};

describe('questions that MCP servers answer', () => {
	test('about files: a read by itself, a write when somebody says yes, and none when they say no', async (context) => {
		const folder = await temporaryFolder(context);
		await writeFile(path.join(folder, 'names.txt'), 'Ada\nGrace\nEdsger\n');
		const bot = await openBot(context, 'mcp:files', { MCP_COMMAND_FILES: commandLine('filesystem', folder) });
		const [names, copy] = [path.join(folder, 'names.txt'), path.join(folder, 'copy.txt')];
		const read = `  const { content } = await it.readTextFile({ path: '${names}' });`;
		const count = await bot.ask({
			question: 'How many names are there?',
			type: 'number',
			body: `${read}\n  return content.trim().split('\\n').length;`,
		});
		assert.deepEqual(count, { value: 3, calls: [['it.readTextFile', 'ok']] });

		const write = `${read}\n  await it.writeFile({ path: '${copy}', content: content.toUpperCase() });\n  return true;`;
		const asked: PendingWrite[] = [];
		const copying = (allowed: boolean) =>
			bot.ask({
				question: `Copy the names in capitals ${allowed}.`,
				type: 'boolean',
				body: write,
				confirm: (pending) => asked.push(pending) > 0 && allowed,
			});
		assert.match(String((await copying(false)).value), /tools\/call write_file mcp:files was not approved/);
		await assert.rejects(readFile(copy));
		assert.equal((await copying(true)).value, true);
		assert.equal(await readFile(copy, 'utf8'), 'ADA\nGRACE\nEDSGER\n');
		const { tool, effect, method, url, body } = asked[1] ?? {};
		assert.deepEqual([tool, effect, method, url], ['it.writeFile', 'destructive', 'tools/call write_file', 'mcp:files']);
		assert.deepEqual(body, { path: copy, content: 'ADA\nGRACE\nEDSGER\n' });
	});

	test('from memory: a write that is remembered, and a read of it, each with what the server declares', async (context) => {
		const folder = await temporaryFolder(context);
		const file = path.join(folder, 'memory.jsonl');
		const bot = await openBot(context, 'mcp:memory', {
			MCP_COMMAND_MEMORY: commandLine('memory'),
			MCP_COMMAND_MEMORY_ENV: 'MEMORY_FILE_PATH',
			MEMORY_FILE_PATH: file,
		});
		const remembered = await bot.ask({
			question: 'Remember that Sofia Coppola directed Somewhere.',
			type: 'string',
			body: `  const { entities } = await it.createEntities({ entities: [{ name: 'Sofia Coppola', entityType: 'director', observations: ['directed Somewhere'] }] });\n  return entities[0].name;`,
			confirm: ({ effect }) => effect === 'write',
		});
		assert.equal(remembered.value, 'Sofia Coppola');
		const known = await bot.ask({
			question: 'What do I know of Sofia Coppola?',
			type: 'string[]',
			body: `  const { entities } = await it.searchNodes({ query: 'sofia' });\n  return entities.flatMap(({ observations }) => observations);`,
		});
		assert.deepEqual(known, { value: ['directed Somewhere'], calls: [['it.searchNodes', 'ok']] });
		assert.match(await readFile(file, 'utf8'), /Somewhere/);
	});

	for (const over of ['stdio', 'HTTP'] as const) {
		test(`of everything over ${over}: reads, and a change somebody says yes to`, async (context) => {
			const source = over === 'stdio' ? 'mcp:everything' : `mcp:${(await serveEverything(context)).url}`;
			const bot = await openBot(context, source, { MCP_COMMAND_EVERYTHING: commandLine('everything') });
			const sum = await bot.ask({
				question: 'What is 17 and 25 together, and the temperature in Chicago?',
				type: 'number[]',
				body: `  const sum = await it.getSum({ a: 17, b: 25 });\n  const { temperature } = await it.getStructuredContent({ location: 'Chicago' });\n  return [Number(/is (\\d+)/.exec(String(sum))?.[1]), temperature];`,
			});
			assert.deepEqual(sum.value, [42, 36]);
			const toggled = await bot.ask({
				question: 'Switch the simulated logging.',
				type: 'boolean',
				body: '  return /^Started simulated/.test(String(await it.toggleSimulatedLogging({})));',
				confirm: ({ method }) => method === 'tools/call toggle-simulated-logging',
			});
			assert.deepEqual(toggled, { value: true, calls: [['it.toggleSimulatedLogging', 'ok']] });
		});
	}
});
