import { literal, literalLine, person, quote, textDisplay } from './elements.ts';
import type { DiscordMessage } from './message.ts';

const SAMPLES = 10;
const SAMPLE = 200;
/** Escaped, and with a mark before each line, it stays within a message. */
const QUESTION = 1000;

/** One line that only reports. `text` is Markdown of ours: nothing of what a person or a model wrote. */
export function noteMessage(text: string): DiscordMessage {
	return { components: [textDisplay(text)] };
}

/** The answer to a mention that asks nothing. `sampleQuestions` are what can be answered without a model; none when there is one. */
export function greetingMessage(sampleQuestions: readonly string[]): DiscordMessage {
	const samples = sampleQuestions.slice(0, SAMPLES).map((question) => `- ${literalLine(question, SAMPLE)}`);
	const examples = samples.length === 0 ? '' : `\nNo model is configured, so these can be answered:\n${samples.join('\n')}`;
	return noteMessage(
		`Hello! Mention me with a question. I write a small program against the APIs of this server, run it, and show the work in a thread.${examples}\n\`/help\` explains the commands, \`/toolset list\` shows the APIs.`,
	);
}

/** The answer to a file without words. */
export function fileMessage(): DiscordMessage {
	return noteMessage('Files cannot be read yet. Type what you want to know as a message.');
}

/** What the bot posts where a question came without a message of its own. */
export function questionMessage(userId: string, question: string): DiscordMessage {
	return noteMessage(`${person(userId)} asks:\n${quote(literal(question, QUESTION))}`);
}
