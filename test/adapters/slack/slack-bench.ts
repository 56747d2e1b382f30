import type { TestContext } from 'node:test';
import type { BenchOptions, ChatBench, Thread, Who } from '../../contracts/chat-contract.ts';
import { type Message, type Person, type Slack, visibleText } from '../../simulators/slack/slack.ts';
import { type Mode, openSlackWorld } from './bot-process.ts';
import { freePort } from './free-port.ts';

const HOME = { id: 'T0FILMS', name: 'Films' };
const ELSEWHERE = { id: 'T0OTHER', name: 'Other' };
const CHANNEL = 'films';

/** Slack as the chat contract sees it. */
export async function openSlackBench(
	context: TestContext,
	mode: Mode,
	{ environment, everywhere = false }: BenchOptions = {},
): Promise<ChatBench> {
	const { slack, start } = await openSlackWorld(context, { mode }, { workspaces: everywhere ? [HOME, ELSEWHERE] : [HOME] });
	const port = await freePort();
	await start({ ...environment, ...(everywhere && { ...oauthEnvironment(slack), PORT: String(port) }) });
	const people = new Map<Who, Person>();
	const person = (who: Who) => {
		const team = who === 'eve' || who === 'mallory' ? ELSEWHERE.id : HOME.id;
		const known = people.get(who) ?? slack.person(who, { admin: who === 'alex' || who === 'mallory', team });
		people.set(who, known);
		return known;
	};
	if (everywhere) for (const who of ['alex', 'mallory'] as const) await person(who).install(`http://127.0.0.1:${port}/slack/install`);
	return benchOf(slack, person);
}

/** The bot is installed by whoever opens its page, instead of having one token. */
export function oauthEnvironment(slack: Slack): Record<string, string> {
	return { SLACK_BOT_TOKEN: '', SLACK_CLIENT_ID: slack.clientId, SLACK_CLIENT_SECRET: slack.clientSecret };
}

function benchOf(slack: Slack, person: (who: Who) => Person): ChatBench {
	const posted = ({ channel, ts }: Thread) =>
		slack.thread(channel, ts).filter((message) => message.bot_id !== undefined && message.ts !== ts);
	return {
		async ask(who, text) {
			const { channel, ts } = await person(who).say(CHANNEL, text, { mention: true });
			return { channel, ts };
		},
		async reply(who, thread, text) {
			await person(who).say(thread.channel, text, { thread });
		},
		command: (who, line) => person(who).command(line, CHANNEL),
		async stop(who, thread) {
			await slack.until(() => slack.sessions().some(({ thread_ts: ts, status }) => ts === thread.ts && status === 'processing'));
			await person(who).stop(thread);
		},
		async press(who, thread, label) {
			const message = posted(thread).findLast((candidate) => JSON.stringify(candidate.blocks).includes(`"text":"${label}"`));
			if (!message) throw new Error(`no message with ${label}`);
			await person(who).join(CHANNEL);
			await person(who).click(message, label);
		},
		async redeliver(thread, times) {
			const deliveries = slack.deliveriesOf(thread);
			for (let time = 0; time < times; time++) await Promise.all(deliveries.map((delivery) => slack.redeliver(delivery)));
		},
		shown: (thread) => posted(thread).map(visibleText),
		fences: (thread) => posted(thread).flatMap(fencesOf),
		files: (thread) => slack.files().filter((file) => file.thread_ts === thread.ts),
		whispered: (who) => slack.ephemerals(person(who)).map(visibleText),
		async sayAsBots(text) {
			const dana = person('dana');
			const { channel } = await dana.say(CHANNEL, 'hello, all');
			const base = { type: 'message', channel, channel_type: 'channel', text: `<@${slack.botUser()}> ${text}`, team: HOME.id };
			const events = [
				{ ...base, ts: '1700000000.000001', user: slack.botUser(), bot_id: 'B0SELF' },
				{ ...base, ts: '1700000000.000002', user: 'U0OTHERBOT', bot_id: 'B0OTHER' },
				{ ...base, ts: '1700000000.000003', subtype: 'bot_message', bot_id: 'B0OTHER' },
				{ ...base, type: 'app_mention', ts: '1700000000.000004', user: slack.botUser(), bot_id: 'B0SELF' },
			];
			for (const event of events) slack.announce(event);
			await slack.settled();
			return events.map(({ ts }) => ({ channel, ts }));
		},
		until: slack.until,
		unacknowledged: () =>
			slack.acks
				.filter(({ status, ms }) => status !== 200 || ms > 3000)
				.map(({ type, status, attempts, ms }) => `${type}: status ${status}, ${attempts} attempts, ${Math.round(ms)} ms`),
	};
}

/** The code of a message. Throws for a block that is not closed where it was opened. */
function fencesOf({ blocks }: Message): string[] {
	return blocks.flatMap((block) => {
		if (block.type !== 'markdown') return [];
		const match = /^(`{3,})\w*\n([\s\S]*?)\n\1\s*$/.exec(String(block.text).trim());
		if (!match) throw new Error(`a code block is broken: ${String(block.text).slice(0, 200)}`);
		return [match[2] ?? ''];
	});
}
