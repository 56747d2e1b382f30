import type { BaseInteraction } from 'discord.js';
import type { Command, Request } from '../../../commands/command.ts';
import { lineOf } from '../../../commands/parse.ts';
import { confirmationOf, runCommand } from '../../../commands/run-command.ts';
import { UserError } from '../../../src/errors.ts';
import type { Parts } from '../parts.ts';
import { guildOf } from '../place.ts';
import { confirmationOf as confirmationId, MOST_CONFIRMATION } from '../render/custom-id.ts';
import { confirmationMessage, renderReply } from '../render/reply.ts';
import { guildHere, requestOf } from './caller.ts';
import { type Answerable, answer } from './respond.ts';

/** Does what a command says, and answers it; where something is to be asked first, the answer is that question. Rejects with a UserError. */
export async function perform(interaction: Answerable, command: Command, options: Request['options'], parts: Parts): Promise<void> {
	const request = await requestOf(interaction, options, parts);
	const { question, options: confirmed } = await confirmationOf(command, request, parts.services);
	if (question !== undefined) {
		const where = serverName(interaction, request.workspaceId);
		const value = confirmable(request.workspaceId, lineOf(command, confirmed));
		return answer(interaction, [confirmationMessage(where === undefined ? question : `In ${where}: ${question}`, value)]);
	}
	await answer(interaction, renderReply(await runCommand(command, { ...request, options: confirmed }, parts.services)));
}

/** What a button that confirms it can carry. */
function confirmable(workspaceId: string, line: string): string {
	const value = confirmationId(workspaceId, line);
	if (value.length <= MOST_CONFIRMATION) return value;
	throw new UserError('bad-input', `The name is too long for a button of Discord. At the console it goes with: ${line}`);
}

/** Outside of servers people cannot see whose APIs a command is about. */
function serverName(interaction: BaseInteraction, workspaceId: string): string | undefined {
	const guild = guildHere(interaction) === undefined ? guildOf(workspaceId) : undefined;
	// Our own words are Markdown, and a name is not.
	return guild && interaction.client.guilds.cache.get(guild)?.name.replaceAll(/[*`]/g, '');
}
