import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Slack, visibleText } from '../../simulators/slack/slack.ts';
import { serve } from '../../toolset/http/local-server.ts';
import { openSlackWorld } from './bot-process.ts';
import { heard, SAMPLE, SAMPLE_ANSWER, seen, told, whispersTo } from './people-see.ts';

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

type Use = (slack: Slack, url: string) => Promise<void>;

const COMMANDS: Readonly<Record<string, Use>> = {
	async '/help tells everybody every command'(slack) {
		const hana = slack.person('hana');
		await hana.command('/help', CHANNEL);
		const help = visibleText(await heard(slack, hana, /Type a question, or one of these commands/));
		for (const usage of [
			'/ask',
			'/toolset add <name> <source>',
			'/toolset auth',
			'/functions search',
			'/runs',
			'/usage',
			'/settings',
			'/help',
		]) {
			assert.ok(help.includes(usage), usage);
		}
		await slack.until(() => whispersTo(slack, hana).some((text) => /No model is configured.*Sofia Coppola/s.test(text)));
	},

	async '/runs tells people what became of their own questions'(slack) {
		const [rita, stan] = [slack.person('rita'), slack.person('stan')];
		await rita.command('/runs', CHANNEL);
		await heard(slack, rita, /You have not asked anything yet\./);
		const thread = await rita.say('runs', SAMPLE, { mention: true });
		const refused = await rita.say('runs-2', 'What is the meaning of life?', { mention: true });
		await seen(slack, thread, SAMPLE_ANSWER);
		await seen(slack, refused, /No model is configured/);
		const listed = visibleText(await told(slack, rita, '/runs', CHANNEL, /direct\?\nanswered/));
		assert.match(listed, /when \(UTC\)\nquestion\nstatus\nreference/);
		assert.match(listed, /What is the meaning of life\?\nno answer\n[0-9A-Z]{26}/);
		await stan.command('/runs', CHANNEL);
		await heard(slack, stan, /You have not asked anything yet\./);
	},

	async '/usage tells everybody what they used, and admins what all did, and what it cost'(slack) {
		const [dana, ada] = [slack.person('dana'), slack.person('ada', { admin: true })];
		const thread = await dana.say('usage', SAMPLE, { mention: true });
		await seen(slack, thread, SAMPLE_ANSWER);
		const sums = visibleText(await told(slack, ada, '/usage', CHANNEL, /today, \d{4}-\d\d-\d\d\n[1-9]/));
		assert.match(sums, /questions\nmodel calls\ntool calls\ntokens in\ntokens out\ncost/);
		await heard(slack, ada, /this month\nquestions\n.*\ndana\n[1-9]/s);
		assert.match(sums, /this month, \d{4}-\d\d\n\d+\n\d+\n\d+\n[\d,]+\n[\d,]+\n\$\d+\.\d{4}/);
		const own = visibleText(await told(slack, dana, '/usage', CHANNEL, /yours \(UTC\)/));
		assert.match(own, /today, \d{4}-\d\d-\d\d\n1\n\d+\n\d+\n[\d,]+\n[\d,]+\n\$\d+\.\d{4}\n/);
		await heard(slack, dana, /You may ask 20 questions a minute\./);
	},

	async '/settings tells admins what is set, without secrets'(slack) {
		const [dora, abe] = [slack.person('dora'), slack.person('abe', { admin: true })];
		await dora.command('/settings', CHANNEL);
		await heard(slack, dora, /Only an admin may use \/settings/);
		await abe.command('/settings', CHANNEL);
		const settings = visibleText(await heard(slack, abe, /changed with/));
		assert.match(settings, /model\nnone: sample questions are answered from prepared replies\nOPENAI_API_KEY, OPENAI_BASE_URL/);
		assert.match(settings, /storage\nSQLite file/);
		assert.match(settings, /typed credentials\nstored, encrypted\nENCRYPTION_KEY/);
	},

	async '/functions shows and finds what answers left behind'(slack) {
		const fred = slack.person('fred');
		const thread = await fred.say('functions', SAMPLE, { mention: true });
		await seen(slack, thread, SAMPLE_ANSWER);
		await told(slack, fred, '/functions list', CHANNEL, /countDirectedMovies\(directorName: string\): Promise<number>/);
		const shown = visibleText(await told(slack, fred, '/functions show countDirectedMovies', CHANNEL, /version 1/));
		assert.match(shown, /Verified by replaying 1 recorded use/);
		assert.match(shown, /```ts\n.*movies\.getPersonCredits.*```/s);
		await fred.command('/functions search feature films of a director', CHANNEL);
		await heard(slack, fred, /Counts the feature films a person directed/);
		await fred.command('/functions search zebra', CHANNEL);
		await heard(slack, fred, /No stored function matches "zebra"/);
		await fred.command('/functions forget countDirectedMovies', CHANNEL);
		await heard(slack, fred, /Only an admin may use \/functions forget/);
	},

	async 'what does not parse is told with what would'(slack) {
		const wim = slack.person('wim', { admin: true });
		const wrong: readonly (readonly [line: string, told: RegExp])[] = [
			['/toolset', /\/toolset needs one of these:\n {2}\/toolset add <name> <source>/],
			['/toolset conect', /There is no \/toolset conect\. Try:\n {2}\/toolset add/],
			['/toolset add crm', /source is missing: address or file of the document.*Usage: \/toolset add/s],
			['/toolset add crm https://example.com/a.json —base-ulr x', /There is no option --base-ulr here\./],
			['/toolset add crm https://example.com/a.json —base-url', /--base-url needs a value/],
			['/runs all', /"all" is one word too many\.\nUsage: \/runs/],
		];
		for (const [line, words] of wrong) {
			await wim.command(line, CHANNEL);
			await heard(slack, wim, words);
		}
	},

	async 'options may be typed as a Mac types them'(slack, url) {
		const mac = slack.person('mac', { admin: true });
		await mac.command(`/toolset add dashed ${url} —base-url https://elsewhere.example.com/v2`, CHANNEL);
		await heard(
			slack,
			mac,
			/Connected \*Subjects\* as `dashed`: 400 tools \(all read-only\)\. Calls go to https:\/\/elsewhere\.example\.com\/v2/,
		);
	},

	async 'a very long listing is cut, and says so'(slack, url) {
		const lena = slack.person('lena', { admin: true });
		await lena.command(`/toolset add long ${url}`, CHANNEL);
		await heard(slack, lena, /as `long`: 400 tools/);
		const before = whispersTo(slack, lena).length;
		await lena.command('/toolset show long', CHANNEL);
		await heard(slack, lena, /more message|and 320 more/);
		const shown = whispersTo(slack, lena).slice(before);
		assert.ok(shown.length <= 5, `${shown.length} messages`);
		assert.match(shown.join('\n'), /listEverythingThatIsKnownAboutTheSubjectWithTheNumber0/);
		for (const text of shown)
			assert.equal(text.match(/^```/gm)?.length ?? 0, 2 * (text.match(/^```ts/gm)?.length ?? 0), 'every block is closed');
	},
};

test('people type commands', { concurrency: true }, async (context) => {
	const document = longDocument();
	const server = await serve((_request, response) => void response.setHeader('content-type', 'application/json').end(document));
	context.after(() => server.close());
	const { slack, start } = await openSlackWorld(context, { mode: 'http' });
	await start({ ALLOW_PRIVATE_HOSTS: '127.0.0.1', MODEL_PRICES: 'prepared replies=0.15/0.6' });
	await Promise.all(Object.entries(COMMANDS).map(([name, use]) => context.test(name, () => use(slack, `${server.origin}/openapi.json`))));
	const open = slack.messages(CHANNEL).filter((message) => message.bot_id !== undefined);
	assert.deepEqual(open.map(visibleText), [], 'nobody else reads what a command answers');
});
