import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { modelEnvironment, QUESTION } from '../../contracts/chat-contract.ts';
import { type Message, type MessageRef, type Slack, visibleText } from '../../simulators/slack/slack.ts';
import { type Bot, type Mode, openSlackWorld } from './bot-process.ts';

const ANSWER = /Sofia Coppola directed 8 movies\./;

const answers = (slack: Slack, { channel, ts }: MessageRef) =>
	slack.thread(channel, ts).filter((message) => message.bot_id && ANSWER.test(visibleText(message)));

/** What stands in the thread more than once, by the words people read. */
function repeated(slack: Slack, { channel, ts }: MessageRef): string[] {
	const seen = slack
		.thread(channel, ts)
		.filter((message) => message.bot_id)
		.map(visibleText);
	return seen.filter((text, index) => seen.indexOf(text) !== index);
}

describe('a signed delivery', () => {
	const forged: readonly (readonly [what: string, headers: (slack: Slack, body: string) => Record<string, string>])[] = [
		['with a signature of another secret', (slack, body) => slack.sign(body, 'not the secret')],
		['of another body', (slack) => slack.sign('{}')],
		['older than five minutes', (slack, body) => slack.sign(body, slack.signingSecret, Math.floor(Date.now() / 1000) - 301)],
		['without a signature', () => ({})],
	];
	test('is refused with 401 when it is forged or old, and nothing runs', async (context) => {
		const { slack, start } = await openSlackWorld(context, { mode: 'http' });
		const [bot] = await start();
		const dana = slack.person('dana');
		const { channel, ts } = await dana.say('films', 'hello, all');
		const event = { type: 'app_mention', channel, ts, user: dana.id, text: `<@${slack.botUser()}> ${QUESTION}` };
		const body = JSON.stringify({ type: 'event_callback', event_id: 'EvForged', team_id: slack.team, event });
		const url = `http://127.0.0.1:${/port (\d+)/.exec(bot?.output() ?? '')?.[1]}/slack/events`;
		for (const [what, headers] of forged) {
			const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers(slack, body) } });
			assert.equal(response.status, 401, what);
		}
		const asked = await dana.say('films', QUESTION, { mention: true });
		await slack.until(() => answers(slack, asked).length > 0);
		assert.deepEqual(
			slack.thread(channel, ts).filter((message) => message.bot_id),
			[],
		);
	});
});

describe('a process that is killed', { concurrency: 2 }, () => {
	for (const mode of ['socket', 'http'] as const) {
		for (const stage of ['scaffold', 'plan', 'implement'] as const) {
			test(`while the model is asked for the ${stage} (${mode}) leaves its question to the next start, and nothing appears twice`, (context) =>
				killedDuring(context, mode, stage));
		}
	}

	test('right after a delivery was acknowledged has lost nothing', async (context) => {
		const { slack, start } = await openSlackWorld(context, { mode: 'http' });
		const [first] = await start();
		const dana = slack.person('dana');
		const asked = await Promise.all(Array.from({ length: 10 }, (_, index) => dana.say(`films-${index}`, QUESTION, { mention: true })));
		await slack.until(() => slack.acks.length >= 20);
		await first?.end('SIGKILL');
		await start();
		await slack.until(() => asked.every((question) => answers(slack, question).length === 1), 60_000);
		for (const question of asked) assert.deepEqual(repeated(slack, question), []);
	});

	test('or asked to end while questions wait to be posted has them answered by the next one', async (context) => {
		const { slack, start } = await openSlackWorld(context, { mode: 'http' });
		const [first] = await start();
		const dana = slack.person('dana');
		await dana.join('films');
		await Promise.all(Array.from({ length: 3 }, () => dana.command(`/ask ${QUESTION}`, 'films')));
		await slack.until(() => slack.messages('films').some((message) => visibleText(message).includes('asks:')));
		await first?.end('SIGTERM');
		await start();
		const asked = () => slack.messages('films').filter((message) => visibleText(message).includes('asks:'));
		await slack.until(() => asked().length === 3 && asked().every((question) => answers(slack, question).length === 1), 60_000);
		assert.deepEqual(slack.ephemerals(dana).map(visibleText), []);
	});

	test('ends in time although somebody holds a connection', async (context) => {
		const { slack, start } = await openSlackWorld(context, { mode: 'http' });
		const [bot] = await start();
		const port = Number(/port (\d+)/.exec(bot?.output() ?? '')?.[1]);
		const held = connect(port, '127.0.0.1');
		held.on('error', () => {});
		held.write('POST /slack/events HTTP/1.1\r\nhost: bot\r\ncontent-length: 1000\r\n\r\n{');
		await once(held, 'connect');
		await bot?.end('SIGTERM');
		assert.equal(bot?.child.exitCode, 0);
		assert.ok(slack.calls.length > 0);
		held.destroy();
	});

	test('while Slack takes a post that it has not heard of posts it once', async (context) => {
		const { slack, start } = await openSlackWorld(context, { mode: 'socket' });
		const [first] = await start();
		const dana = slack.person('dana');
		slack.faults.next('chat.postMessage', { delayMs: 60_000 });
		const asked = await dana.say('films', QUESTION, { mention: true });
		await slack.until(() => slack.calls.some(({ method }) => method === 'chat.postMessage'));
		await first?.end('SIGKILL');
		await start();
		await slack.until(() => answers(slack, asked).length === 1, 30_000);
		assert.deepEqual(repeated(slack, asked), []);
	});
});

async function killedDuring(context: TestContext, mode: Mode, stage: string): Promise<void> {
	const { slack, start } = await openSlackWorld(context, { mode });
	const reached = Promise.withResolvers<void>();
	let held = true;
	const environment = await modelEnvironment(context, async (asked) => {
		if (asked === stage && held) {
			reached.resolve();
			await new Promise(() => {});
		}
		return PROGRAMS[asked];
	});
	const [first] = (await start(environment)) as [Bot];
	const admin = slack.person('alex', { admin: true });
	await admin.command('/toolset add movies example:movies', 'films');
	await slack.until(() => slack.ephemerals(admin).some((message) => visibleText(message).includes('Connected')));
	const asked = await slack.person('dana').say('films', QUESTION, { mention: true });
	await reached.promise;
	await first.end('SIGKILL');
	held = false;
	await start(environment);
	await slack.until(() => answers(slack, asked).length > 0, 30_000);
	const shown = slack
		.thread(asked.channel, asked.ts)
		.filter((message: Message) => message.bot_id)
		.map(visibleText);
	assert.equal(shown.length, 3, shown.join('\n---\n'));
	for (const [index, part] of [/Scaffold/, /Plan/, ANSWER].entries()) assert.match(shown[index] ?? '', part);
}

const PROGRAMS = {
	scaffold: `/** Counts films. @param name full name */
async function countFilms(name: string): Promise<number> {}
const count = await countFilms('Sofia Coppola');
return answer(\`Sofia Coppola directed \${count} movies.\`, count);`,
	plan: `async function countFilms(name: string): Promise<number> {
  // 1. Find the person.
  const people = await movies.searchPerson({ query: name });
  // 2. Fetch the credits and count.
  const credits = await movies.getPersonCredits({ person_id: people.results[0].id });
}`,
	implement: `/** Counts films. @param name full name */
async function countFilms(name: string): Promise<number> {
  const people = await movies.searchPerson({ query: name });
  const person = people.results[0];
  if (!person) throw new Error('nobody is called ' + name);
  const credits = await movies.getPersonCredits({ person_id: person.id });
  return credits.crew.filter((credit) => credit.job === 'Director').length;
}
const count = await countFilms('Sofia Coppola');
return answer(\`Sofia Coppola directed \${count} movies.\`, count);`,
	reflect: '',
} as const;
