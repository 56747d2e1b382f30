import type { AutocompleteInteraction } from 'discord.js';
import type { CommandOption } from '../../../commands/command.ts';
import { byUse } from '../../../commands/functions/describe.ts';
import type { FunctionRecord } from '../../../src/repository/function-record.ts';
import type { Parts } from '../parts.ts';
import { workspaceHere } from './caller.ts';
import { commandOf, focusedOf } from './typed-command.ts';

/** Discord takes 25 choices, with names and values of 1 to 100 characters. */
const CHOICES = 25;
const CHOICE = 100;

/** Offers names while somebody types one: those that begin so first. Never rejects: without an offer, it can be typed. */
export async function suggest(interaction: AutocompleteInteraction, parts: Parts): Promise<void> {
	try {
		const { name, value } = focusedOf(interaction);
		const { completes, choices = [] } = commandOf(interaction)?.options.find((option) => option.name === name) ?? {};
		const toolset = interaction.options.getString('name') ?? '';
		const names = completes ? await namesOf(completes, { workspaceId: await workspaceHere(interaction, parts), toolset }, parts) : [];
		await interaction.respond(matching([...choices, ...names], value).map((choice) => ({ name: choice, value: choice })));
	} catch (error) {
		parts.logger.debug({ err: error }, 'names could not be offered');
	}
}

/** At most 25 that hold what was typed, in their order, but those that begin with it first. */
export function matching(names: readonly string[], typed: string): string[] {
	const [wanted, short] = [typed.trim().toLowerCase(), names.filter((name) => name.length > 0 && name.length <= CHOICE)];
	const found = short.filter((name) => name.toLowerCase().includes(wanted));
	const begins = (name: string) => name.toLowerCase().startsWith(wanted);
	return [...found.filter(begins), ...found.filter((name) => !begins(name))].slice(0, CHOICES);
}

async function namesOf(
	what: NonNullable<CommandOption['completes']>,
	{ workspaceId, toolset }: { readonly workspaceId: string; readonly toolset: string },
	{ services: { catalogue, functions } }: Parts,
): Promise<string[]> {
	if (what === 'tool') return [...((await catalogue.loadWhole(workspaceId, toolset))?.tools.keys() ?? [])];
	if (what === 'toolset') return (await catalogue.list(workspaceId)).map(({ name }) => name);
	return namesByUse(await functions.list(workspaceId));
}

/** Each name once, however many versions it has and whatever their states: those that are offered no more are shown, verified and restored by name. */
export function namesByUse(records: readonly FunctionRecord[]): string[] {
	return [...new Set(byUse(records).map(({ name }) => name))];
}
