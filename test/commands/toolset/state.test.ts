import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openFixture, WORKSPACE } from '../../pipeline/fixture.ts';
import { store } from '../../repository/stored-functions.ts';
import { type AdminWorld, documentOf, openAdminWorld, USERS } from './admin-world.ts';

describe('/toolset enable, disable and show', () => {
	let world: AdminWorld;
	before(async () => {
		world = await openAdminWorld();
		world.publish(documentOf(USERS));
		await say(`add crm ${world.api.origin}/openapi.json`);
	});
	after(() => world.close());
	const say: AdminWorld['say'] = (line, said) => world.say(`/toolset ${line}`, said);
	const offered = async () => (await world.bot.services.catalogue.toolsets(WORKSPACE)).map(({ name }) => name);

	test('are for admins and for toolsets that exist; to show one is for all', async () => {
		for (const command of ['enable', 'disable']) {
			await assert.rejects(say(`${command} crm`, { isAdmin: false }), { code: 'not-allowed' });
			await assert.rejects(say(`${command} nope`), { code: 'not-found', message: /There are: crm, movies/ });
		}
		assert.match(await say('enable crm'), /`crm` is on already/);
		assert.match(await say('show crm', { isAdmin: false }), /\*\*Customers\*\* as `crm` \(OpenAPI\): 5 tools/);
	});

	test('what is off is offered to no question, tells the functions concerned, and can still be looked at and tried', async () => {
		await store(world.bot.services.functions, 'async function report(): Promise<number> { return 1; }', {
			workspaceId: WORKSPACE,
			tools: [{ tool: 'crm.listUsers', schemaHash: 'x' }],
		});
		const before = await world.bot.services.catalogue.toolsets(WORKSPACE);
		assert.match(
			await say('disable crm'),
			/`crm` is off.*The stored function `report` calls it and is not offered while it is off.*\/toolset enable crm/,
		);
		assert.deepEqual(await offered(), ['movies']);
		assert.match(await say('disable crm'), /off already/);
		assert.match(await say('list'), /"crm","Customers","5","off"/);
		assert.match(await say('show crm'), /It is off.*crm\.listUsers/s);
		assert.match(await say('test crm'), /answered with status 200/);
		assert.match(await say('enable crm'), /`crm` is on: new questions are offered 5 tools/);
		const again = await world.bot.services.catalogue.toolsets(WORKSPACE);
		assert.deepEqual(again, before);
		assert.ok(
			again.every((toolset, at) => toolset === before[at]),
			'what was open is open still',
		);
	});

	test('a question that is asked while it is off cannot call it', async () => {
		await say('disable crm');
		const program =
			'async function list(): Promise<number> {\n\treturn (await crm.listUsers({})).length;\n}\nreturn answer("x", await list());';
		const scaffold = 'async function list(): Promise<number> {}\nreturn answer("x", await list());';
		const asked = world.api.requests.length;
		const { end } = await world.bot.ask('How many users are there?', {
			scaffold: [scaffold],
			plan: [scaffold],
			implement: [program],
			reflect: [program, program, program],
		});
		assert.equal(end.type, 'failure');
		assert.equal(world.api.requests.length, asked);
		await say('enable crm');
	});

	test('one that does not load is listed as such in a word, with where the reason is', async () => {
		await say('auth crm bearer:CRM');
		const withoutSecret = await openFixture({ folder: world.bot.folder });
		try {
			const listed = await say('list', { by: withoutSecret });
			assert.match(listed, /"crm","\(does not load\)","","on"/);
			assert.match(listed, /Why: `\/toolset show crm`\./);
			const shown = await say('show crm', { by: withoutSecret });
			assert.match(shown, /`crm` \(from http:[^)]*\) does not load: .*TOOLSET_SECRET_CRM is not set.*Policy: default/);
			await assert.rejects(say('show nope', { by: withoutSecret }), { code: 'not-found' });
		} finally {
			await withoutSecret.leave();
			await say('auth crm none');
		}
		assert.doesNotMatch(await say('list'), /does not load/);
	});

	test('what is left out is counted in the right number', async () => {
		world.publish(documentOf({ 'GET /users': 'listUsers', 'GET /users/{id}': 'getUser' }));
		assert.match(await say(`add small ${world.api.origin}/openapi.json`), /2 tools \(all read-only\)\. /);
		await say('policy small getUser block');
		assert.match(await say('show small'), /1 tool \(read-only\), 1 operation left out\. /);
		await say('policy small listUsers block');
		assert.match(await say('show small'), /2 operations left out\. /);
		await say('remove small');
	});

	test('many tools come in pages, and are found by words', async () => {
		const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`GET /things/${at}`, `getThing${at}`]));
		world.publish(documentOf({ ...many, 'GET /issues': 'listIssues' }));
		await say(`add big ${world.api.origin}/openapi.json`);
		await assert.rejects(say('show big --page 0'), { code: 'bad-input', message: /--page takes 1 to 3/ });
		await assert.rejects(say('show big --page x'), { code: 'bad-input' });
		const first = await say('show big');
		assert.match(first, /getThing0\(/);
		assert.doesNotMatch(first, /getThing80\(/);
		assert.match(first, /and 121 more: `\/toolset show big --page 2`/);
		assert.match(await say('show big --page 3'), /listIssues/);
		const found = await say('show big ISSUES list');
		assert.match(found, /1 tool of `big` with \\"ISSUES list\\":/);
		assert.doesNotMatch(found, /Calls go to/, 'what the toolset is was said by the whole list');
		assert.doesNotMatch(found, /getThing/);
		const second = await say('show big --page 2 thing');
		assert.match(second, /200 tools of `big` with .*, page 2 of 3:.*getThing80\(.*and 40 more: `\/toolset show big --page 3 thing`/s);
		assert.match(await say('show big --page 3'), /^\[\{"kind":"text","text":"\*\*Customers\*\* as `big`, page 3 of 3:"\}/);
		await assert.rejects(say('show big --page 2 issues'), {
			code: 'bad-input',
			message: 'The search for "issues" has one page: leave --page out.',
		});
		assert.match(await say('show big zzzz'), /No tool of `big` has \\"zzzz\\" in .*Try one word.*`\/toolset show big` lists 201 tools\./);
		assert.match(await say('show big listIsues'), /Did you mean listIssues\?/);
		await say('remove big');
	});
});
