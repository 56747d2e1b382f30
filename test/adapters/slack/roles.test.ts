import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import type { Answer } from '../../simulators/model-server.ts';
import type { Slack } from '../../simulators/slack/slack.ts';
import { type RedisServer, startRedisServer } from '../../storage/redis-server.ts';
import { ASKED, askPeople } from '../ask-people.ts';
import { makeThings, writesTo } from '../make-things.ts';
import { openSlackWorld } from './bot-process.ts';
import { freePort } from './free-port.ts';
import { becomes, countOf, hasButton, heard, postsIn, press, SAMPLE, SAMPLE_ANSWER, seen, shownIn } from './people-see.ts';
import { oauthEnvironment } from './slack-bench.ts';
import { connectThings } from './things.ts';

const CARD = /May the program change data with/;

/** As `makeThings` and `askPeople`; nothing comes of `Think for ever.` */
const answer: Answer = (stage, prompt) => {
	if (/Think for ever/.test(prompt)) return new Promise(() => {});
	return /Confirm \w+\./.test(prompt) ? askPeople(stage, prompt) : makeThings(stage, prompt);
};

/** What people press reaches the process that listens, while the other one waits for it. */
const SCENES: Readonly<Record<string, (slack: Slack, context: TestContext) => Promise<void>>> = {
	async 'a write that is allowed goes out once, and its card says so'(slack, context) {
		const [dana, alex] = [slack.person('dana'), slack.person('alex', { admin: true })];
		const api = await connectThings(context, slack, alex, 'wheel');
		const asked = await dana.say('wheels', 'Make a wheel.', { mention: true });
		const card = await seen(slack, asked, CARD);
		await dana.click(card, 'Approve');
		await seen(slack, asked, /This is wheel number 1\./);
		await becomes(slack, card, /✅ Approved by/);
		assert.equal(writesTo(api), 1);
		assert.equal(countOf(slack, asked, CARD), 1);
	},

	async 'a run that is stopped ends, and nothing of its status stays'(slack) {
		const dana = slack.person('dana');
		const asked = await dana.say('thoughts', 'Think for ever.', { mention: true });
		await press(slack, dana, asked, 'Stop');
		await seen(slack, asked, /Stopped by dana/);
		await slack.until(() => !postsIn(slack, asked).some((message) => hasButton(message, 'Stop')));
		assert.equal(postsIn(slack, asked).length, 1, shownIn(slack, asked).join('\n---\n'));
	},

	async 'a run that is stopped while its card stands settles it'(slack, context) {
		const [dana, ada] = [slack.person('dana'), slack.person('ada', { admin: true })];
		await connectThings(context, slack, ada, 'bell');
		const asked = await dana.say('bells', 'Make a bell.', { mention: true });
		const card = await seen(slack, asked, CARD);
		await press(slack, dana, asked, 'Stop');
		await becomes(slack, card, /Stopped before anybody decided\. Nothing was sent\./);
		await seen(slack, asked, /Stopped by dana/);
	},
};

describe('a process that listens and one that answers', () => {
	let redis: RedisServer;
	let database = 0;
	before(async () => {
		redis = await startRedisServer();
	});
	after(() => redis.dispose());
	const queue = () => ({ REDIS_URL: `${redis.url}/${database++}` });

	for (const mode of ['socket', 'http'] as const) {
		test(`serve one workspace together (${mode})`, async (context) => {
			const environment = { ...queue(), ...(await modelEnvironment(context, answer)), ALLOW_PRIVATE_HOSTS: '127.0.0.1' };
			const { slack, start } = await openSlackWorld(context, { mode, environment });
			await start({ ROLE: 'front' });
			const dana = slack.person('dana');
			const asked = await dana.say('films', 'Confirm film.', { mention: true });
			const status = await seen(slack, asked, /Waiting for its turn…/);
			const [worker] = await start({ ROLE: 'worker' });
			assert.match(worker?.output() ?? '', /ToolCoder Bot is in Slack: workspace Films, to post only\./);
			assert.equal(slack.connections(), mode === 'socket' ? 1 : 0);
			const card = await seen(slack, asked, ASKED);
			await dana.click(card, 'Yes');
			await seen(slack, asked, /The film is true!/);
			await becomes(slack, card, /✅ Answered by/);
			await slack.until(() => slack.message(status) === undefined && slack.status(asked) === '');
			await slack.until(() => slack.sessions().some(({ thread_ts: ts, status: now }) => ts === asked.ts && now === 'active'));
			const shown = shownIn(slack, asked);
			assert.equal(new Set(shown).size, shown.length, shown.join('\n---\n'));
			if (mode === 'http') await Promise.all(Object.entries(SCENES).map(([name, scene]) => context.test(name, (t) => scene(slack, t))));
		});
	}

	test('serve all workspaces that install the app', async (context) => {
		const port = await freePort();
		const { slack, start } = await openSlackWorld(context, { mode: 'http', environment: { ...queue(), PORT: String(port) } });
		await start({ ...oauthEnvironment(slack), ROLE: 'front' });
		const [worker] = await start({ ...oauthEnvironment(slack), ROLE: 'worker' });
		assert.match(worker?.output() ?? '', /no workspace yet.*to post only/);
		const alex = slack.person('alex', { admin: true });
		await alex.install(`http://127.0.0.1:${port}/slack/install`);
		await alex.command('/toolset add movies example:movies', 'films');
		await heard(slack, alex, /Connected/);
		const asked = await alex.say('films', SAMPLE, { mention: true });
		await seen(slack, asked, SAMPLE_ANSWER);
	});
});
