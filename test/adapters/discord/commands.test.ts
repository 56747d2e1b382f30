import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Discord, InteractionHandle, Person } from '../../simulators/discord/discord.ts';
import { serve } from '../../toolset/http/local-server.ts';
import { openDiscordWorld } from './bot-process.ts';
import {
	answered,
	answersTo,
	asRead,
	assertMannerly,
	commanded,
	postsIn,
	SAMPLE,
	SAMPLE_ANSWER,
	seen,
	shownIn,
	told,
} from './people-see.ts';

const OPERATIONS = 400;
const CHANNEL = 'films';

/** An API with so many operations that no listing of them is short. */
function longDocument(): string {
	const operation = (index: number) => ({
		operationId: `listEverythingThatIsKnownAboutTheSubjectWithTheNumber${index}`,
		summary: `Lists ${'whatever anybody has ever written down about it, '.repeat(3)}number ${index}`,
		parameters: [{ name: 'query', in: 'query', schema: { type: 'string' } }],
		responses: { 200: { description: 'ok', content: { 'application/json': { schema: { type: 'object' } } } } },
	});
	const paths = Object.fromEntries(Array.from({ length: OPERATIONS }, (_, index) => [`/subjects/${index}`, { get: operation(index) }]));
	return JSON.stringify({
		openapi: '3.1.0',
		info: { title: 'Subjects', version: '1' },
		servers: [{ url: 'https://subjects.example.com' }],
		paths,
	});
}

/** One that has fewer operations each time it is read. */
function shrinkingDocument(reads: number): string {
	const operation = (operationId: string) => ({ operationId, responses: { 200: { description: 'ok' } } });
	const subjects = Array.from({ length: Math.max(1, 3 - reads) }, (_, index) => [
		`/subjects/${index}`,
		{ get: operation(`subject${index}`) },
	]);
	return JSON.stringify({
		openapi: '3.1.0',
		info: { title: 'Subjects', version: '1' },
		servers: [{ url: 'https://subjects.invalid' }],
		paths: Object.fromEntries(subjects),
	});
}

/** One that can be written to. */
function writableDocument(): string {
	const document = JSON.parse(shrinkingDocument(0));
	document.paths['/subjects'] = { post: { operationId: 'createSubject', responses: { 201: { description: 'ok' } } } };
	return JSON.stringify(document);
}

type Use = (discord: Discord, url: string) => Promise<void>;

/** Everything a command answers, for its person alone, once it reads so. */
async function answersOf(discord: Discord, person: Person, handle: InteractionHandle, words: RegExp): Promise<string> {
	await answered(discord, handle, words);
	for (const message of answersTo(handle)) assert.equal(message.ephemeralFor, person.id);
	return answersTo(handle).map(asRead).join('\n');
}

async function connect(discord: Discord, admin: Person, name: string, url: string): Promise<void> {
	await commanded(discord, admin, 'toolset add', { name, source: url }, new RegExp(`as \`${name}\``), CHANNEL);
}

const ONLY_ADMIN: readonly (readonly [path: string, options: Record<string, string>])[] = [
	['toolset add', { name: 'mine', source: 'example:movies' }],
	['toolset auth', { name: 'movies', reference: 'none' }],
	['toolset remove', { name: 'movies' }],
	['toolset policy', { name: 'movies' }],
	['toolset refresh', { name: 'movies' }],
	['toolset disable', { name: 'movies' }],
	['toolset enable', { name: 'movies' }],
	['toolset test', { name: 'movies' }],
	['functions forget', { name: 'findPersonId' }],
];

const COMMANDS: Readonly<Record<string, Use>> = {
	async '/help tells everybody every command'(discord) {
		const hana = discord.person('hana');
		const help = await answersOf(discord, hana, await hana.command('help', {}, CHANNEL), /No model is configured/);
		for (const usage of ['/ask', '/toolset add', '/toolset auth', '/functions search', '/runs', '/usage', '/settings', '/help']) {
			assert.ok(help.includes(usage), usage);
		}
		assert.match(help, /No model is configured.*Sofia Coppola/s);
	},

	async '/runs tells people what became of their own questions'(discord) {
		const [rita, stan] = [discord.person('rita'), discord.person('stan')];
		await commanded(discord, rita, 'runs', {}, /You have not asked anything yet\./, CHANNEL);
		const { id } = await rita.say('runs', SAMPLE, { mention: 'user' });
		const { id: refused } = await rita.say('runs-2', 'What is life?', { mention: 'user' });
		await seen(discord, id, SAMPLE_ANSWER);
		await seen(discord, refused, /No model is configured/);
		const listed = asRead(await told(discord, rita, 'runs', {}, /How many movies did +answered/, CHANNEL));
		assert.match(listed, /when \(UTC\) +question +status +reference/);
		assert.match(listed, /What is life\? +no answer +[0-9A-Z]{26}/);
		await commanded(discord, stan, 'runs', {}, /You have not asked anything yet\./, CHANNEL);
	},

	async '/usage tells everybody what they used, and admins what all did, and what it cost'(discord) {
		const [dana, ada] = [discord.person('dana'), discord.person('ada', { admin: true })];
		const { id } = await dana.say('usage', SAMPLE, { mention: 'user' });
		await seen(discord, id, SAMPLE_ANSWER);
		const sums = asRead(await told(discord, ada, 'usage', {}, /today, +[1-9]/, CHANNEL));
		assert.match(sums, /questions +model calls +tool calls +tokens in +tokens out +cost/);
		assert.match(sums, /this month, +\d+ +\d+ +\d+ +[\d,]+ +[\d,]+ +\$\d+\.\d{4}\n\d{4}-\d\d/);
		assert.match(sums, /\ndana +[1-9]/);
		const own = asRead(await commanded(discord, dana, 'usage', {}, /yours \(UTC\)/, CHANNEL));
		assert.match(own, /today, +1 +\d+ +\d+ +[\d,]+ +[\d,]+ +\$\d+\.\d{4}\n/);
		assert.match(own, /You may ask 20 questions a minute\./);
	},

	async '/settings tells admins what is set, without secrets'(discord) {
		const abe = discord.person('abe', { admin: true });
		const settings = await answersOf(discord, abe, await abe.command('settings', {}, CHANNEL), /changed with/);
		assert.match(settings, /model +none: sample questions.*OPENAI_API_KEY/);
		assert.match(settings, /storage +SQLite file/);
		assert.match(settings, /typed credentials +stored, encrypted +ENCRYPTION_KEY/);
	},

	async 'what only admins may do is refused on the server, whatever Discord has let through'(discord) {
		const dora = discord.person('dora');
		for (const [path, options] of ONLY_ADMIN) {
			const handle = await dora.command(path, options, CHANNEL);
			await answersOf(discord, dora, handle, new RegExp(`Only an admin may use /${path}\\. Ask one of them`));
		}
		// Discord hides these in a server, but not in direct messages.
		await assert.rejects(dora.command('settings', {}, CHANNEL), /does not have permission/);
		await commanded(discord, dora, 'settings', {}, /Only an admin may use \/settings\./, 'dm');
	},

	async 'in a direct message an admin is an admin of their server'(discord) {
		const [abel, dean] = [discord.person('abel', { admin: true }), discord.person('dean')];
		await commanded(discord, abel, 'settings', {}, /changed with/, 'dm');
		await commanded(discord, dean, 'toolset list', {}, /example:movies/, 'dm');
		await commanded(discord, dean, 'toolset remove', { name: 'movies' }, /Only an admin may use \/toolset remove/, 'dm');
		const question = await commanded(discord, abel, 'toolset remove', { name: 'movies' }, /`movies` has .*\s+Disconnect it\?/, 'dm');
		await answered(discord, await abel.click(question, 'Cancel'), /Nothing was changed\./);
	},

	async 'rights that are taken away are gone at once'(discord) {
		const former = discord.person('former', { admin: true });
		await commanded(discord, former, 'settings', {}, /changed with/, CHANNEL);
		discord.setAdmin(former, false);
		await commanded(discord, former, 'settings', {}, /Only an admin may use \/settings/, 'dm');
	},

	async '/toolset list and show tell everybody what is connected'(discord) {
		const tom = discord.person('tom');
		const list = await answersOf(discord, tom, await tom.command('toolset list', {}, CHANNEL), /example:movies/);
		assert.match(list, /name +title +tools +state +credential +from/);
		const shown = await answersOf(discord, tom, await tom.command('toolset show', { name: 'movies' }, CHANNEL), /as `movies`/);
		assert.match(shown, /```ts\n[\s\S]*movies\.searchPerson\(/);
		await commanded(discord, tom, 'toolset show', { name: 'crm' }, /There is no toolset named crm\. There are: .*movies/, CHANNEL);
	},

	async '/functions shows and finds what answers left behind'(discord) {
		const fred = discord.person('fred');
		const { id } = await fred.say('functions', SAMPLE, { mention: 'user' });
		await seen(discord, id, SAMPLE_ANSWER);
		await told(discord, fred, 'functions list', {}, /countDirectedMovies\(directorName: +/, CHANNEL);
		const shown = asRead(await told(discord, fred, 'functions show', { name: 'countDirectedMovies' }, /version 1/, CHANNEL));
		assert.match(shown, /Verified by replaying 1 recorded use/);
		assert.match(shown, /```ts\n.*movies\.getPersonCredits.*```/s);
		await commanded(discord, fred, 'functions search', { text: 'feature films of a director' }, /Counts +the/, CHANNEL);
		await commanded(discord, fred, 'functions search', { text: 'zebra' }, /No stored function matches "zebra"/, CHANNEL);
		await commanded(discord, fred, 'functions show', { name: 'nothing' }, /There is no stored function named nothing/, CHANNEL);
	},

	async 'an API is removed after a yes'(discord, url) {
		const joy = discord.person('joy', { admin: true });
		await connect(discord, joy, 'removable', url);
		const options = { name: 'removable' };
		const question = /`removable` has 400 tools \(all read-only\)\. No stored function calls it\.\s+Disconnect it\?/;
		const card = await commanded(discord, joy, 'toolset remove', options, question, CHANNEL);
		await answered(discord, await joy.click(card, 'Cancel'), /Nothing was changed\./);
		await commanded(discord, joy, 'toolset show', options, /as `removable`/, CHANNEL);
		const again = await commanded(discord, joy, 'toolset remove', options, question, CHANNEL);
		const done = await answered(discord, await joy.click(again, 'Yes, do it'), /Disconnected `removable`/);
		assert.equal(done.id, again.id);
		assert.equal(done.ephemeralFor, joy.id);
		await commanded(discord, joy, 'toolset remove', options, /There is no toolset named removable/, CHANNEL);
	},

	async 'a refresh that takes something away is made after a yes, and of what was asked about'(discord, url) {
		const rosa = discord.person('rosa', { admin: true });
		// As long as a button can carry.
		const name = 'shrinkingThingsOfTheOtherPeople';
		await connect(discord, rosa, name, url.replace(/[^/]*$/, 'shrinking.json'));
		const options = { name };
		const question = /Refresh of `shrinkingThings\w+`: 1 tool gone\./;
		const card = await commanded(discord, rosa, 'toolset refresh', options, question, CHANNEL);
		await answered(discord, await rosa.click(card, 'Yes, do it'), /Refreshed `shrinkingThings\w+`: 1 tool gone\./);
		await commanded(discord, rosa, 'toolset show', options, /2 tools/, CHANNEL);
	},

	async 'what goes out unasked is asked about, and rules are offered while they are typed'(discord, url) {
		const otto = discord.person('otto', { admin: true });
		await connect(discord, otto, 'ruled', url.replace(/[^/]*$/, 'writable.json'));
		const offered = async (name: string, value: string) =>
			(await otto.autocomplete('toolset policy', { name, value }, name === 'name' ? {} : { name: 'ruled' }, CHANNEL)).map(
				(choice) => choice.value,
			);
		assert.deepEqual(await offered('rule', 'ask'), ['ask', 'ask-twice']);
		assert.deepEqual(await offered('what', 'wri'), ['writes']);
		assert.deepEqual(await offered('what', 'subject1'), ['subject1']);
		const set = (rule: string) => ({ name: 'ruled', what: 'POST', rule });
		const card = await commanded(discord, otto, 'toolset policy', set('run'), /without asking anybody: `createSubject`\./, CHANNEL);
		await answered(discord, await otto.click(card, 'Cancel'), /Nothing was changed\./);
		await commanded(discord, otto, 'toolset policy', set('block'), /1 is blocked: `createSubject`/, CHANNEL);
		await commanded(discord, otto, 'toolset disable', { name: 'ruled' }, /`ruled` is off/, CHANNEL);
		await commanded(discord, otto, 'toolset enable', { name: 'ruled' }, /`ruled` is on/, CHANNEL);
		await commanded(discord, otto, 'toolset test', { name: 'ruled' }, /subjects\.invalid/, CHANNEL);
	},

	async 'a yes of somebody who is no admin any more changes nothing'(discord, url) {
		const kim = discord.person('kim', { admin: true });
		await connect(discord, kim, 'kept', url);
		const card = await commanded(discord, kim, 'toolset remove', { name: 'kept' }, /`kept` has .*\s+Disconnect it\?/, CHANNEL);
		discord.setAdmin(kim, false);
		await answered(discord, await kim.click(card, 'Yes, do it'), /Only an admin may use \/toolset remove/);
		await commanded(discord, kim, 'toolset show', { name: 'kept' }, /as `kept`/, CHANNEL);
	},

	async '/toolset add takes all of it in fields'(discord, url) {
		const max = discord.person('max', { admin: true });
		const options = { name: 'fields', source: url, 'base-url': 'https://elsewhere.example.com/v2' };
		const handle = await max.command('toolset add', options, CHANNEL);
		await answersOf(
			discord,
			max,
			handle,
			/Connected \*\*Subjects\*\* as `fields`: 400 tools \(all read-only\)\. Calls go to https:\/\/elsewhere\.example\.com\/v2/,
		);
		const wrong: readonly (readonly [options: Record<string, string>, words: RegExp])[] = [
			[{ name: '1st', source: url }, /"1st" cannot name a toolset/],
			[{ name: 'x', source: 'http://10.0.0.1/openapi.json' }, /ALLOW_PRIVATE_HOSTS/],
			[{ name: 'x', source: url.replace(/[^/]*$/, 'missing.json') }, /404/],
			[{ name: 'fields', source: url }, /There is a toolset named fields already/],
		];
		for (const [given, words] of wrong) await commanded(discord, max, 'toolset add', given, words, CHANNEL);
	},

	async 'names are offered while they are typed'(discord, url) {
		const ann = discord.person('ann', { admin: true });
		for (const name of ['offered', 'notOffered', 'crmOfOthers']) await connect(discord, ann, name, url);
		const offered = async (path: string, value: string, where = CHANNEL) =>
			(await ann.autocomplete(path, { name: 'name', value }, {}, where)).map((choice) => {
				assert.equal(choice.name, choice.value);
				return choice.name;
			});
		for (const path of ['toolset show', 'toolset auth', 'toolset remove']) {
			assert.deepEqual(await offered(path, 'oFFer'), ['offered', 'notOffered']);
		}
		assert.deepEqual(await offered('toolset show', 'nothing like it'), []);
		assert.ok((await offered('toolset show', '')).includes('movies'));
		assert.deepEqual(await offered('toolset show', 'crm', 'dm'), ['crmOfOthers']);
		const { id } = await ann.say('offers', SAMPLE, { mention: 'user' });
		await seen(discord, id, SAMPLE_ANSWER);
		await told(discord, ann, 'functions list', {}, /countDirectedMovies/, CHANNEL);
		for (const path of ['functions show', 'functions forget']) assert.deepEqual(await offered(path, 'directed'), ['countDirectedMovies']);
	},

	async 'a very long listing is cut, and says so'(discord, url) {
		const lena = discord.person('lena', { admin: true });
		await connect(discord, lena, 'long', url);
		const handle = await lena.command('toolset show', { name: 'long' }, CHANNEL);
		await answersOf(discord, lena, handle, /more message|and 320 more/);
		const shown = answersTo(handle).map(asRead);
		assert.ok(shown.length <= 5, `${shown.length} messages`);
		const files = discord.files().filter(({ channel_id }) => channel_id === discord.channel(CHANNEL));
		assert.match([...shown, ...files.map(({ content }) => content)].join('\n'), /listEverythingThatIsKnownAboutTheSubjectWithTheNumber0/);
	},
};

test('people choose commands', { concurrency: true }, async (context) => {
	const document = longDocument();
	let reads = 0;
	const server = await serve((request, response) => {
		if (request.url === '/shrinking.json') response.setHeader('content-type', 'application/json').end(shrinkingDocument(reads++));
		else if (request.url === '/writable.json') response.setHeader('content-type', 'application/json').end(writableDocument());
		else if (request.url === '/openapi.json') response.setHeader('content-type', 'application/json').end(document);
		else response.writeHead(404).end('nothing here');
	});
	context.after(() => server.close());
	const { discord, start } = await openDiscordWorld(context, {}, { messagesPer5s: 1000 });
	await start({ ALLOW_PRIVATE_HOSTS: '127.0.0.1', MODEL_PRICES: 'prepared replies=0.15/0.6' });
	await Promise.all(Object.entries(COMMANDS).map(([name, use]) => context.test(name, () => use(discord, `${server.origin}/openapi.json`))));
	await context.test('a function is forgotten after a yes', () => forgetFunction(discord));
	assert.deepEqual(shownIn(discord, CHANNEL), [], 'nobody else reads what a command answers');
	assert.deepEqual(postsIn(discord, 'general'), []);
	assertMannerly(discord);
});

/** Once nobody uses it any more. */
async function forgetFunction(discord: Discord): Promise<void> {
	const [lou, options] = [discord.person('lou', { admin: true }), { name: 'findPersonId', 'for-good': true }];
	const { id } = await lou.say('forget', SAMPLE, { mention: 'user' });
	await seen(discord, id, SAMPLE_ANSWER);
	const question =
		/`countDirectedMovies` calls `findPersonId` and could not be reused any more\.\s+Nothing could restore it\.\s+Delete the function `findPersonId` for good\?/;
	const card = await told(discord, lou, 'functions forget', options, question, CHANNEL);
	const cancelled = await answered(discord, await lou.click(card, 'Cancel'), /Nothing was changed\./);
	assert.equal(cancelled.id, card.id);
	await assert.rejects(lou.click(cancelled, 'Yes, do it'), /There is no button/, 'it cannot be answered again');
	const again = await commanded(discord, lou, 'functions forget', options, question, CHANNEL);
	await answered(discord, await lou.click(again, 'Yes, do it'), /Deleted `findPersonId` for good\./);
	await commanded(discord, lou, 'functions forget', options, /There is no stored function named findPersonId/, CHANNEL);
}
