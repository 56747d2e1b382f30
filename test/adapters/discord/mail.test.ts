import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, type TestContext, test } from 'node:test';
import { createMail, type Letter, type Mail } from '../../../adapters/discord/mail.ts';
import { createOutbound, type Outbound } from '../../../adapters/discord/outbound/outbound.ts';
import type { Parts } from '../../../adapters/discord/parts.ts';
import { createInbox } from '../../../adapters/shared/inbox.ts';
import { createPostings } from '../../../src/runs/postings.ts';
import { createProcessIdentity } from '../../../src/runs/process-identity.ts';
import { visibleText } from '../../simulators/discord/discord.ts';
import { connectClient, logger, openParts } from './connect-client.ts';

const POST = 'POST /channels/:id/messages';

/** An identity of a process of this host that has ended. */
async function deadIdentity(): Promise<string> {
	const child = spawn(process.execPath, ['-e', '']);
	await once(child, 'exit');
	const [host] = createProcessIdentity().split(':');
	return `${host}:${child.pid}:gone`;
}

interface Opened {
	readonly mail: Mail;
	readonly outbound: Outbound;
}

async function open(context: TestContext) {
	const { discord, storage } = await openParts(context);
	const client = await connectClient(context, discord);
	const make = (owner = createProcessIdentity()): Opened => {
		const postings = createPostings(storage, { owner, logger });
		const outbound = createOutbound({ api: client.rest, postings, logger, retryMs: 1 });
		context.after(() => outbound.close());
		// A mention without words is answered without anything else.
		const parts = { client, outbound, services: { sampleQuestions: [] }, logger } as unknown as Parts;
		return { mail: createMail(createInbox(storage, { platform: 'discord', owner, logger }), parts), outbound };
	};
	const dana = discord.person('dana');
	const { id, channel_id: channel } = await dana.say('films', '', { mention: 'user' });
	const letter: Letter = {
		kind: 'message',
		id,
		channel,
		guild: discord.guild(),
		inThread: false,
		user: dana.id,
		name: 'dana',
		text: '',
		mentionsBot: true,
		mentionsOthers: false,
		hasFile: false,
		withheld: false,
	};
	const greetings = () => discord.messages('films').filter((message) => /Hello!/.test(visibleText(message))).length;
	const left = async () => {
		let count = 0;
		for await (const _ of storage.records('discord-inbox').entries()) count++;
		return count;
	};
	return { discord, storage, letter, make, greetings, left };
}

describe('what people write to the bot', { concurrency: true }, () => {
	test('is handled once, however often and to whichever process it comes', async (context) => {
		const { letter, make, greetings, left } = await open(context);
		const mails = [make(), make()];
		await Promise.all([...mails, ...mails, ...mails].map(({ mail }) => mail.take(letter)));
		await make().mail.takeUp();
		assert.deepEqual([greetings(), await left()], [1, 0]);
	});

	test('is taken up after a process that died, whether it had taken it or not', async (context) => {
		for (const leave of ['expect', 'take'] as const) {
			const { discord, letter, make, greetings, left } = await open(context);
			const dead = make(await deadIdentity());
			await dead.outbound.close();
			await dead.mail[leave](letter);
			assert.deepEqual([greetings(), await left()], [0, 1], leave);
			await Promise.all([make().mail.takeUp(), make().mail.takeUp()]);
			assert.deepEqual([greetings(), await left()], [1, 0], leave);
			assert.equal(discord.calls.filter(({ method }) => method === 'POST').length, 1);
		}
	});

	test('is left to the next process when this one is stopping', async (context) => {
		const { letter, make, greetings, left } = await open(context);
		const { mail, outbound } = make();
		await outbound.close();
		await mail.take(letter);
		assert.deepEqual([greetings(), await left()], [0, 1]);
		await make().mail.take(letter);
		assert.equal(greetings(), 0, 'it is in the hands of a process that lives');
	});

	test('stays while Discord is out of reach, or does not know the bot', async (context) => {
		for (const fault of [{ status: 503 }, { status: 401 }]) {
			const { discord, letter, make, greetings, left } = await open(context);
			discord.faults.next('*', fault, 1000);
			await assert.rejects(make().mail.take(letter));
			assert.deepEqual([greetings(), await left()], [0, 1]);
		}
	});

	test('is done with when nobody can be told: Discord refuses it', async (context) => {
		const { discord, letter, make, left } = await open(context);
		discord.faults.next(POST, { status: 403, code: 50_013 }, 1000);
		await make().mail.take(letter);
		assert.equal(await left(), 0);
	});

	test('and could not be acknowledged is done with', async (context) => {
		const { letter, make, greetings, left } = await open(context);
		const { mail } = make(await deadIdentity());
		await mail.expect(letter);
		await mail.drop(letter);
		await make().mail.takeUp();
		assert.deepEqual([greetings(), await left()], [0, 0]);
	});

	test('is acknowledged although the storage does not take it', async (context) => {
		const { storage, letter, make } = await open(context);
		const { mail } = make();
		await storage.close();
		await mail.expect(letter);
		await mail.drop(letter);
		await mail.takeUp();
		await assert.rejects(mail.take(letter));
	});
});
