import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { WORKSPACE } from '../../pipeline/fixture.ts';
import { CLIENT_ID, startTokenServer } from '../../toolset/http/token-server.ts';
import { type AdminWorld, documentOf, openAdminWorld, USERS } from './admin-world.ts';

const SECRET = 'trustno1trustno1';

describe('/toolset test', () => {
	let world: AdminWorld;
	let answer: (authorization: string | undefined, url: string) => readonly [number, unknown] = () => [200, []];
	before(async () => {
		world = await openAdminWorld(({ headers, url }) => answer(headers.authorization, url));
		world.publish(documentOf(USERS));
		await say(`add crm ${world.api.origin}/openapi.json`);
	});
	after(() => world.close());
	const say: AdminWorld['say'] = (line, said) => world.say(`/toolset ${line}`, said);

	test('is for admins, and calls only what exists, reads and is not blocked', async () => {
		const asked = world.api.requests.length;
		await assert.rejects(say('test crm', { isAdmin: false }), { code: 'not-allowed' });
		await assert.rejects(say('test nope'), { code: 'not-found' });
		await assert.rejects(say('test crm listUser'), { code: 'not-found', message: /Did you mean listUsers\?/ });
		await assert.rejects(say('test crm createUser'), { code: 'not-allowed', message: /POST \/users/ });
		for (const text of ['{', '[1]', '"x"', 'id=1'])
			await assert.rejects(say(`test crm getUser ${text}`), { code: 'bad-input', message: /one JSON object/ });
		await say('policy crm writes run --yes');
		await assert.rejects(say('test crm createUser {}'), { code: 'not-allowed' });
		await say('policy crm getUser block');
		await assert.rejects(say('test crm getUser {"id": 1}'), { code: 'not-allowed', message: /policy crm getUser default/ });
		await say('policy crm all default');
		assert.equal(world.api.requests.length, asked);
	});

	test('calls the first read that needs nothing, and shows what it is called and the beginning of what comes back', async () => {
		answer = () => [200, Array.from({ length: 50 }, (_, id) => ({ id, note: 'x'.repeat(500) }))];
		const said = await say('test crm');
		assert.match(said, new RegExp(`\`GET ${world.api.origin}/users\` \\(crm\\.listUsers\\) answered with status 200 after \\d+ ms\\.`));
		assert.match(said, /It was sent no credential\./);
		assert.match(said, /"code":"\[\\n {2}\{\\n {4}\\"id\\": 0,\\n… and \d+ more lines"/);
	});

	test('calls the one that is named with its arguments, also where a rule asks a person', async () => {
		answer = (_, url) => [200, url];
		await say('policy crm reads ask');
		assert.match(await say('test crm getUser {"id": 7}'), /users\/7` \(crm\.getUser\) answered.*"code":"\/users\/7"/s);
		assert.match(await say('test crm crm.getUser {"id": 8}'), /"code":"\/users\/8"/);
		assert.match(await say('test crm getUser {"id": "seven"}'), /failed after.*integer/s);
		assert.match(
			await say('test crm'),
			/No tool of `crm` that only reads runs unasked and without arguments\. .*`\/toolset test crm listUsers \{\}`/,
		);
		await say('policy crm all default');
	});

	test('says whether a credential is wanted, sent and taken, and never shows it', async () => {
		answer = (authorization) =>
			authorization === `Bearer ${SECRET}` ? [200, { authorization }] : [401, { message: `no: ${authorization}` }];
		assert.match(
			await say('test crm'),
			/failed after \d+ ms: 401 Unauthorized: no: undefined.*It was sent no credential, and wants one: `\/toolset auth crm` sets it\./,
		);
		await say('auth crm bearer:CRM');
		assert.match(await say('test crm'), /The credential \(bearer, from TOOLSET_SECRET_CRM\) was sent and refused\..*`\/toolset auth crm`/);
		await world.bot.services.catalogue.setCredential(WORKSPACE, 'crm', { form: 'bearer', secret: SECRET });
		const taken = await say('test crm');
		assert.match(taken, /The credential \(bearer, typed in\) was sent and not refused\./);
		for (const secret of [SECRET, 'hunter2hunter2']) assert.doesNotMatch(taken, new RegExp(secret));
		await say('auth crm none');
	});

	test('of a credential that gets no token it says that nothing was sent, and why', async () => {
		const tokens = await startTokenServer();
		try {
			const { catalogue } = world.bot.services;
			const typed = { form: 'oauth2', secret: `${CLIENT_ID}:not-the-secret` } as const;
			await catalogue.setCredential(WORKSPACE, 'crm', { ...typed, oauth2: { tokenUrl: tokens.tokenUrl } });
			const asked = world.api.requests.length;
			const said = await say('test crm');
			assert.match(
				said,
				/\(crm\.listUsers\) failed after \d+ ms: No access token: 127\.0\.0\.1:\d+ answered with status 401 \(invalid_client/,
			);
			assert.match(said, /was not sent to the API, nor was the call: .* there is none\. Another one is set with `\/toolset auth crm`\./);
			assert.doesNotMatch(said, /not-the-secret|was sent and/);
			assert.equal(world.api.requests.length, asked);
		} finally {
			await say('auth crm none');
			await tokens.close();
		}
	});

	test('what a failure with a status says, it says once', async () => {
		answer = () => [404, { message: 'gone fishing' }];
		assert.match(await say('test crm'), /failed after \d+ ms: 404 Not Found: gone fishing\\n/);
		await say('auth crm bearer:CRM');
		assert.match(await say('test crm'), /was sent and not refused\./);
		assert.match(await say('test crm getUser {"id": "x"}'), /was not sent, nor was anything else\./);
		await say('auth crm none');
	});

	test('says what is wrong with a server that is not there, and what to type where nothing can be called alone', async () => {
		world.publish(documentOf({ 'GET /users/{id}': 'getUser' }, { servers: [{ url: 'http://127.0.0.1:9' }] }));
		await say(`add other ${world.api.origin}/openapi.json`);
		assert.match(await say('test other'), /Name one and give its arguments: `\/toolset test other getUser \{\\"id\\":1\}`/);
		assert.match(await say('test other getUser {"id": 1}'), /failed after \d+ ms/);
		world.publish(documentOf({ 'POST /users': 'createUser' }));
		await say(`add writer ${world.api.origin}/openapi.json`);
		assert.match(await say('test writer'), /has no tool that only reads/);
	});

	test('an example is tried as well', async () => {
		assert.match(await say('test movies'), /answered with status 200/);
	});
});
