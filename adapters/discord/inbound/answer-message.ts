import { beginsRun } from '../../../commands/begin-run.ts';
import { parseLine } from '../../../commands/parse.ts';
import { commandTable } from '../../../commands/table.ts';
import { UserError } from '../../../src/errors.ts';
import type { Parts } from '../parts.ts';
import { conversationKey } from '../place.ts';
import { fileMessage, greetingMessage } from '../render/notes.ts';
import { askAt, textOf } from './ask.ts';
import type { IncomingMessage } from './incoming-message.ts';
import { tell, tellError } from './tell.ts';

/** Whether a message is for the bot: a mention, a direct message, or a follow-up where it is engaged, or was at that time (ms). */
export async function isForBot(message: IncomingMessage, { engagements }: Pick<Parts, 'engagements'>, at?: number): Promise<boolean> {
	const { guild, channel, inThread, user, text, mentionsBot, mentionsOthers } = message;
	if (guild === undefined || mentionsBot) return true;
	if (!inThread || mentionsOthers || text === '') return false;
	return engagements.includes(conversationKey({ kind: 'channel', channel }), user, at);
}

/** Answers what somebody wrote to the bot. Rejects only when the bot is stopping, or cannot say whether it was done. */
export async function answerMessage(message: IncomingMessage, parts: Parts): Promise<void> {
	const { id, channel, guild, user, name, text } = message;
	const ear = { target: { channel, replyTo: id }, user, key: `told.${id}` };
	try {
		if (message.withheld) throw new UserError('bad-input', WITHHELD);
		if (text === '') return await tell(ear, message.hasFile ? fileMessage() : greetingMessage(parts.services.sampleQuestions), parts);
		const { command, options } = parseLine(text, commandTable);
		if (!beginsRun(command)) throw new UserError('bad-input', typeIt(command.path));
		const asking = { command: command.path.join(' '), options, user, name, id: `${channel}/${id}`, ...(guild !== undefined && { guild }) };
		const asked = await textOf(asking, parts);
		await askAt({ channel, message: id, ...(guild !== undefined && { guild }) }, asked, asking, parts);
	} catch (error) {
		await tellError(ear, error, parts);
	}
}

const WITHHELD =
	'Discord shows me the text of a message only when it mentions me myself, not my role. Mention me by my name, and ask again.';

function typeIt(path: readonly string[]): string {
	return `Commands are answered for you alone, which Discord allows only when they are chosen from the menu: type /${path.join(' ')} without a mention.`;
}
