/**
 * A bot that answers with the scripted answer until nothing is unfinished.
 *
 *     node answering-process.ts <database url> <address of the world> <submit text | resume> [event type whose showing never ends]
 *
 * Prints what it shows, one JSON line each: the run's question, event, index.
 */
import { pino } from 'pino';
import type { Conversation } from '../../src/conversation.ts';
import { createRunQueue } from '../../src/runs/run-queue.ts';
import { createRunStore } from '../../src/runs/run-store.ts';
import { openStorage } from '../../src/storage/open.ts';
import { scriptedAnswer, until } from './scripted-answer.ts';

const [url = '', world = '', task, hangAt] = process.argv.slice(2);
const logger = pino({ level: 'silent' });
const storage = await openStorage(url, { logger });

const conversation: Conversation = {
	async show({ question: { text } }, event, index) {
		await new Promise((written) => process.stdout.write(`${JSON.stringify({ text, event, index })}\n`, written));
		if (event.type === hangAt) await new Promise(() => {});
	},
	confirmWrite: async () => 'refused',
	askPerson: async () => false,
};

const queue = createRunQueue({
	storage,
	answer: (run, journal, signal) =>
		scriptedAnswer(run, journal, async (name) =>
			(await fetch(`${world}/${name}/${encodeURIComponent(run.question.text)}`, { method: 'POST', signal })).text(),
		),
	openConversation: () => conversation,
	concurrency: 4,
	logger,
});

if (task === 'resume') {
	await queue.resume();
	const store = createRunStore(storage);
	await until(async () => (await store.unfinished()).length === 0, 'the end of all runs');
	await queue.close();
	await storage.close();
} else {
	const texts = task?.split(',') ?? [];
	const common = { workspaceId: 'console:local', askedBy: { id: 'dana' }, allowWrites: true };
	await Promise.all(texts.map((text) => queue.submit({ ...common, conversation: text, text })));
	// Waits to be killed.
	setInterval(() => {}, 1000);
}
