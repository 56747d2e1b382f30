import { randomUUID } from 'node:crypto';
import { toUserError } from '../../src/errors.ts';
import type { Parts } from './parts.ts';
import type { SlackMessage } from './render/message.ts';
import { errorMessage } from './render/reply.ts';

/** Where one person is told something that nobody else sees. */
export interface Ear {
	readonly team: string;
	/** The id of the user for what was done in no channel: they are told in a direct message. */
	readonly channel: string;
	readonly user: string;
	readonly threadTs?: string;
}

/** Rejects with a UserError when Slack does not take it. */
export async function tell({ team, channel, user, threadTs }: Ear, messages: readonly SlackMessage[], { outbound }: Parts): Promise<void> {
	for (const { text, blocks } of messages) {
		if (channel === user) {
			await outbound.post({ team, channel }, `told.${randomUUID()}`, { text, blocks });
			continue;
		}
		await outbound.call(team, (client) =>
			client.chat.postEphemeral({ channel, user, text, blocks: [...blocks], ...(threadTs && { thread_ts: threadTs }) }),
		);
	}
}

/** Tells a person why something was not done; what is no fault of theirs goes to the log as well. Never rejects. */
export async function tellError(ear: Ear, error: unknown, parts: Parts): Promise<void> {
	const told = toUserError(error);
	if (told.code === 'internal' || told.code === 'storage') parts.logger.error({ err: error }, 'a request of Slack failed');
	try {
		await tell(ear, [errorMessage(told)], parts);
	} catch (unheard) {
		parts.logger.warn({ err: unheard, told: told.userMessage }, 'a person could not be told of a failure');
	}
}
