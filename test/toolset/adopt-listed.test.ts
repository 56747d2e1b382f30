import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { adoptListed } from '../../src/toolset/adopt-listed.ts';
import type { Catalogue } from '../../src/toolset/catalogue.ts';
import { type Policy, ruleOf } from '../../src/toolset/policy.ts';
import { openFixture, WORKSPACE } from '../pipeline/fixture.ts';
import { store } from '../repository/stored-functions.ts';
import { oddServer } from './mcp/servers.ts';

/** The whole bot with the odd server connected, whose `grow` changes what it offers. */
async function connect(context: TestContext, policy: Policy) {
	const { command } = await oddServer(context);
	const line = [command.command, ...command.args].map((word) => `"${word}"`).join(' ');
	const bot = await openFixture({ environment: { MCP_COMMAND_ODD: line } });
	context.after(() => bot.close());
	const { catalogue, readDocumentAsOperator } = bot.services;
	const { text } = await readDocumentAsOperator('mcp:odd', { workspaceId: WORKSPACE, name: 'odd' });
	await catalogue.add({ workspaceId: WORKSPACE, name: 'odd', source: 'mcp:odd', addedAt: '2026-01-01', addedBy: 'ada' }, text);
	await catalogue.changePolicy(WORKSPACE, 'odd', () => policy);
	return { catalogue, text, functions: bot.services.functions };
}

const recordOf = async (catalogue: Catalogue) => (await catalogue.list(WORKSPACE)).find(({ name }) => name === 'odd') ?? assert.fail();

async function grow(catalogue: Catalogue) {
	const odd = await catalogue.load(WORKSPACE, 'odd');
	const response = await odd?.call(odd.tools.get('grow') ?? assert.fail(), {}, { signal: AbortSignal.timeout(20_000) });
	assert.equal(response?.ok, true, JSON.stringify(response));
	while ((await recordOf(catalogue)).refreshedBy === undefined) await delay(20);
	return (await catalogue.load(WORKSPACE, 'odd')) ?? assert.fail();
}

describe('what a server says it offers now', { timeout: 60_000 }, () => {
	test('is offered to questions, and goes out unasked by no rule that was made for other tools', async (context) => {
		const { catalogue } = await connect(context, { effects: { write: 'run', destructive: 'run' } });
		const odd = await grow(catalogue);
		assert.deepEqual(
			['grow', 'grown', 'fail'].map((name) => odd.tools.get(name)?.effect),
			['write', 'destructive', undefined],
			'whatever the server says of them',
		);
		assert.equal(odd.tools.get('grown')?.approval, 'ask');
		assert.equal(odd.tools.get('grow')?.approval, 'none', 'this one an admin has seen');
		const { refreshedBy, policy } = await recordOf(catalogue);
		assert.deepEqual([refreshedBy, policy], ['the server', { tools: { grown: 'ask' }, effects: { write: 'run', destructive: 'run' } }]);
		assert.equal((await catalogue.toolsets(WORKSPACE)).find(({ name }) => name === 'odd')?.tools.has('grown'), true);
	});

	test('takes functions from offer that call what it offers no more, and those alone', async (context) => {
		const { catalogue, functions } = await connect(context, {});
		const tools = (await catalogue.load(WORKSPACE, 'odd'))?.tools ?? assert.fail();
		for (const name of ['fail', 'grow']) {
			const { schemaHash } = tools.get(name) ?? assert.fail(name);
			const source = `async function ${name}Once(): Promise<unknown> { return odd.${name}({}); }`;
			await store(functions, source, { workspaceId: WORKSPACE, tools: [{ tool: `odd.${name}`, schemaHash }] });
		}
		await grow(catalogue);
		const stateOf = async (name: string) => (await functions.get(WORKSPACE, name)) ?? assert.fail(name);
		while ((await stateOf('failOnce')).state === 'candidate') await delay(20);
		assert.equal((await stateOf('failOnce')).history.at(-1)?.reason, 'calls odd.fail, which is gone');
		assert.equal((await stateOf('growOnce')).state, 'candidate');
	});

	test('takes no rule over with the name of another tool', async (context) => {
		const { catalogue, text } = await connect(context, { tools: { writeOnce: 'run', crash: 'block' } });
		const { writeOnce, crash } = { writeOnce: '"name":"write-once"', crash: '"name":"crash"' };
		assert.ok(text.includes(writeOnce) && text.includes(crash));
		const other = '"inputSchema":{},"annotations":{"destructiveHint":true}}';
		// Names that come before those of the tools that were there, and lead to the same identifiers.
		const listed = text.replace('"tools":[', `"tools":[{"name":"Write-Once",${other},{"name":"Crash",${other},`);
		await adoptListed(catalogue, await recordOf(catalogue), listed);
		const { policy = {} } = await recordOf(catalogue);
		const rules = [...((await catalogue.loadWhole(WORKSPACE, 'odd'))?.tools.values() ?? [])].map((tool) => [
			tool.origin,
			ruleOf(tool, policy),
		]);
		assert.deepEqual(Object.fromEntries(rules.filter(([origin = '']) => /^(write-once|crash)$/i.test(origin))), {
			'Write-Once': 'ask',
			// Under another name, where the admin's leave does not go with it; a block does.
			'write-once': 'ask-twice',
			Crash: 'block',
			crash: 'block',
		});
	});

	test('is stored once, and not for a toolset that is another one by now', async (context) => {
		const { catalogue, text } = await connect(context, {});
		const before = await recordOf(catalogue);
		assert.equal(await adoptListed(catalogue, before, text), false);
		assert.equal(await adoptListed(catalogue, { ...before, documentHash: 'of an earlier one' }, text.replace('huge', 'vast')), false);
		assert.deepEqual(await recordOf(catalogue), before);
		assert.equal(await adoptListed(catalogue, before, text.replace('huge', 'vast')), true);
		assert.deepEqual((await recordOf(catalogue)).policy, { tools: { vast: 'ask' } }, 'whatever was made of it before');
		await assert.rejects(adoptListed(catalogue, { ...before, name: 'nope', documentHash: 'x' }, text), { code: 'not-found' });
	});
});
