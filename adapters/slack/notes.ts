import type { ModalView } from '@slack/types';
import { escapeText } from './render/escape.ts';
import type { SlackMessage } from './render/message.ts';
import type { ShownReply } from './render/reply.ts';
import { markedSection } from './views/form.ts';

/** One line that only reports. `text` is ours: nothing of what a person or a model wrote. */
export function noteMessage(text: string): SlackMessage {
	return { text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] };
}

/** The answer to a mention that asks nothing. */
export function greetingMessage(sampleQuestions: readonly string[]): SlackMessage {
	const samples = sampleQuestions.map((question) => `• ${escapeText(question)}`).join('\n');
	const examples = samples === '' ? '' : `\nNo model is configured, so these can be answered:\n${samples}`;
	return noteMessage(
		`Hello! Mention me with a question. I write a small program against the APIs of this workspace, run it, and show the work in the thread.${examples}\n\`/help\` explains the commands, \`/toolset list\` shows the APIs.`,
	);
}

/** For people of other workspaces, who share a channel with this one. */
export function strangerMessage(): SlackMessage {
	return noteMessage('Only members of the workspace that this bot belongs to can ask it: one of them can ask for you.');
}

/** The answer to a file without words. */
export function fileMessage(): SlackMessage {
	return noteMessage('Files cannot be read yet. Type what you want to know as a message.');
}

/** What the bot posts where a question came without a message of its own. */
export function questionMessage(user: string, question: string): SlackMessage {
	const shown = question.length > QUESTION_CHARACTERS ? `${question.slice(0, QUESTION_CHARACTERS)}…` : question;
	const quoted = escapeText(shown)
		.split('\n')
		.map((line) => `> ${line}`)
		.join('\n');
	return {
		text: `A question: ${escapeText(shown.slice(0, 150))}`,
		blocks: [{ type: 'section', text: { type: 'mrkdwn', text: `<@${user}> asks:\n${quoted}` } }],
	};
}

/** Of the 3,000 characters of a section, escapes may take five for one. */
const QUESTION_CHARACTERS = 500;

/** What a command answers, as a form's last page: tables, which only messages have, a line for each row. */
export function replyView(title: string, reply: ShownReply): ModalView {
	return noteView(title, reply.flatMap(linesOf).join('\n'));
}

function linesOf(block: ShownReply[number]): string[] {
	if (block.kind === 'text') return [block.text];
	return block.kind === 'table' ? block.rows.map((row) => `• ${row.filter((cell) => cell !== '').join(' · ')}`) : [];
}

/** A form's last page. `text` is Markdown with nothing beyond bold and code. */
export function noteView(title: string, text: string): ModalView {
	return {
		type: 'modal',
		title: { type: 'plain_text', text: title },
		close: { type: 'plain_text', text: 'Close' },
		blocks: [markedSection(text.trim() || 'Done.')],
	};
}
