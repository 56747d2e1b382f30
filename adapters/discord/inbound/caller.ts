import { type BaseInteraction, InteractionContextType, PermissionFlagsBits } from 'discord.js';
import type { Request } from '../../../commands/command.ts';
import type { Presser } from '../../shared/run-actions.ts';
import type { Parts } from '../parts.ts';
import { workspaceOf } from '../place.ts';

/** Whether the bot itself is where the interaction happened. Elsewhere it may only answer the interaction. Takes no call. */
export function isPresent(interaction: BaseInteraction): boolean {
	const { guildId, context, client } = interaction;
	return guildId === null ? context === InteractionContextType.BotDM : client.guilds.cache.has(guildId);
}

/** The server with the bot that the interaction happened in. */
export function guildHere(interaction: BaseInteraction): string | undefined {
	return isPresent(interaction) ? (interaction.guildId ?? undefined) : undefined;
}

/** Whose APIs, runs and functions the interaction is about. Rejects with a UserError. */
export async function workspaceHere(interaction: BaseInteraction, { workspaces }: Parts): Promise<string> {
	const guild = guildHere(interaction);
	return guild === undefined ? workspaces.of(interaction.user.id) : workspaceOf(guild);
}

/** As far as Discord has said it with the interaction, which is anew every time. */
export function isAdminHere(interaction: BaseInteraction, { people }: Pick<Parts, 'people'>): boolean {
	if (people.isListed(interaction.user.id)) return true;
	return guildHere(interaction) !== undefined && interaction.memberPermissions?.has(PermissionFlagsBits.ManageGuild) === true;
}

export async function presserOf(interaction: BaseInteraction, parts: Parts): Promise<Presser> {
	const workspaceId = await workspaceHere(interaction, parts);
	return {
		id: interaction.user.id,
		workspaceId,
		isAdmin: adminCheck(interaction, workspaceId, parts),
		name: async () => nameOf(interaction),
	};
}

export async function requestOf(interaction: BaseInteraction, options: Request['options'], parts: Parts): Promise<Request> {
	const workspaceId = await workspaceHere(interaction, parts);
	await parts.workspaces.welcome(workspaceId);
	return {
		id: interaction.id,
		workspaceId,
		// Commands answer the interaction itself; only questions have a conversation.
		conversation: workspaceId,
		user: { id: interaction.user.id, name: nameOf(interaction), isAdmin: adminCheck(interaction, workspaceId, parts) },
		options,
	};
}

/** Outside of a server, Discord says nothing of anybody's rights in it. */
function adminCheck(interaction: BaseInteraction, workspaceId: string, parts: Parts): () => Promise<boolean> {
	return async () =>
		guildHere(interaction) === undefined ? parts.people.isAdmin(workspaceId, interaction.user.id) : isAdminHere(interaction, parts);
}

function nameOf({ member, user }: BaseInteraction): string {
	return member && 'displayName' in member ? member.displayName : user.displayName;
}
