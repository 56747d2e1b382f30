import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Person, type Slack, type View, visibleText } from '../../simulators/slack/slack.ts';
import { serve } from '../../toolset/http/local-server.ts';
import { openSlackWorld } from './bot-process.ts';
import { directChannel, heard, SAMPLE, SAMPLE_ANSWER, seen, told, whispersTo } from './people-see.ts';

const CHANNEL = 'administration';
const SENT = /Sent `functions-[\w-]+\.json` to your direct messages\./;
const ASKED = /The file has \d functions? of the workspace .*countDirectedMovies.*Import them\?/s;
/** Into the workspace that they came from. */
const IMPORTED = /\d functions of .*: \d were here already\..*• countDirectedMovies · /s;

interface Scene {
	readonly slack: Slack;
	/** What `/functions export` gave. */
	readonly exported: string;
	/** Where that is served. */
	readonly url: string;
}

async function formOf(slack: Slack, person: Person): Promise<View> {
	const before = slack.views(person).at(-1)?.id;
	await person.command('/functions import', CHANNEL);
	return slack.until(() => slack.views(person).find((view) => view.id !== before));
}

/** The form as it reads in the end, once the bot has looked at what was submitted. */
function reads(slack: Slack, person: Person, wanted: RegExp): Promise<View> {
	return slack.until(() => slack.views(person).find(({ blocks }) => wanted.test(visibleText({ text: '', blocks }))));
}

/** Says yes to what the form then asks. */
async function confirmed(slack: Slack, person: Person): Promise<void> {
	await person.submit(await reads(slack, person, ASKED), {});
	await reads(slack, person, IMPORTED);
}

const FORMS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
	async 'functions are imported from a file'({ slack, exported }) {
		const admin = slack.person('ben', { admin: true });
		const form = await formOf(slack, admin);
		assert.equal(form.title, 'Import functions');
		const file = await admin.upload('functions.json', exported);
		await admin.submit(form, { 'The exported file': file });
		await confirmed(slack, admin);
	},

	async 'functions are imported from an address, in the form or typed'({ slack, url }) {
		const [cora, carl] = [slack.person('cora', { admin: true }), slack.person('carl', { admin: true })];
		await cora.submit(await formOf(slack, cora), { 'Address of an exported file': url });
		await confirmed(slack, cora);
		await carl.command(`/functions import ${url}`, CHANNEL);
		await carl.click(await heard(slack, carl, ASKED), 'Yes, do it');
		await heard(slack, carl, /\d were here already\./);
	},

	async 'what is wrong with the form is told at its field'({ slack, url, exported }) {
		const admin = slack.person('cleo', { admin: true });
		const form = await formOf(slack, admin);
		const file = await admin.upload('functions.json', exported);
		const problem = async (values: Parameters<Person['submit']>[1]) => (await admin.submit(form, values))?.errors?.source ?? '';
		assert.match(await problem({}), /Give the address of the file, or upload it\./);
		assert.match(await problem({ source: 'functions.json' }), /must be an address that starts with https/);
		assert.match(await problem({ source: url, file }), /an address or a file, not both/);
	},

	async 'the form comes back with what was typed when the file cannot be used'({ slack, url, exported }) {
		const admin = slack.person('dave', { admin: true });
		await admin.submit(await formOf(slack, admin), { source: url.replace(/[^/]*$/, 'not-there.json') });
		const back = await reads(slack, admin, /⚠️ .*404/);
		const notes = await admin.upload('notes.json', 'Dear diary');
		await admin.submit(back, { source: '', file: notes });
		const again = await reads(slack, admin, /⚠️ (?!.*404)/);
		await admin.submit(again, { file: await admin.upload('functions.json', exported) });
		await confirmed(slack, admin);
	},

	async 'who is no admin any more when the form asks imports nothing'({ slack, url }) {
		const late = slack.person('late', { admin: true });
		await late.submit(await formOf(slack, late), { source: url });
		const asked = await reads(slack, late, ASKED);
		slack.setAdmin(late, false);
		await late.submit(asked, {});
		await reads(slack, late, /Only an admin may use \/functions import/);
	},

	async 'only admins export and import, and only admins may submit the form'({ slack, url }) {
		const [sam, eli] = [slack.person('sam'), slack.person('eli', { admin: true })];
		await sam.command('/functions import', CHANNEL);
		await heard(slack, sam, /Only an admin may import functions\. Ask one of them/);
		await sam.command('/functions export', CHANNEL);
		await heard(slack, sam, /Only an admin may use \/functions export/);
		assert.deepEqual(slack.views(sam), []);

		const form = await formOf(slack, eli);
		slack.setAdmin(eli, false);
		await eli.submit(form, { source: url });
		await reads(slack, eli, /Only an admin may use \/functions import/);
	},
};

test('admins carry functions from one workspace to another', async (context) => {
	const { slack, start } = await openSlackWorld(context, { mode: 'http' });
	await start({ ALLOW_PRIVATE_HOSTS: '127.0.0.1' });
	const ada = slack.person('ada', { admin: true });
	await seen(slack, await ada.say('films', SAMPLE, { mention: true }), SAMPLE_ANSWER);
	await told(slack, ada, '/functions list', CHANNEL, /countDirectedMovies/);

	await ada.command('/functions export', CHANNEL);
	await ada.click(await heard(slack, ada, /Export it\?/), 'Yes, do it');
	await heard(slack, ada, SENT);
	const direct = await directChannel(slack, ada);
	const [file, ...more] = slack.files().filter(({ channel }) => channel === direct);
	assert.match(file?.name ?? '', /^functions-slack-\w+-[\d-]+\.json$/);
	assert.deepEqual(more, []);
	const exported = file?.content ?? '';
	assert.match(JSON.stringify(JSON.parse(exported)), /countDirectedMovies/);
	assert.ok(!whispersTo(slack, ada).join().includes('"countDirectedMovies"'), 'the file is in the direct messages alone');

	const server = await serve(({ url }, response) => {
		if (url === '/functions.json') response.setHeader('content-type', 'application/json').end(exported);
		else response.writeHead(404).end('nothing here');
	});
	context.after(() => server.close());
	const scene = { slack, exported, url: `${server.origin}/functions.json` };
	// One after the other: a workspace keeps one file that somebody was asked about.
	for (const [name, fill] of Object.entries(FORMS)) await context.test(name, () => fill(scene));

	await context.test('an export that cannot be sent is told with the reason', async () => {
		const eve = slack.person('eve', { admin: true });
		slack.faults.next('files.completeUploadExternal', { error: 'messages_tab_disabled' });
		await eve.command('/functions export', CHANNEL);
		await eve.click(await heard(slack, eve, /Export it\?/), 'Yes, do it');
		await heard(
			slack,
			eve,
			/`functions-[\w-]+\.json` could not be sent to your direct messages\. Direct messages with this app are switched off/,
		);
	});
	const open = slack.messages(CHANNEL).filter((message) => message.bot_id !== undefined);
	assert.deepEqual(open.map(visibleText), [], 'nobody else reads any of it');
});
