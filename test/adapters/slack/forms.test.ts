import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startCountingApi } from '../../pipeline/counting-api.ts';
import { type Person, type Slack, type View, visibleText } from '../../simulators/slack/slack.ts';
import { serve } from '../../toolset/http/local-server.ts';
import { openSlackWorld } from './bot-process.ts';
import { heard, SAMPLE, SAMPLE_ANSWER, seen, told, whispersTo } from './people-see.ts';

const CHANNEL = 'administration';
const TYPED = 'a-typed-secret-nobody-may-read-1';
const PINNED = 'an-operator-secret-nobody-may-read-2';

interface Scene {
	readonly slack: Slack;
	/** Of an API with three operations. */
	readonly document: string;
	/** Where the document is served. */
	readonly url: string;
}

/** The form that a command opens. */
async function formOf(slack: Slack, person: Person, line: string): Promise<View> {
	const before = slack.views(person).at(-1)?.id;
	await person.command(line, CHANNEL);
	return slack.until(() => slack.views(person).find((view) => view.id !== before));
}

function words({ blocks }: View): string {
	return visibleText({ text: '', blocks });
}

/** The form as it reads in the end, once the bot has looked at what was submitted. */
function reads(slack: Slack, person: Person, wanted: RegExp): Promise<View> {
	return slack.until(() => slack.views(person).find((view) => wanted.test(words(view))));
}

async function connect({ slack, url }: Scene, admin: Person, name: string): Promise<void> {
	await admin.command(`/toolset add ${name} ${url}`, CHANNEL);
	await heard(slack, admin, new RegExp(`as \`${name}\``));
}

/** What /toolset show says of the credential of an API. */
async function credentialOf(slack: Slack, person: Person, name: string): Promise<string> {
	const before = whispersTo(slack, person).length;
	await person.command(`/toolset show ${name}`, CHANNEL);
	await slack.until(() => whispersTo(slack, person).length > before);
	return /Credential: (.*?)\. Policy: /.exec(whispersTo(slack, person).at(-1) ?? '')?.[1] ?? '';
}

const FORMS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
	async 'an API is connected by its address'({ slack, url }) {
		const admin = slack.person('ada', { admin: true });
		const form = await formOf(slack, admin, '/toolset add');
		await admin.submit(form, { name: 'byAddress', 'Address of its OpenAPI or Swagger document': url });
		await reads(slack, admin, /Connected \*Things\* as `byAddress`: 3 tools \(1 that write\)\. Calls go to http:\/\/127\.0\.0\.1/);
	},

	async 'an API is connected by a file'({ slack, document }) {
		const admin = slack.person('ben', { admin: true });
		const form = await formOf(slack, admin, '/toolset add');
		const file = await admin.upload('things.json', document);
		await admin.submit(form, { name: 'byFile', 'The document as a file': file });
		await reads(slack, admin, /Connected \*Things\* as `byFile`/);
		await admin.command('/toolset list', CHANNEL);
		assert.match(visibleText(await heard(slack, admin, /byFile/)), /upload:things\.json/);
	},

	async 'the form tells at each field what is wrong with it'({ slack, url, document }) {
		const admin = slack.person('cleo', { admin: true });
		const form = await formOf(slack, admin, '/toolset add');
		const problems = async (values: Parameters<Person['submit']>[1]) => (await admin.submit(form, values))?.errors ?? {};
		assert.match((await problems({ name: '1st', source: url })).name ?? '', /Use letters and digits, a letter first/);
		assert.match((await problems({ name: 'crm' })).source ?? '', /Give the address of the document, or upload it/);
		assert.match((await problems({ name: 'crm', source: 'crm.example.com' })).source ?? '', /must be an address that starts with https/);
		const file = await admin.upload('things.json', document);
		assert.match((await problems({ name: 'crm', source: url, file })).source ?? '', /an address or a file, not both/);
		assert.match((await problems({ name: 'crm', source: url, 'base-url': 'crm' }))['base-url'] ?? '', /must be an address/);
		assert.match((await problems({ name: 'crm', source: url, auth: 'bearer:' })).auth ?? '', /no usable name/);
	},

	async 'the form comes back with what was typed when the document cannot be used'({ slack, url }) {
		const admin = slack.person('dave', { admin: true });
		const form = await formOf(slack, admin, '/toolset add');
		await admin.submit(form, { name: 'wrong', source: url.replace(/[^/]*$/, 'not-there.json') });
		const back = await reads(slack, admin, /⚠️ .*404/);
		assert.match(words(back), /not-there\.json/, 'what was typed');
		const file = await admin.upload('notes.json', '{ "notes": "no API" }');
		await admin.submit(back, { source: '', file });
		const again = await reads(slack, admin, /⚠️ (?!.*404)/);
		await admin.submit(again, { source: url });
		await reads(slack, admin, /Connected \*Things\* as `wrong`/);
	},

	async 'only admins get a form, and only admins may submit it'({ slack, url }) {
		const [sam, eli] = [slack.person('sam'), slack.person('eli', { admin: true })];
		for (const line of ['/toolset add', '/toolset auth byAddress']) await sam.command(line, CHANNEL);
		await slack.until(
			() => whispersTo(slack, sam).filter((text) => /Only an admin may connect APIs or set credentials/.test(text)).length === 2,
		);
		assert.deepEqual(slack.views(sam), []);

		const form = await formOf(slack, eli, '/toolset add');
		slack.setAdmin(eli, false);
		await eli.submit(form, { name: 'tooLate', source: url });
		await reads(slack, eli, /Only an admin may use \/toolset add/);
		await eli.command('/toolset list', CHANNEL);
		assert.doesNotMatch(visibleText(await heard(slack, eli, /example:movies/)), /tooLate/);
	},

	async 'a credential is typed into a form that says what can be seen'(scene) {
		const { slack } = scene;
		const admin = slack.person('fran', { admin: true });
		await connect(scene, admin, 'typed');
		const form = await formOf(slack, admin, '/toolset auth typed');
		assert.match(words(form), /Slack shows what you type here in plain sight/);
		const problems = async (values: Parameters<Person['submit']>[1]) =>
			Object.values((await admin.submit(form, values))?.errors ?? {}).join();
		assert.match(await problems({}), /Type a secret, or name one that the operator has set/);
		assert.match(await problems({ kind: 'basic', secret: TYPED }), /user name and password with a colon/);
		assert.match(await problems({ kind: 'header', secret: TYPED }), /Type the name of the header/);
		assert.match(await problems({ secret: TYPED, reference: 'THINGS' }), /not both/);
		await admin.submit(form, { kind: 'API key in a header', parameter: 'X-Api-Key', secret: TYPED });
		await reads(slack, admin, /Calls of `typed` carry the credential now\. `\/toolset test typed` shows/);
		assert.equal(await credentialOf(slack, admin, 'typed'), 'header X-Api-Key, typed in');
	},

	async 'an OAuth2 client is typed into a form of its own'(scene) {
		const { slack } = scene;
		const admin = slack.person('olga', { admin: true });
		await connect(scene, admin, 'client');
		assert.match(words(await formOf(slack, admin, '/toolset auth client')), /\/toolset auth client oauth2/);
		const form = await formOf(slack, admin, '/toolset auth client OAuth2');
		assert.match(words(form), /Client secret.*Slack shows what you type here in plain sight/s);
		const submit = (values: Parameters<Person['submit']>[1]) => admin.submit(form, { clientId: 'the bot', secret: TYPED, ...values });
		assert.match(Object.values((await submit({ clientId: 'a:b' }))?.errors ?? {}).join(), /client id has no colon/);
		await submit({});
		await reads(
			slack,
			admin,
			/It was not saved\. The document does not say where access tokens come from.*\/toolset auth client oauth2.* opens the form again/s,
		);
		assert.equal(await credentialOf(slack, admin, 'client'), 'none');
		await admin.submit(await formOf(slack, admin, '/toolset auth client oauth2'), {
			...{ clientId: 'the bot', secret: TYPED, tokenUrl: 'https://auth.example.com/token', scope: 'read write' },
		});
		await reads(slack, admin, /Calls of `client` carry the credential now/);
		assert.equal(await credentialOf(slack, admin, 'client'), 'oauth2, typed in, tokens from https://auth.example.com/token (read write)');
	},

	async "a credential is one of the operator's, where the operator lets it go"(scene) {
		const { slack } = scene;
		const admin = slack.person('gus', { admin: true });
		await connect(scene, admin, 'named');
		const name = async (reference: string, outcome: RegExp) => {
			await admin.submit(await formOf(slack, admin, '/toolset auth named'), { reference });
			await reads(slack, admin, outcome);
		};
		await name('bearer:UNPINNED', /It was not saved\. .*TOOLSET_SECRET_UNPINNED_HOSTS.*opens the form again/s);
		await name('bearer:MISSING', /It was not saved\. .*TOOLSET_SECRET_MISSING/);
		assert.equal(await credentialOf(slack, admin, 'named'), 'none');
		await name('bearer:THINGS', /Calls of `named` carry the credential now/);
		assert.equal(await credentialOf(slack, admin, 'named'), 'bearer, from TOOLSET_SECRET_THINGS');
		await admin.command('/toolset auth named none', CHANNEL);
		await heard(slack, admin, /carry no credential any more/);
	},

	async 'rights that are gone when a credential is submitted do not count'(scene) {
		const { slack } = scene;
		const admin = slack.person('hal', { admin: true });
		await connect(scene, admin, 'late');
		const form = await formOf(slack, admin, '/toolset auth late');
		slack.setAdmin(admin, false);
		await admin.submit(form, { secret: TYPED });
		await reads(slack, admin, /It was not saved\. Only an admin may set credentials/);
		assert.equal(await credentialOf(slack, admin, 'late'), 'none');
	},

	async 'the form for an API that is not there says which are'({ slack }) {
		const admin = slack.person('ida', { admin: true });
		await admin.command('/toolset auth nowhere', CHANNEL);
		await heard(slack, admin, /There is no toolset named nowhere\. There are: .*movies/);
		assert.deepEqual(slack.views(admin), []);
	},

	async 'an API is removed after a yes'(scene) {
		const { slack } = scene;
		const admin = slack.person('joy', { admin: true });
		await connect(scene, admin, 'removable');
		const ask = () => admin.command('/toolset remove removable', CHANNEL);
		const question = /`removable` has 3 tools \(1 that write\)\. No stored function calls it\.\s+Disconnect it\?/;
		await ask();
		const card = await heard(slack, admin, question);
		const { confirm } = await admin.click(card, 'Yes, do it', { dismiss: true });
		assert.match(JSON.stringify(confirm), /Are you sure\?/);
		await admin.click(card, 'Cancel');
		await heard(slack, admin, /Nothing was changed\./);
		assert.equal(await credentialOf(slack, admin, 'removable'), 'none', 'still there');
		await ask();
		await admin.click(await heard(slack, admin, question), 'Yes, do it');
		await heard(slack, admin, /Disconnected `removable`/);
		await ask();
		await heard(slack, admin, /There is no toolset named removable/);
	},

	async 'a yes of somebody who is no admin any more changes nothing'(scene) {
		const { slack } = scene;
		const admin = slack.person('kim', { admin: true });
		await connect(scene, admin, 'kept');
		await admin.command('/toolset remove kept', CHANNEL);
		const card = await heard(slack, admin, /`kept` has .*\s+Disconnect it\?/);
		slack.setAdmin(admin, false);
		await admin.click(card, 'Yes, do it');
		await heard(slack, admin, /Only an admin may use \/toolset remove/);
		assert.equal(await credentialOf(slack, admin, 'kept'), 'none', 'still there');
	},

	async 'a refresh that takes something away is made after a yes'(scene) {
		const { slack, url } = scene;
		const admin = slack.person('rik', { admin: true });
		await connect({ ...scene, url: url.replace(/[^/]*$/, 'shrinking.json') }, admin, 'shrinking');
		await admin.command('/toolset refresh shrinking', CHANNEL);
		await admin.click(await heard(slack, admin, /Refresh of `shrinking`: 1 tool gone\./), 'Yes, do it');
		await heard(slack, admin, /Refreshed `shrinking`: 1 tool gone\./);
		await admin.command('/toolset show shrinking', CHANNEL);
		await heard(slack, admin, /as `shrinking` \(OpenAPI\): 2 tools/);
	},

	async 'what goes out unasked is asked about'(scene) {
		const { slack } = scene;
		const admin = slack.person('ola', { admin: true });
		await connect(scene, admin, 'ruled');
		await admin.command('/toolset policy ruled writes run', CHANNEL);
		await admin.click(await heard(slack, admin, /1 tool of `ruled` .*without asking anybody/), 'Yes, do it');
		await heard(slack, admin, /writes.* of `ruled`: run \(1 tool\)/);
		await admin.command('/toolset disable ruled', CHANNEL);
		await heard(slack, admin, /`ruled` is off/);
		await admin.command('/toolset list', CHANNEL);
		await heard(slack, admin, /off, 1 rule/);
	},

	async 'a function is forgotten after a yes'({ slack }) {
		const admin = slack.person('lou', { admin: true });
		const thread = await admin.say('films', SAMPLE, { mention: true });
		await seen(slack, thread, SAMPLE_ANSWER);
		const question =
			/`countDirectedMovies` calls `findPersonId` and could not be reused any more\.\s+Nothing could restore it\.\s+Delete the function `findPersonId` for good\?/;
		const card = await told(slack, admin, '/functions forget findPersonId --for-good', CHANNEL, question);
		await admin.click(card, 'Cancel');
		await heard(slack, admin, /Nothing was changed\./);
		await admin.command('/functions forget findPersonId --for-good', CHANNEL);
		await admin.click(await heard(slack, admin, /Delete the function `findPersonId`/), 'Yes, do it');
		await heard(slack, admin, /Deleted `findPersonId` for good\./);
		await admin.command('/functions forget findPersonId --for-good', CHANNEL);
		await heard(slack, admin, /There is no stored function named findPersonId/);
	},
};

/** The document with its first paths alone. */
function withPaths(document: string, most: number): string {
	const { paths, ...rest } = JSON.parse(document);
	return JSON.stringify({ ...rest, paths: Object.fromEntries(Object.entries(paths).slice(0, most)) });
}

async function prepare(context: TestContext) {
	const api = await startCountingApi();
	let reads = 0;
	const documents = await serve(({ url }, response) => {
		if (url === '/shrinking.json')
			return void response.setHeader('content-type', 'application/json').end(withPaths(api.document, reads++ === 0 ? 9 : 1));
		if (url === '/openapi.json') response.setHeader('content-type', 'application/json').end(api.document);
		else response.writeHead(404).end('nothing here');
	});
	context.after(async () => {
		api.close();
		await documents.close();
	});
	const { servers } = JSON.parse(api.document) as { readonly servers: readonly { readonly url: string }[] };
	return { document: api.document, url: `${documents.origin}/openapi.json`, host: new URL(servers[0]?.url ?? '').host };
}

test('admins fill in forms', { concurrency: true }, async (context) => {
	const served = await prepare(context);
	const { slack, start, logs } = await openSlackWorld(context, { mode: 'socket' });
	const settings = {
		ALLOW_PRIVATE_HOSTS: '127.0.0.1',
		TOOLSET_SECRET_THINGS: PINNED,
		TOOLSET_SECRET_THINGS_HOSTS: served.host,
		TOOLSET_SECRET_UNPINNED: PINNED,
	};
	const [bot] = await start(settings);
	await Promise.all(Object.entries(FORMS).map(([name, fill]) => context.test(name, () => fill({ slack, ...served }))));

	await context.test('without an encryption key no secret can be typed', async () => {
		await bot?.end();
		await start({ ...settings, ENCRYPTION_KEY: '' });
		const admin = slack.person('max', { admin: true });
		await connect({ slack, ...served }, admin, 'unsealed');
		const form = await formOf(slack, admin, '/toolset auth unsealed');
		assert.match(words(form), /the operator has not set `ENCRYPTION_KEY`/);
		await assert.rejects(admin.submit(form, { secret: TYPED }), /no field "secret"/);
		await admin.submit(form, { reference: 'bearer:THINGS' });
		await reads(slack, admin, /carry the credential now/);
	});
	for (const secret of [TYPED, PINNED]) {
		assert.ok(!slack.transcriptText().includes(secret), 'people could read a secret');
		assert.ok(!logs().includes(secret), 'the log holds a secret');
	}
});
