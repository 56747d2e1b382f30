import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Discord, Message, Person } from '../../simulators/discord/discord.ts';
import { serve } from '../../toolset/http/local-server.ts';
import { openDiscordWorld } from './bot-process.ts';
import { answered, answersTo, asRead, assertMannerly, commanded, SAMPLE, SAMPLE_ANSWER, seen, shownIn, told } from './people-see.ts';

const CHANNEL = 'administration';
const ASKED = /The file has \d functions? of the workspace .*countDirectedMovies.*Import them\?/s;
/** Into the workspace that they came from. */
const IMPORTED = /\d functions of .*: \d were here already\..*countDirectedMovies/s;

interface Scene {
	readonly discord: Discord;
	/** What `/functions export` gave. */
	readonly exported: string;
	/** Where that is served. */
	readonly url: string;
}

/** Opens the form, fills it in, and gives what only this person reads then. */
async function filledIn(discord: Discord, person: Person, values: Parameters<Person['submit']>[0], words: RegExp): Promise<Message> {
	await person.command('functions import', {}, CHANNEL);
	assert.equal(discord.modal(person)?.title, 'Import functions');
	const handle = await person.submit(values);
	const answer = await answered(discord, handle, words);
	for (const message of answersTo(handle)) assert.equal(message.ephemeralFor, person.id);
	return answer;
}

async function yes(discord: Discord, person: Person, asked: Message, words: RegExp): Promise<void> {
	await answered(discord, await person.click(asked, 'Yes, do it'), words);
}

const FORMS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
	async 'functions are imported from a file'({ discord, exported }) {
		const admin = discord.person('ben', { admin: true });
		const asked = await filledIn(discord, admin, { file: { name: 'functions.json', content: exported } }, ASKED);
		await yes(discord, admin, asked, IMPORTED);
	},

	async 'functions are imported from an address, in the form or with the command'({ discord, url }) {
		const admin = discord.person('cora', { admin: true });
		await yes(discord, admin, await filledIn(discord, admin, { source: url }, ASKED), IMPORTED);
		await yes(discord, admin, await commanded(discord, admin, 'functions import', { source: url }, ASKED, CHANNEL), IMPORTED);
	},

	async 'what is wrong with the form is told'({ discord, url, exported }) {
		const admin = discord.person('cleo', { admin: true });
		const file = { name: 'functions.json', content: exported };
		const wrong: readonly (readonly [values: Parameters<Person['submit']>[0], words: RegExp])[] = [
			[{}, /^Give the address of the file, or upload it\. Type \/functions import again\.$/],
			[{ source: 'functions.json' }, /^This must be an address that starts with https/],
			[{ source: url, file }, /^Give an address or a file, not both\./],
			[{ source: url.replace(/[^/]*$/, 'not-there.json') }, /404/],
		];
		for (const [values, words] of wrong) await filledIn(discord, admin, values, words);
		const told = await filledIn(discord, admin, { file: { name: 'notes.json', content: 'Dear diary' } }, /./);
		assert.doesNotMatch(asRead(told), ASKED);
	},

	async 'only admins export and import, and only admins may submit the form'({ discord, url }) {
		const [sam, eli] = [discord.person('sam'), discord.person('eli', { admin: true })];
		const refused = await commanded(discord, sam, 'functions import', {}, /Only an admin may import functions\. Ask one of them/, CHANNEL);
		assert.equal(refused.ephemeralFor, sam.id);
		assert.equal(discord.modal(sam), undefined);
		await commanded(discord, sam, 'functions export', {}, /Only an admin may use \/functions export/, CHANNEL);

		await eli.command('functions import', {}, CHANNEL);
		discord.setAdmin(eli, false);
		await answered(discord, await eli.submit({ source: url }), /Only an admin may use \/functions import/);
	},
};

test('admins carry functions from one server to another', async (context) => {
	const { discord, start } = await openDiscordWorld(context, {}, { messagesPer5s: 1000 });
	await start({ ALLOW_PRIVATE_HOSTS: '127.0.0.1' });
	const ada = discord.person('ada', { admin: true });
	const { id: thread } = await ada.say('films', SAMPLE, { mention: 'user' });
	await seen(discord, thread, SAMPLE_ANSWER);
	await told(discord, ada, 'functions list', {}, /countDirectedMovies/);

	const asked = await commanded(discord, ada, 'functions export', {}, /Export it\?/, CHANNEL);
	const handle = await ada.click(asked, 'Yes, do it');
	await answered(discord, handle, /functions-[\w-]+\.json/);
	for (const message of answersTo(handle)) assert.equal(message.ephemeralFor, ada.id);
	const [file, ...more] = discord.files();
	assert.match(file?.name ?? '', /^functions-discord-\d+-[\d-]+\.json$/);
	assert.deepEqual(more, []);
	const exported = file?.content ?? '';
	assert.match(JSON.stringify(JSON.parse(exported)), /countDirectedMovies/);

	const server = await serve(({ url }, response) => {
		if (url === '/functions.json') response.setHeader('content-type', 'application/json').end(exported);
		else response.writeHead(404).end('nothing here');
	});
	context.after(() => server.close());
	const scene = { discord, exported, url: `${server.origin}/functions.json` };
	// One after the other: a workspace keeps one file that somebody was asked about.
	for (const [name, fill] of Object.entries(FORMS)) await context.test(name, () => fill(scene));
	assert.deepEqual(shownIn(discord, CHANNEL), [], 'nobody else reads any of it');
	assertMannerly(discord);
});
