import { UserError } from '../../src/errors.ts';
import type { FunctionRecord } from '../../src/repository/function-record.ts';
import type { FunctionStore } from '../../src/repository/function-store.ts';
import { preferred } from '../../src/repository/lifecycle.ts';
import { closestName } from '../../src/toolset/closest-name.ts';
import type { CommandOption, CommandServices, Request } from '../command.ts';
import { optional } from '../toolset/existing.ts';

type Functions = Pick<FunctionStore, 'versions' | 'list'>;

export const NAME: CommandOption = {
	name: 'name',
	description: 'its name in /functions list',
	kind: 'word',
	required: true,
	completes: 'function',
};

export const VERSION: CommandOption = { name: 'version', description: 'which version, as /functions show lists them', kind: 'value' };

/** Of the name in the options: all its versions, the newest first, at least one. Rejects with `not-found` and the nearest name. */
export async function versionsNamed({ workspaceId, options }: Request, { functions }: Pick<CommandServices, 'functions'>) {
	const name = String(options.name);
	const versions = await functions.versions(workspaceId, name);
	return versions.length > 0 ? versions : missing(workspaceId, name, functions);
}

/** The version that the options ask for, else the one that `choose` takes. Rejects with `not-found` or `bad-input`. */
export async function functionNamed(
	request: Request,
	services: Pick<CommandServices, 'functions'>,
	choose: (versions: readonly FunctionRecord[]) => FunctionRecord | undefined = preferred,
): Promise<{ readonly record: FunctionRecord; readonly versions: readonly FunctionRecord[] }> {
	const versions = await versionsNamed(request, services);
	const wanted = optional(request.options.version);
	const record = wanted === undefined ? choose(versions) : versions.find(({ version }) => String(version) === wanted.replace(/^v/i, ''));
	if (record) return { record, versions };
	const numbers = versions.map(({ version }) => version).toReversed();
	throw new UserError(
		'not-found',
		`${String(request.options.name)} has no version ${wanted ?? ''}. There ${numbers.length === 1 ? 'is version' : 'are versions'} ${numbers.join(', ')}.`,
	);
}

/** Names of the functions that call this one, by themselves and in one of their versions that is not retired. */
export async function usersOf(
	{ name, workspaceId }: Pick<FunctionRecord, 'name' | 'workspaceId'>,
	functions: Functions,
): Promise<string[]> {
	const users = (await functions.list(workspaceId)).filter(
		({ state, uses }) => state !== 'retired' && uses.some((use) => use.name === name),
	);
	return [...new Set(users.map((user) => user.name))].sort();
}

async function missing(workspaceId: string, name: string, functions: Functions): Promise<never> {
	const near = closestName(name, [...new Set((await functions.list(workspaceId)).map((record) => record.name))]);
	const advice = near === undefined ? '' : ` Did you mean ${near}?`;
	throw new UserError('not-found', `There is no stored function named ${name}.${advice} /functions list shows all.`);
}
