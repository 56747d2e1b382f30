import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startCountingApi } from '../../pipeline/counting-api.ts';
import type { Discord, Modal, OptionValue, Person } from '../../simulators/discord/discord.ts';
import { serve } from '../../toolset/http/local-server.ts';
import { openDiscordWorld } from './bot-process.ts';
import { answered, answersTo, asRead, assertMannerly, commanded, shownIn } from './people-see.ts';

const CHANNEL = 'administration';
const TYPED = 'a-typed-secret-nobody-may-read-1';
const PINNED = 'an-operator-secret-nobody-may-read-2';

type Values = Parameters<Person['submit']>[0];

interface Scene {
	readonly discord: Discord;
	/** Of an API with three operations. */
	readonly document: string;
	/** Where the document is served. */
	readonly url: string;
}

/** The form that a command opens. */
async function formOf(discord: Discord, person: Person, path: string, options: Record<string, OptionValue> = {}): Promise<Modal> {
	await person.command(path, options, CHANNEL);
	const form = discord.modal(person);
	assert.ok(form, `/${path} has opened no form`);
	return form;
}

/** Opens a form, fills it in, and gives what only this person reads then. */
async function filledIn(
	discord: Discord,
	person: Person,
	path: string,
	options: Record<string, OptionValue>,
	values: Values,
	words: RegExp,
) {
	await formOf(discord, person, path, options);
	const handle = await person.submit(values);
	const answer = await answered(discord, handle, words);
	for (const message of answersTo(handle)) assert.equal(message.ephemeralFor, person.id);
	return asRead(answer);
}

function connect({ discord, url }: Scene, admin: Person, name: string): Promise<unknown> {
	return commanded(discord, admin, 'toolset add', { name, source: url }, new RegExp(`as \`${name}\``), CHANNEL);
}

/** What /toolset show says of the credential of an API. */
async function credentialOf(discord: Discord, person: Person, name: string): Promise<string> {
	const shown = asRead(await commanded(discord, person, 'toolset show', { name }, /Credential: /, CHANNEL));
	return /Credential: (.*?)\. Policy: /.exec(shown)?.[1] ?? '';
}

const FORMS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
	async 'an API is connected by its address'({ discord, url }) {
		const admin = discord.person('ada', { admin: true });
		const told = await filledIn(discord, admin, 'toolset add', {}, { name: 'byAddress', source: url }, /Connected/);
		assert.match(told, /Connected \*\*Things\*\* as `byAddress`: 3 tools \(1 that write\)\. Calls go to http:\/\/127\.0\.0\.1/);
	},

	async 'an API is connected by a file'({ discord, document }) {
		const admin = discord.person('ben', { admin: true });
		const file = { name: 'things.json', content: document };
		await filledIn(discord, admin, 'toolset add', {}, { name: 'byFile', file }, /Connected \*\*Things\*\* as `byFile`/);
		await commanded(discord, admin, 'toolset list', {}, /byFile.*upload:things\.json/, CHANNEL);
	},

	async 'what was given with the command stands in the form'({ discord, url }) {
		const admin = discord.person('bea', { admin: true });
		const given = { name: 'prefilled', 'base-url': 'https://prefilled.example.com/v1', auth: 'bearer:THINGS' };
		const form = await formOf(discord, admin, 'toolset add', given);
		for (const value of Object.values(given)) assert.ok(JSON.stringify(form).includes(`"value":${JSON.stringify(value)}`), value);
		await answered(discord, await admin.submit({ source: url, auth: '' }), /as `prefilled`.*https:\/\/prefilled\.example\.com\/v1/);
	},

	async 'the form opens whatever was given with the command, and however long it is'({ discord }) {
		const admin = discord.person('beo', { admin: true });
		const form = await formOf(discord, admin, 'toolset add', { name: 'n'.repeat(6000), auth: `bearer:${'N'.repeat(5000)}` });
		assert.equal(form.title, 'Connect an API');
		const handle = await admin.command('toolset auth', { name: 'n'.repeat(6000) }, CHANNEL);
		await answered(discord, handle, /There is no toolset named n+/);
	},

	async 'what is wrong with the form is told, without what was typed into it'({ discord, url, document }) {
		const admin = discord.person('cleo', { admin: true });
		const wrong: readonly (readonly [values: Values, words: RegExp])[] = [
			[{ name: '1st', source: url }, /^name: Use letters and digits, a letter first/],
			[{ name: 'crm' }, /^source: Give the address of the document, or upload it/],
			[{ name: 'crm', source: 'crm.example.com' }, /^source: This must be an address that starts with https/],
			[{ name: 'crm', source: url, file: { name: 'things.json', content: document } }, /^source: Give an address or a file, not both/],
			[{ name: 'crm', source: url, 'base-url': 'crm' }, /^base-url: This must be an address/],
			[{ name: 'crm', source: url, auth: `bearer:${TYPED}` }, /^auth: .*(?:no usable name|looks like a secret|cannot be read)/],
			[{ name: '1st', source: 'crm', auth: 'bearer:' }, /name: .*\nsource: .*\nauth: .*\nType \/toolset add again\.$/s],
		];
		for (const [values, words] of wrong) await filledIn(discord, admin, 'toolset add', {}, values, words);
		await assert.rejects(
			formOf(discord, admin, 'toolset add').then(() => admin.submit({ source: url })),
			/This field is required/,
		);
	},

	async 'a document that cannot be used is told of'({ discord, url }) {
		const admin = discord.person('dave', { admin: true });
		const missing = url.replace(/[^/]*$/, 'not-there.json');
		await filledIn(discord, admin, 'toolset add', {}, { name: 'wrong', source: missing }, /404/);
		const files = [
			{ name: 'notes.json', content: '{ "notes": "no API" }' },
			{ name: 'notes.txt', content: 'Dear diary' },
			{ name: 'nothing.yaml', content: '' },
			{ name: 'image.png', content: '\u0000\u0001\ufffd'.repeat(1000) },
		];
		for (const file of files) {
			const told = await filledIn(discord, admin, 'toolset add', {}, { name: 'wrong', file }, /./);
			assert.match(told, /OpenAPI|Swagger|The document is empty/, file.name);
		}
		await commanded(discord, admin, 'toolset show', { name: 'wrong' }, /There is no toolset named wrong/, CHANNEL);
	},

	async 'only admins get a form, and only admins may submit it'({ discord, url }) {
		const [sam, eli] = [discord.person('sam'), discord.person('eli', { admin: true })];
		for (const [path, options] of [
			['toolset add', {}],
			['toolset auth', { name: 'movies' }],
		] as const) {
			const handle = await sam.command(path, options, CHANNEL);
			const refused = await answered(discord, handle, /Only an admin may connect APIs or set credentials\./);
			assert.equal(refused.ephemeralFor, sam.id);
		}
		assert.equal(discord.modal(sam), undefined);

		await formOf(discord, eli, 'toolset add');
		discord.setAdmin(eli, false);
		await answered(discord, await eli.submit({ name: 'tooLate', source: url }), /Only an admin may use \/toolset add/);
		await commanded(discord, eli, 'toolset show', { name: 'tooLate' }, /There is no toolset named tooLate/, CHANNEL);
	},

	async 'outside of a server, where nobody sees whose APIs it is about, there is no form'({ discord }) {
		const admin = discord.person('doug', { admin: true });
		for (const [path, options] of [
			['toolset add', {}],
			['toolset auth', { name: 'movies' }],
		] as const) {
			await answered(discord, await admin.command(path, options, 'dm'), /Type this command in the server that it is about/);
		}
		assert.equal(discord.modal(admin), undefined);
	},

	async 'what lacks its name opens the form, with what was given'({ discord, url }) {
		const admin = discord.person('nora', { admin: true });
		await admin.command('toolset add', { 'base-url': url, source: url }, CHANNEL);
		assert.ok(JSON.stringify(discord.modal(admin)?.components).includes(url));
	},

	async 'a credential is typed into a form that says what can be seen'(scene) {
		const { discord } = scene;
		const admin = discord.person('fran', { admin: true });
		await connect(scene, admin, 'typed');
		const set = (values: Values, words: RegExp) => filledIn(discord, admin, 'toolset auth', { name: 'typed' }, values, words);
		const form = await formOf(discord, admin, 'toolset auth', { name: 'typed' });
		assert.match(JSON.stringify(form), /Discord shows what you type here in plain sight/);
		assert.equal(form.title, 'Credential of typed');
		const again = 'Type /toolset auth typed again\\.$';
		await set({}, new RegExp(`^It was not saved\\. Type a secret, or name one that the operator has set\\. ${again}`));
		await set({ kind: 'basic', secret: TYPED }, /It was not saved\. Type user name and password with a colon/);
		await set({ kind: 'header', secret: TYPED }, /It was not saved\. Type the name of the header/);
		await set({ kind: 'header', parameter: 'no header', secret: TYPED }, /It was not saved\. Type the name of the header/);
		await set({ secret: TYPED, reference: 'THINGS' }, /It was not saved\. Type a secret, or name one of the operator, not both\./);
		await set({ reference: TYPED }, /It was not saved\. The (?:credential )?reference/);
		assert.equal(await credentialOf(discord, admin, 'typed'), 'none');
		await set(
			{ kind: 'API key in a header', parameter: 'X-Api-Key', secret: TYPED },
			/Calls of `typed` carry the credential now\. `\/toolset test typed` shows/,
		);
		assert.equal(await credentialOf(discord, admin, 'typed'), 'header X-Api-Key, typed in');
	},

	async 'an OAuth2 client is typed into a form of its own'(scene) {
		const { discord } = scene;
		const admin = discord.person('olga', { admin: true });
		await connect(scene, admin, 'client');
		const asked = { name: 'client', reference: 'OAuth2' };
		const form = await formOf(discord, admin, 'toolset auth', asked);
		assert.match(JSON.stringify(form), /Discord shows what you type here in plain sight/);
		assert.equal(form.title, 'OAuth2 client of client');
		const set = (values: Values, words: RegExp) =>
			filledIn(discord, admin, 'toolset auth', asked, { clientId: 'the bot', secret: TYPED, ...values }, words);
		await set({ clientId: 'a:b' }, /It was not saved\. A client id has no colon/);
		await set({}, /It was not saved\. The document does not say where access tokens come from/);
		assert.equal(await credentialOf(discord, admin, 'client'), 'none');
		await set({ tokenUrl: 'https://auth.example.com/token', scope: 'read' }, /Calls of `client` carry the credential now\./);
		assert.equal(await credentialOf(discord, admin, 'client'), 'oauth2, typed in, tokens from https://auth.example.com/token (read)');
	},

	async "a credential is one of the operator's, where the operator lets it go"(scene) {
		const { discord } = scene;
		const admin = discord.person('gus', { admin: true });
		await connect(scene, admin, 'named');
		const name = (reference: string, words: RegExp) => filledIn(discord, admin, 'toolset auth', { name: 'named' }, { reference }, words);
		await name('bearer:UNPINNED', /It was not saved\. .*TOOLSET_SECRET_UNPINNED_HOSTS/s);
		await name('bearer:MISSING', /It was not saved\. .*TOOLSET_SECRET_MISSING/s);
		assert.equal(await credentialOf(discord, admin, 'named'), 'none');
		await name('bearer:THINGS', /Calls of `named` carry the credential now/);
		assert.equal(await credentialOf(discord, admin, 'named'), 'bearer, from TOOLSET_SECRET_THINGS');
		const by = (reference: string, words: RegExp) =>
			commanded(discord, admin, 'toolset auth', { name: 'named', reference }, words, CHANNEL);
		await by('none', /carry no credential any more/);
		await by('THINGS', /The document does not say how its credential is sent/);
		await by('query:key:THINGS', /carry this credential now: query key, from TOOLSET_SECRET_THINGS/);
		await by(TYPED, /reference/);
		assert.equal(await credentialOf(discord, admin, 'named'), 'query key, from TOOLSET_SECRET_THINGS');
	},

	async 'rights that are gone when a credential is submitted do not count'(scene) {
		const { discord } = scene;
		const admin = discord.person('hal', { admin: true });
		await connect(scene, admin, 'late');
		await formOf(discord, admin, 'toolset auth', { name: 'late' });
		discord.setAdmin(admin, false);
		await answered(discord, await admin.submit({ secret: TYPED }), /Only an admin may set credentials/);
		assert.equal(await credentialOf(discord, admin, 'late'), 'none');
	},

	async 'the form for an API that is not there is answered with where those are that there are'({ discord }) {
		const admin = discord.person('ida', { admin: true });
		const words = /It was not saved\. There is no toolset named nowhere\. \/toolset list shows all\./;
		await filledIn(discord, admin, 'toolset auth', { name: 'nowhere' }, { secret: TYPED }, words);
	},
};

async function prepare(context: TestContext) {
	const api = await startCountingApi();
	const documents = await serve(({ url }, response) => {
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
	const { discord, start, logs } = await openDiscordWorld(context, {}, { messagesPer5s: 1000 });
	const settings = {
		ALLOW_PRIVATE_HOSTS: '127.0.0.1',
		TOOLSET_SECRET_THINGS: PINNED,
		TOOLSET_SECRET_THINGS_HOSTS: served.host,
		TOOLSET_SECRET_THINGS_WORKSPACES: `discord:${discord.guild()}`,
		TOOLSET_SECRET_UNPINNED: PINNED,
	};
	const [bot] = await start(settings);
	await Promise.all(Object.entries(FORMS).map(([name, fill]) => context.test(name, () => fill({ discord, ...served }))));

	await context.test('without an encryption key no secret can be typed', async () => {
		await bot?.end();
		await start({ ...settings, ENCRYPTION_KEY: '' });
		const admin = discord.person('max', { admin: true });
		await connect({ discord, ...served }, admin, 'unsealed');
		const form = await formOf(discord, admin, 'toolset auth', { name: 'unsealed' });
		assert.match(JSON.stringify(form), /the operator has not set `ENCRYPTION_KEY`/);
		await assert.rejects(admin.submit({ secret: TYPED }), /no input secret/);
		await assert.rejects(admin.submit({}), /This field is required/);
		await answered(discord, await admin.submit({ reference: 'bearer:THINGS' }), /carry the credential now/);
	});
	assert.deepEqual(shownIn(discord, CHANNEL), [], 'nobody else reads any of it');
	assertMannerly(discord);
	for (const secret of [TYPED, PINNED]) {
		assert.ok(!discord.transcriptText().includes(secret), 'people could read a secret');
		assert.ok(!logs().includes(secret), 'the log holds a secret');
	}
});
