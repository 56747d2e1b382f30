import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { openFixture, WORKSPACE } from '../../pipeline/fixture.ts';
import { store } from '../../repository/stored-functions.ts';
import { json, serve } from '../../toolset/http/local-server.ts';
import { type AdminWorld, documentOf, openAdminWorld, USERS } from './admin-world.ts';

describe('/toolset refresh', () => {
	let world: AdminWorld;
	before(async () => {
		world = await openAdminWorld();
	});
	after(() => world.close());
	beforeEach(async () => {
		world.publish(documentOf(USERS));
		await say(`add crm ${world.api.origin}/openapi.json`);
	});
	afterEach(() => say('remove crm'));

	const say: AdminWorld['say'] = (line, said) => world.say(`/toolset ${line}`, said);
	const ask = (line: string) => world.ask(`/toolset ${line}`);
	const agree: AdminWorld['agree'] = (line, said) => world.agree(`/toolset ${line}`, said);
	const crm = async () => (await world.bot.services.catalogue.list(WORKSPACE)).find(({ name }) => name === 'crm') ?? assert.fail();
	const tools = async () => [...((await world.bot.services.catalogue.load(WORKSPACE, 'crm'))?.tools.keys() ?? [])];
	const { 'DELETE /users/{id}': _deletion, ...withoutDeletion } = USERS;

	test('is for admins, for toolsets that exist, and says what cannot be read', async () => {
		await assert.rejects(say('refresh crm', { isAdmin: false }), { code: 'not-allowed' });
		await assert.rejects(ask('refresh nope'), { code: 'not-found' });
		await assert.rejects(say(`refresh crm ${world.api.origin}/gone`), { code: 'document' });
		await assert.rejects(say('refresh crm example:movies'), { code: 'bad-input', message: /under a name of its own/ });
		world.publish({ openapi: '3.1.0', info: { title: 'Empty', version: '1' }, paths: {} });
		await assert.rejects(agree('refresh crm'), { code: 'document' });
		await assert.rejects(say('refresh crm --yes 0123456789abcdef'), { code: 'bad-input', message: /refresh crm again/ });
		assert.deepEqual([(await tools()).length, (await crm()).refreshedAt], [5, undefined]);
	});

	test('an example has nothing to refresh, and an upload has no address', async () => {
		assert.match(await agree('refresh movies'), /comes with the bot/);
		const { catalogue } = world.bot.services;
		const record = { workspaceId: WORKSPACE, name: 'pets', source: 'upload:pets.json', addedAt: '', addedBy: 'ada' };
		await catalogue.add(record, JSON.stringify(documentOf(USERS, { servers: [{ url: world.api.origin }] })));
		await assert.rejects(ask('refresh pets'), { code: 'bad-input', message: /uploaded \(pets\.json\).*\/toolset refresh pets https:/ });
		assert.match(await agree(`refresh pets ${world.api.origin}/openapi.json`), /Nothing changed/);
		assert.match(await say('list'), new RegExp(`"pets",[^\\]]*"${world.api.origin}/openapi.json"`));
		await say('remove pets');
	});

	test('where nothing changed it says so', async () => {
		assert.equal((await ask('refresh crm')).question, undefined);
		assert.match(await agree('refresh crm'), /Nothing changed: `crm` is as it was/);
		const { refreshedAt = '', refreshedBy } = await crm();
		assert.deepEqual([Math.abs(Date.now() - Date.parse(refreshedAt)) < 60_000, refreshedBy], [true, 'ada']);
		assert.match(await say('show crm'), new RegExp(`Added ${refreshedAt.slice(0, 10)}, refreshed ${refreshedAt.slice(0, 10)}`));
	});

	test('additions and words are taken over without a question', async () => {
		world.publish(documentOf({ ...USERS, 'GET /orders': 'listOrders' }, { info: { title: 'Clients', version: '2' } }));
		assert.equal((await ask('refresh crm')).question, undefined);
		const said = await agree('refresh crm');
		assert.match(said, /Refreshed `crm`: 1 tool new\.\\nThe document is called \*\*Clients\*\* now, formerly Customers\./);
		assert.match(said, /\["new","listOrders","GET \/orders; read, run"\]/);
		assert.equal((await tools()).length, 6);
	});

	test('a removal is asked about with the functions and rules it concerns, and a script has to name what it was shown', async () => {
		await store(world.bot.services.functions, 'async function purge(): Promise<number> { return 1; }', {
			workspaceId: WORKSPACE,
			tools: [{ tool: 'crm.deleteUser', schemaHash: 'x' }],
		});
		await say('policy crm deleteUser block');
		world.publish(documentOf(withoutDeletion));
		const { question = '', options } = await ask('refresh crm');
		assert.match(
			question,
			/^Refresh of `crm`: 1 tool gone\. The policy still has rules for `deleteUser`.* Quarantines `purge` \(calls crm\.deleteUser, which is gone\): .*\nApply this\?$/,
		);
		const refused = await say('refresh crm').catch((error: Error) => error.message);
		const [, command = ''] = /This does it: \/toolset (.*)$/.exec(refused) ?? assert.fail(refused);
		assert.equal(command, `refresh crm --yes ${options?.yes}`);
		assert.equal((await crm()).refreshedAt, undefined);
		assert.match(await say(command), /\["gone","deleteUser","DELETE \/users\/\{id\}"\]/);
		assert.deepEqual((await crm()).policy, { tools: { deleteUser: 'block' } });
		assert.match(await say('policy crm'), /\["deleteUser","block","no such tool any more"\]/);
		await say('policy crm deleteUser default');
	});

	test('of many functions that break it explains a few, and also tells of those that an earlier change broke', async () => {
		const { functions } = world.bot.services;
		const caller = (name: string) =>
			store(functions, `async function ${name}(): Promise<number> { return 1; }`, {
				workspaceId: WORKSPACE,
				tools: [{ tool: 'crm.deleteUser', schemaHash: 'x' }],
			});
		const names = Array.from({ length: 12 }, (_, n) => `purge${String(n).padStart(2, '0')}`);
		for (const name of names) await caller(name);
		world.publish(documentOf(withoutDeletion));
		const { question = '' } = await ask('refresh crm');
		assert.match(question, /Quarantines `purge00` .*, `purge04` \(calls crm\.deleteUser, which is gone\) and 7 more: not offered any more/);
		await agree('refresh crm');
		await caller('purgeLate');
		assert.match(
			await agree('refresh crm'),
			/Nothing changed: `crm` is as it was\.\\nQuarantines `purgeLate` \(calls crm\.deleteUser, which is gone\): /,
		);
		assert.equal((await functions.get(WORKSPACE, 'purgeLate'))?.state, 'quarantined');
		assert.doesNotMatch(await agree('refresh crm'), /Quarantines/);
		for (const name of [...names, 'purgeLate']) await functions.delete(WORKSPACE, { name, version: 1 });
	});

	test('what was confirmed is applied, whatever the source says by then', async () => {
		world.publish(documentOf(withoutDeletion));
		const { options } = await ask('refresh crm');
		world.publish(documentOf({ 'GET /users': 'listUsers' }));
		await say(`refresh crm --yes ${options?.yes}`);
		assert.deepEqual(await tools(), ['listUsers', 'createUser', 'getUser', 'replaceUser']);
	});

	test('an older question is not answered by a yes to what was read since, nor after a change', async () => {
		world.publish(documentOf(withoutDeletion));
		const first = await ask('refresh crm');
		world.publish(documentOf({ 'GET /users': 'listUsers' }));
		const second = await ask('refresh crm');
		await assert.rejects(say(`refresh crm --yes ${first.options?.yes}`), { code: 'bad-input', message: /read again/ });
		await say('auth crm bearer:CRM');
		await assert.rejects(say(`refresh crm --yes ${second.options?.yes}`), { code: 'bad-input', message: /was changed/ });
		assert.equal((await tools()).length, 5);
	});

	test('what is called more freely is asked about: another effect, and a new name that a rule does not meet', async () => {
		await say('policy crm deleteUser block');
		world.publish(documentOf({ ...withoutDeletion, 'DELETE /users/{id}': 'eraseUser' }));
		const { question = '' } = await ask('refresh crm');
		assert.match(question, /1 tool changed\. Fewer questions are asked before calls of `eraseUser`\./);
		const said = await agree('refresh crm');
		assert.match(said, /\["changed","eraseUser","was deleteUser; rule block → ask-twice"\]/);
		world.publish(documentOf({ ...withoutDeletion, 'GET /erase': 'eraseUser' }));
		assert.match((await ask('refresh crm')).question ?? '', /Fewer questions are asked before calls of `eraseUser`/);
	});

	test('of a changed tool it tells what changed, through references', async () => {
		const withFields = (fields: object, list: object) =>
			documentOf(
				{},
				{
					paths: {
						'/users': {
							get: {
								operationId: 'listUsers',
								responses: {
									200: { description: 'ok', content: { 'application/json': { schema: { $ref: '#/components/schemas/List' } } } },
								},
							},
							post: {
								operationId: 'createUser',
								requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/User' } } } },
								responses: { 201: { description: 'ok' } },
							},
						},
					},
					components: {
						schemas: {
							User: { type: 'object', properties: { name: { type: 'string' }, ...fields } },
							List: { type: 'object', properties: list as never },
						},
					} as never,
				},
			);
		world.publish(withFields({}, { total: { type: 'integer' } }));
		await agree('refresh crm');
		world.publish(withFields({ email: { type: 'string' } }, { total: { type: 'integer' } }));
		assert.match(await agree('refresh crm'), /\["changed","createUser","input"\]\]/);
		world.publish(withFields({ email: { type: 'string' } }, { total: { type: 'string' } }));
		assert.match(await agree('refresh crm'), /\["changed","listUsers","output"\]\]/);
	});

	test('a document that leads elsewhere does not take a credential that was typed in along, and says what to do', async () => {
		const thief = await serve((_, response) => json(response, []));
		try {
			await world.bot.services.catalogue.setCredential(WORKSPACE, 'crm', { form: 'bearer', secret: 'trustno1trustno1' });
			const before = await crm();
			world.publish(documentOf(USERS, { servers: [{ url: thief.origin }] }));
			await assert.rejects(ask('refresh crm'), { code: 'not-allowed', message: /Nothing was changed\..*\/toolset auth crm none/ });
			await assert.rejects(say('refresh crm'), { code: 'not-allowed' });
			assert.deepEqual(await crm(), before);
			await say('auth crm none');
			assert.match(
				(await ask('refresh crm')).question ?? '',
				new RegExp(`Calls go to \\*\\*${thief.origin}\\*\\* instead of ${world.api.origin}\\.`),
			);
			await agree('refresh crm');
			assert.equal(JSON.stringify(thief.requests).includes('trustno1'), false);
		} finally {
			await thief.close();
		}
	});

	test("at the console the operator's credential goes elsewhere only after a yes that names it", async () => {
		await say('auth crm bearer:CRM');
		world.publish(documentOf(USERS, { servers: [{ url: 'https://elsewhere.example.com' }] }));
		await assert.rejects(say('refresh crm'), {
			code: 'not-allowed',
			message: /elsewhere\.example\.com.*with the credential \(bearer, from TOOLSET_SECRET_CRM\)/,
		});
		assert.match(await say('show crm'), new RegExp(`Calls go to ${world.api.origin}`));
	});

	test('policy, state and credential stay', async () => {
		await world.bot.services.catalogue.setCredential(WORKSPACE, 'crm', { form: 'bearer', secret: 'trustno1trustno1' });
		await say('policy crm writes block');
		await say('disable crm');
		const { policy, disabled, credential, sealed } = await crm();
		world.publish(documentOf({ ...USERS, 'GET /orders': 'listOrders' }));
		await agree('refresh crm');
		const now = await crm();
		assert.deepEqual(
			{ policy: now.policy, disabled: now.disabled, credential: now.credential, sealed: now.sealed },
			{ policy, disabled, credential, sealed },
		);
		const toolset = await world.bot.services.catalogue.load(WORKSPACE, 'crm');
		await toolset?.call(toolset.tools.get('listOrders') ?? assert.fail(), {}, { signal: AbortSignal.timeout(5_000) });
		assert.equal(world.api.requests.at(-1)?.headers.authorization, 'Bearer trustno1trustno1');
	});

	test('two processes: of two refreshes one is told that somebody was faster, and both go on with what was stored', async () => {
		const other = await openFixture({ folder: world.bot.folder });
		try {
			world.publish(documentOf(withoutDeletion));
			const first = await ask('refresh crm');
			const line = `refresh crm --yes ${first.options?.yes}`;
			const both = await Promise.allSettled([say(line), say(line, { by: other })]);
			assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
			for (const { services } of [world.bot, other]) {
				const toolsets = await services.catalogue.toolsets(WORKSPACE);
				assert.equal(toolsets.find(({ name }) => name === 'crm')?.tools.has('deleteUser'), false);
			}
		} finally {
			await other.leave();
		}
	});
});
