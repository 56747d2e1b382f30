import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { QUESTION } from '../../contracts/chat-contract.ts';
import { visibleText } from '../../simulators/slack/slack.ts';
import { openSlackWorld } from './bot-process.ts';

const ANSWER = /Sofia Coppola directed 8 movies\./;

describe('a hundred mentions in twenty channels at once', { concurrency: 2 }, () => {
	for (const mode of ['socket', 'http'] as const) {
		test(`are each acknowledged and answered once (${mode})`, async (context) => {
			const { slack, start, logs } = await openSlackWorld(context, { mode, environment: { LOG_LEVEL: 'warn' } });
			await start();
			const people = Array.from({ length: 10 }, (_, index) => slack.person(`person-${index}`));
			const said = Array.from({ length: 100 }, (_, index) => people[index % 10]?.say(`films-${index % 20}`, QUESTION, { mention: true }));
			const asked = (await Promise.all(said)).filter((message) => message !== undefined);
			const shown = () =>
				asked.map(({ channel, ts }) =>
					slack
						.thread(channel, ts)
						.filter((message) => message.bot_id)
						.map(visibleText),
				);
			await slack.until(() => shown().every((texts) => texts.some((text) => ANSWER.test(text))), 60_000);

			// Every mention comes twice: as a mention and as a message.
			const deliveries = new Set(asked.flatMap((message) => slack.deliveriesOf(message)));
			const acks = slack.acks.filter(({ delivery }) => deliveries.has(delivery));
			assert.equal(acks.length, 200);
			// One attempt: within the 3 s that Slack waits for an answer.
			assert.deepEqual(
				acks.filter(({ status, attempts }) => status !== 200 || attempts !== 1),
				[],
			);
			for (const texts of shown()) assert.equal(texts.filter((text) => ANSWER.test(text)).length, 1, texts.join('\n---\n'));
			assert.doesNotMatch(logs(), /could not be posted|could not be shown|rate.?limited/i);
			const slowest = Math.max(...acks.map(({ ms }) => ms));
			context.diagnostic(`slowest acknowledgement ${Math.round(slowest)} ms, ${slack.rateLimited.length} calls were told to wait`);
		});
	}
});
