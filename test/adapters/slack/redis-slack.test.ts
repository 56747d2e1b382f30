import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { modelEnvironment, QUESTION } from '../../contracts/chat-contract.ts';
import { type Message, visibleText } from '../../simulators/slack/slack.ts';
import { type RedisServer, startRedisServer } from '../../storage/redis-server.ts';
import { ASKED, askPeople } from '../ask-people.ts';
import { openSlackWorld } from './bot-process.ts';
import { becomes, countOf, seen } from './people-see.ts';

describe('two processes on one Redis', () => {
	let redis: RedisServer;
	before(async () => {
		redis = await startRedisServer();
	});
	after(() => redis.dispose());

	for (const mode of ['socket', 'http'] as const) {
		test(`answer an event once that is delivered five times to both (${mode})`, async (context) => {
			const { slack, start } = await openSlackWorld(context, {
				mode,
				processes: 2,
				environment: { DATABASE_URL: `${redis.url}/${mode === 'http' ? 1 : 2}` },
			});
			await start();
			const dana = slack.person('dana');
			const asked = await Promise.all(['films', 'series', 'books'].map((channel) => dana.say(channel, QUESTION, { mention: true })));
			for (const delivery of asked.flatMap((message) => slack.deliveriesOf(message))) {
				await Promise.all(Array.from({ length: 4 }, () => slack.redeliver(delivery)));
			}
			const texts = () =>
				asked.map(({ channel, ts }) =>
					slack
						.thread(channel, ts)
						.filter((message) => message.bot_id)
						.map(visibleText),
				);
			await slack.until(() => texts().every((shown) => shown.some((text) => text.includes('directed 8 movies'))), 30_000);
			for (const shown of texts()) {
				assert.equal(new Set(shown).size, shown.length, shown.join('\n---\n'));
				assert.equal(shown.filter((text) => text.includes('2 tool calls')).length, 1);
			}
		});

		test(`stop a run that the other one has (${mode})`, async (context) => {
			const environment = await modelEnvironment(context, () => new Promise(() => {}));
			const { slack, start } = await openSlackWorld(context, {
				mode,
				processes: 2,
				environment: { DATABASE_URL: `${redis.url}/${mode === 'http' ? 3 : 4}`, ...environment },
			});
			await start();
			const dana = slack.person('dana');
			// Deliveries go to the processes in turn, so of several stops at least one comes to the one that does not have the run.
			const asked: Message[] = [];
			for (const channel of ['films', 'series', 'books', 'plays']) asked.push(await dana.say(channel, QUESTION, { mention: true }));
			await slack.until(() => asked.every(({ channel, ts }) => slack.thread(channel, ts).length > 1));
			for (const message of asked) await dana.stop(message);
			const stopped = ({ channel, ts }: { channel: string; ts: string }) =>
				slack.thread(channel, ts).some((message) => visibleText(message).includes('Stopped by dana'));
			await slack.until(() => asked.every(stopped));
		});

		test(`answer a program that the other one runs (${mode})`, async (context) => {
			const environment = await modelEnvironment(context, askPeople);
			const { slack, start } = await openSlackWorld(context, {
				mode,
				processes: 2,
				environment: { DATABASE_URL: `${redis.url}/${mode === 'http' ? 5 : 6}`, ...environment },
			});
			await start();
			const dana = slack.person('dana');
			const asked: Message[] = [];
			for (const channel of ['films', 'series', 'books', 'plays']) asked.push(await dana.say(channel, 'Confirm film.', { mention: true }));
			const cards = await Promise.all(asked.map((thread) => seen(slack, thread, ASKED)));
			// In turn, as with stops. Each comes to the program, and the card says so once.
			for (const card of cards) await dana.click(card, 'Yes');
			await Promise.all(asked.map((thread) => seen(slack, thread, /The film is true!/)));
			await Promise.all(cards.map((card) => becomes(slack, card, /✅ Answered by/)));
			for (const thread of asked) assert.equal(countOf(slack, thread, /^Is it the film\?\n/), 1);
		});
	}
});
