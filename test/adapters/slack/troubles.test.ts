import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import { type MessageRef, type Person, type Slack, visibleText } from '../../simulators/slack/slack.ts';
import { openSlackWorld } from './bot-process.ts';
import { freePort } from './free-port.ts';
import {
	countOf,
	directChannel,
	FOLLOW_UP,
	FOLLOW_UP_ANSWER,
	hasButton,
	heard,
	postsIn,
	press,
	SAMPLE,
	SAMPLE_ANSWER,
	seen,
	shownIn,
	writtenTo,
} from './people-see.ts';
import { oauthEnvironment } from './slack-bench.ts';

/** What stands in a thread more than once. */
function repeated(slack: Slack, thread: MessageRef): string[] {
	const shown = shownIn(slack, thread);
	return shown.filter((text, index) => shown.indexOf(text) !== index);
}

describe('trouble', { concurrency: 3 }, () => {
	test('with the channel: the asker gets the answer directly', { concurrency: true }, async (context) => {
		const held = new Map<string, PromiseWithResolvers<void>>();
		const gate = (film: string) => {
			const known = held.get(film) ?? Promise.withResolvers<void>();
			held.set(film, known);
			return known;
		};
		const environment = await modelEnvironment(context, async (stage, prompt) => {
			const film = /Name (\w+)\./.exec(prompt)?.[1] ?? '';
			if (stage === 'implement') await gate(film).promise;
			const head = `async function name${film}(): Promise<string>`;
			const call = `const name = await name${film}();\nreturn answer(\`The name is \${name}.\`, name);`;
			return stage === 'scaffold'
				? `${head} {}\n${call}`
				: stage === 'plan'
					? `${head} {\n  // 1. Say it.\n}`
					: `${head} { return '${film}'; }\n${call}`;
		});
		const { slack, start } = await openSlackWorld(context, { mode: 'socket' });
		await start(environment);
		const ask = async (asker: Person, film: string) => {
			const thread = await asker.say(`about-${film.toLowerCase()}`, `Name ${film}.`, { mention: true });
			await seen(slack, thread, /Plan/);
			return thread;
		};
		await Promise.all([
			context.test('when it was archived', async () => {
				const una = slack.person('una');
				await ask(una, 'Archived');
				await slack.channel('about-archived', { archived: true });
				gate('Archived').resolve();
				await writtenTo(slack, una, /could not be posted there\. This channel is archived\. Unarchive it, or ask in another channel\./);
				await writtenTo(slack, una, /The name is Archived\./);
			}),
			context.test('when the bot was removed from it', async () => {
				const vic = slack.person('vic');
				const { channel } = await ask(vic, 'Removed');
				await asBot(slack, 'conversations.leave', { channel });
				gate('Removed').resolve();
				await writtenTo(
					slack,
					vic,
					new RegExp(
						`The answer to your question in <#${channel}> could not be posted there\\. The bot is not in this channel\\. Type /invite`,
					),
				);
				await writtenTo(slack, vic, /The name is Removed\./);
			}),
			context.test('but not when only the question was deleted', async () => {
				const wes = slack.person('wes');
				const thread = await ask(wes, 'Deleted');
				await wes.remove(thread);
				gate('Deleted').resolve();
				await seen(slack, thread, /The name is Deleted\./);
			}),
			context.test('but not when only its status was deleted', async () => {
				const xia = slack.person('xia');
				const thread = await ask(xia, 'Status');
				const status = await slack.until(() => postsIn(slack, thread).find((message) => hasButton(message, 'Stop')));
				await asBot(slack, 'chat.delete', { channel: status.channel, ts: status.ts });
				gate('Status').resolve();
				await seen(slack, thread, /The name is Status\./);
				assert.ok(!postsIn(slack, thread).some((message) => hasButton(message, 'Stop')));
			}),
		]);
	});

	test('with posting: every message appears once', async (context) => {
		const { slack, start } = await openSlackWorld(context, { mode: 'http' });
		await start();
		const dana = slack.person('dana');
		const faults = [{ status: 429, retryAfter: 1 }, { status: 500 }, { drop: 'before' }, { drop: 'after' }] as const;
		for (const fault of faults) slack.faults.next('chat.postMessage', fault);
		const threads = await Promise.all(faults.map((_, index) => dana.say(`films-${index}`, SAMPLE, { mention: true })));
		for (const thread of threads) {
			await seen(slack, thread, SAMPLE_ANSWER);
			const order = shownIn(slack, thread).map((text) =>
				['*Scaffold*', '*Plan*', 'directed 8 movies.\n'].find((part) => text.includes(part)),
			);
			assert.deepEqual(order, ['*Scaffold*', '*Plan*', 'directed 8 movies.\n'], shownIn(slack, thread).join('\n---\n'));
		}
		assert.equal(slack.faults.pending(), 0);
		slack.faults.next('chat.postEphemeral', { status: 503 });
		slack.faults.next('users.info', { drop: 'before' });
		await dana.say('films-0', '/settings', { mention: true });
		await heard(slack, dana, /Only an admin may use \/settings/);
	});

	test('with permissions: they are named', async (context) => {
		const scopes = ['app_mentions:read', 'channels:history', 'chat:write', 'commands', 'im:history', 'im:write'];
		const { slack, start } = await openSlackWorld(context, { mode: 'socket' }, { scopes });
		const owner = slack.person('owner', { admin: true });
		await start({ SLACK_ADMINS: owner.id });
		const dana = slack.person('dana');
		const lacks = (scope: string) =>
			new RegExp(`The app lacks the Slack permission ${scope}\\. Whoever manages it adds it at https://api\\.slack\\.com/apps`);
		await dana.command('/usage', 'films');
		await heard(slack, dana, lacks('users:read'));
		await owner.command('/toolset add', 'films');
		const form = await slack.until(() => slack.views(owner)[0]);
		await owner.submit(form, { name: 'things', file: await owner.upload('things.json', '{}') });
		await slack.until(() => slack.views(owner).some(({ blocks }) => lacks('files:read').test(visibleText({ text: '', blocks }))));
		await dana.openMessages();
		const thread = await dana.say('films', SAMPLE, { mention: true });
		await seen(slack, thread, SAMPLE_ANSWER);
	});

	test('with permission to post files: the answer stands in the thread, and what is missing is told', async (context) => {
		const environment = await modelEnvironment(context, (stage) => {
			const head = 'async function many(): Promise<{ number: number; square: number }[]>';
			const call = 'const rows = await many();\nreturn answer(`There are ${rows.length} of them.`, rows);';
			const body = '{ return Array.from({ length: 500 }, (_, number) => ({ number, square: number * number })); }';
			return stage === 'scaffold' ? `${head} {}\n${call}` : stage === 'plan' ? `${head} {\n  // 1. Count.\n}` : `${head} ${body}\n${call}`;
		});
		const scopes = ['app_mentions:read', 'channels:history', 'chat:write', 'commands', 'im:history', 'im:write', 'users:read'];
		const { slack, start } = await openSlackWorld(context, { mode: 'socket' }, { scopes });
		await start(environment);
		const dana = slack.person('dana');
		const thread = await dana.say('films', 'List many.', { mention: true });
		await seen(slack, thread, /There are 500 of them\./);
		await seen(slack, thread, /The app lacks the Slack permission files:write/);
		assert.deepEqual(repeated(slack, thread), []);
		assert.deepEqual(slack.messages(await directChannel(slack, dana)).map(visibleText), [], 'what stands in the thread is not sent again');
	});

	test('with workspaces that have no agents: the Stop button is still there', async (context) => {
		const environment = await modelEnvironment(context, () => new Promise(() => {}));
		const { slack, start } = await openSlackWorld(context, { mode: 'socket' }, { agent: false });
		await start(environment);
		const dana = slack.person('dana');
		await dana.openMessages();
		const thread = await dana.say('films', SAMPLE, { mention: true });
		await slack.until(() => postsIn(slack, thread).some((message) => hasButton(message, 'Stop')));
		assert.deepEqual(slack.statuses(thread), []);
		slack.faults.next('chat.delete', { drop: 'after' });
		await press(slack, dana, thread, 'Stop');
		await seen(slack, thread, /Stopped by dana/);
		assert.equal(postsIn(slack, thread).length, 1, shownIn(slack, thread).join('\n---\n'));
		assert.deepEqual(slack.prompts(dana), []);
	});

	test('with the installation: tokens go, and come back with it', async (context) => {
		const workspaces = [
			{ id: 'T0FILMS', name: 'Films' },
			{ id: 'T0OTHER', name: 'Other' },
		];
		const { slack, start, logs } = await openSlackWorld(context, { mode: 'socket' }, { workspaces });
		const settings = { ...oauthEnvironment(slack), PORT: String(await freePort()) };
		const page = `http://127.0.0.1:${settings.PORT}/slack/install`;
		const [bot] = await start(settings);
		const [alex, mallory] = [slack.person('alex', { admin: true }), slack.person('mallory', { admin: true, team: 'T0OTHER' })];
		await alex.install(page);
		await mallory.install(page);
		for (const admin of [alex, mallory]) {
			await admin.command('/toolset add movies example:movies', 'films');
			await heard(slack, admin, /as `movies`/);
		}
		const asked = await alex.say('films', SAMPLE, { mention: true });
		await seen(slack, asked, SAMPLE_ANSWER);

		slack.uninstall('T0FILMS');
		slack.revokeTokens('T0OTHER');
		await slack.settled();
		await slack.until(() => logs().split('a workspace has removed the app').length - 1 >= 2);
		await bot?.end();
		const [second] = await start(settings);
		assert.match(second?.output() ?? '', /no workspace yet \(install it at \/slack\/install\)/);

		await alex.install(page);
		await alex.say('films', FOLLOW_UP, { thread: asked });
		await seen(slack, asked, FOLLOW_UP_ANSWER);
		assert.equal(countOf(slack, asked, SAMPLE_ANSWER), 1);
	});
});

async function asBot(slack: Slack, method: string, fields: object): Promise<void> {
	const headers = { authorization: `Bearer ${slack.token}`, 'content-type': 'application/json' };
	const response = await fetch(slack.apiUrl + method, { method: 'POST', headers, body: JSON.stringify(fields) });
	const answer = (await response.json()) as { ok: boolean };
	assert.ok(answer.ok, JSON.stringify(answer));
}
