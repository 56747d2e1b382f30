import { UserError } from '../../src/errors.ts';
import type { FunctionRecord } from '../../src/repository/function-record.ts';
import { isOffered, isSame, preferred } from '../../src/repository/function-state.ts';
import { noSuchFunction } from '../../src/repository/standing/callable-function.ts';
import { withUsers } from '../../src/repository/with-users.ts';
import type { CommandOption, CommandServices, Request } from '../command.ts';
import { optional } from '../toolset/existing.ts';

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
	if (versions.length === 0) throw noSuchFunction(name, await functions.list(workspaceId));
	return versions;
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

/** Names of the functions that use this version and are not retired. */
export async function usersOf(record: FunctionRecord, { functions }: Pick<CommandServices, 'functions'>): Promise<string[]> {
	const users = (await functions.list(record.workspaceId)).filter(
		({ state, uses }) => state !== 'retired' && uses.some((used) => isSame(used, record)),
	);
	return namesIn(users);
}

/** Names of the functions on offer that use one of these, themselves or through others: they are not offered without it. */
export async function dependentsOf(
	versions: readonly FunctionRecord[],
	{ functions }: Pick<CommandServices, 'functions'>,
): Promise<string[]> {
	const [first] = versions;
	if (!first) return [];
	const users = withUsers(versions, await functions.list(first.workspaceId));
	return namesIn(users.filter((user) => isOffered(user) && user.name !== first.name));
}

function namesIn(records: readonly FunctionRecord[]): string[] {
	return [...new Set(records.map(({ name }) => name))].sort();
}
