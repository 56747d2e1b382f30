import type { Reply, ReplyBlock } from '../../../commands/command.ts';
import { isStopped } from '../../../src/errors.ts';
import { toldError } from '../../shared/told-error.ts';
import type { Outbound } from '../outbound/outbound.ts';
import type { Parts } from '../parts.ts';
import type { ShownReply } from '../render/reply.ts';

/** Who is answered, in a workspace. */
export interface Recipient {
	readonly team: string;
	readonly user: string;
	/** Of what is answered, the same at every delivery: each file is sent once for it. */
	readonly id: string;
}

/** What sending takes of the parts. */
export interface Sender {
	readonly outbound: Pick<Outbound, 'call' | 'upload'>;
	readonly logger: Parts['logger'];
}

/**
 * Sends the files of a reply into the direct messages of whom it is for, since nothing that only they see in a channel can carry one. In place of each the
 * reply then says so, or why it was not sent. Rejects only when the bot is stopping.
 */
export async function sendFiles(reply: Reply, recipient: Recipient, sender: Sender): Promise<ShownReply> {
	const shown: ShownReply[number][] = [];
	for (const [at, block] of reply.entries()) {
		shown.push(block.kind === 'file' ? { kind: 'text', text: await sent(block, `file.${recipient.id}.${at}`, recipient, sender) } : block);
	}
	return shown;
}

async function sent(
	{ name, content }: Extract<ReplyBlock, { kind: 'file' }>,
	key: string,
	{ team, user }: Recipient,
	{ outbound, logger }: Sender,
): Promise<string> {
	try {
		await outbound.upload({ team, channel: await directChannel(team, user, outbound) }, key, { filename: name, title: name, content });
		return `Sent \`${name}\` to your direct messages.`;
	} catch (error) {
		if (isStopped(error)) throw error;
		return `\`${name}\` could not be sent to your direct messages. ${toldError(error, logger).userMessage}`;
	}
}

/** The id of a person stands for it in messages, but not in uploads (github.com/slackapi/bolt-js, issue 2115). */
async function directChannel(team: string, user: string, outbound: Sender['outbound']): Promise<string> {
	const { channel } = await outbound.call(team, (client) => client.conversations.open({ users: user }));
	if (!channel?.id) throw new Error('Slack gave no channel for direct messages');
	return channel.id;
}
