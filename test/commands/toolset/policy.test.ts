import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { WORKSPACE } from '../../pipeline/fixture.ts';
import { store } from '../../repository/stored-functions.ts';
import { type AdminWorld, documentOf, openAdminWorld, USERS } from './admin-world.ts';

describe('/toolset policy', () => {
	let world: AdminWorld;
	before(async () => {
		world = await openAdminWorld();
		world.publish(documentOf(USERS));
		await world.say(`/toolset add crm ${world.api.origin}/openapi.json`);
	});
	after(() => world.close());
	beforeEach(() => say('policy crm all default'));
	const say = (line: string, said = {}) => world.say(`/toolset ${line}`, said);
	const question = async (line: string) => (await world.ask(`/toolset ${line}`)).question;
	const approvals = async () => {
		const [, crm] = (await world.bot.services.catalogue.toolsets(WORKSPACE)).toSorted((a, b) => (a.name > b.name ? -1 : 1));
		return Object.fromEntries([...(crm?.tools ?? [])].map(([name, { approval }]) => [name, approval]));
	};

	test('is for admins, for toolsets that exist, and for what they have', async () => {
		await assert.rejects(say('policy crm', { isAdmin: false }), { code: 'not-allowed' });
		await assert.rejects(say('policy nope'), { code: 'not-found', message: /There are: crm, movies/ });
		await assert.rejects(say('policy crm writs ask'), { code: 'bad-input', message: /Did you mean writes\?/ });
		await assert.rejects(say('policy crm deletUser block'), { code: 'bad-input', message: /Did you mean deleteUser\?/ });
		await assert.rejects(say('policy crm PATCH block'), { code: 'bad-input', message: /GET, POST, PUT, DELETE/ });
		await assert.rejects(say('policy crm crm.reads block'), { code: 'bad-input', message: /no tool reads/ });
		await assert.rejects(say('policy crm writes asktwice'), { code: 'bad-input', message: /Did you mean ask-twice\?/ });
		await assert.rejects(question('policy crm writes allow'), { code: 'bad-input', message: /Rules are run/ });
		await assert.rejects(say('policy crm __proto__ block'), { code: 'bad-input' });
		assert.deepEqual((await world.bot.services.catalogue.list(WORKSPACE))[0]?.policy, undefined);
	});

	test('shows the rules in force, and how to change them', async () => {
		const shown = await say('policy crm');
		assert.match(
			shown,
			/\["reads","run \(default\)","2"\],\["writes","ask \(default\)","2"\],\["destructive","ask-twice \(default\)","1"\]/,
		);
		assert.match(shown, /Of 5 tools 2 run, 2 ask, 1 asks twice\./);
		assert.match(await say('policy crm writes'), /\*\*writes\*\* of `crm`: ask \(2 tools\)\./);
	});

	test('the most particular rule holds, and what is blocked is no tool any more', async () => {
		for (const line of [
			'policy crm reads ask',
			'policy crm get ask-twice',
			'policy crm crm.listUsers run',
			'policy crm deleteUser block',
		]) {
			assert.equal(await question(line), undefined, line);
			await say(line);
		}
		assert.deepEqual(await approvals(), { listUsers: 'none', getUser: 'ask-twice', createUser: 'ask', replaceUser: 'ask' });
		const shown = await say('policy crm');
		assert.match(shown, /\["reads","ask","0"\].*\["GET","ask-twice","1"\],\["listUsers","run","1"\],\["deleteUser","block","1"\]/);
		assert.match(shown, /1 is blocked: `deleteUser`\./);
		assert.match(await say('policy crm reads ask'), /More particular rules go before for `listUsers`, `getUser`\./);
		const tools = await say('show crm', { isAdmin: false });
		assert.match(tools, /crm\.createUser\([^\\]* \/\/ write, ask\\n/);
		assert.match(tools, /crm\.getUser\(id\)[^\\]* \/\/ ask-twice\\n/);
		assert.match(tools, /\["DELETE \/users\/\{id\}","crm\.deleteUser is blocked by the policy"\]/);
		assert.match(await say('list', { isAdmin: false }), /"crm","Customers","4","on, 4 rules","none"/);
		for (const what of ['reads', 'GET', 'listUsers', 'deleteUser']) await say(`policy crm ${what} default`);
		assert.equal((await world.bot.services.catalogue.list(WORKSPACE))[0]?.policy, undefined);
		assert.match(await say('list'), /"crm","Customers","5","on"/);
	});

	test('what would go out unasked is asked about, by name', async () => {
		assert.match(
			(await question('policy crm writes run')) ?? '',
			/^2 tools of `crm` that may change something would be called .*: `createUser`, `replaceUser`\.\nLet them\?$/,
		);
		assert.match(
			(await question('policy crm all run')) ?? '',
			/^3 tools .* something, 1 of which may delete or overwrite, would .*`createUser`, `replaceUser`/,
		);
		assert.match((await question('policy crm DELETE run')) ?? '', /^1 tool of `crm` that may delete or overwrite something would /);
		assert.match((await question('policy crm PUT run')) ?? '', /1 tool .*: `replaceUser`\.\n/);
		assert.equal(await question('policy crm reads run'), undefined);
		assert.equal(await question('policy crm writes run --yes'), undefined, 'it was said');
		await world.agree('/toolset policy crm writes run');
		assert.equal((await approvals()).createUser, 'none');
		assert.equal(await question('policy crm writes run'), undefined, 'it does so already');
		await say('policy crm all default');
		assert.equal((await approvals()).createUser, undefined);
	});

	test('where nobody can be asked, it takes a --yes, which the refusal names', async () => {
		const refused = await say('policy crm writes run').catch((error: Error) => error.message);
		assert.match(refused, /^2 tools of `crm` .*`replaceUser`\.\nNothing was changed: nobody was there to say yes\./);
		const [, command = ''] = /This does it: \/toolset (.*)$/.exec(refused) ?? assert.fail(refused);
		assert.equal(command, 'policy crm writes run --yes');
		assert.equal((await approvals()).createUser, undefined);
		await say(command);
		assert.equal((await approvals()).createUser, 'none');
		await say('policy crm writes ask');
		await say('policy crm reads run');
	});

	test('rules are set in the words that are shown, and `default` alone is for all', async () => {
		await say('policy crm writes ask twice');
		assert.match(await say('show crm'), /Policy: 1 rule \(reads run, writes ask-twice, destructive ask-twice\)/);
		await say('policy crm "writes" "ask twice"');
		await say('policy crm deleteUser Ask Twice');
		assert.match(await say('policy crm'), /\["writes","ask-twice","2"\].*\["deleteUser","ask-twice","1"\]/);
		await assert.rejects(say('policy crm writes ask thrice'), { code: 'bad-input', message: /"thrice" is one word too many/ });
		await say('policy crm default');
		assert.equal((await world.bot.services.catalogue.list(WORKSPACE))[0]?.policy, undefined);
		await assert.rejects(say('policy crm default block'), { code: 'bad-input', message: /Did you mean all default\?/ });
	});

	test('a block names the functions that are not offered for it', async () => {
		const { functions } = world.bot.services;
		const made = (name: string, tool: string) =>
			store(functions, `async function ${name}(): Promise<number> { return 1; }`, {
				workspaceId: WORKSPACE,
				hash: name,
				tools: [{ tool, schemaHash: 'x' }],
			});
		await made('purge', 'crm.deleteUser');
		await made('report', 'crm.listUsers');
		const said = await say('policy crm destructive block');
		assert.match(said, /not offered meanwhile: `purge`\./);
		assert.doesNotMatch(said, /report/);
	});

	test('two who change different rules at once both have their way', async () => {
		await Promise.all([say('policy crm writes ask-twice'), say('policy crm GET ask'), say('policy crm deleteUser block')]);
		const [{ policy } = {}] = await world.bot.services.catalogue.list(WORKSPACE);
		assert.deepEqual(policy, { tools: { deleteUser: 'block' }, methods: { GET: 'ask' }, effects: { write: 'ask-twice' } });
	});
});
