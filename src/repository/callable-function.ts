import { UserError } from '../errors.ts';
import { closestName } from '../toolset/closest-name.ts';
import type { FunctionRecord } from './function-record.ts';
import type { FunctionStore } from './function-store.ts';
import { isOffered, lastTransition } from './lifecycle.ts';

/**
 * The function of this name that a person may call. Rejects with `not-found` and the nearest name when there is none, with `not-allowed` and the reason
 * when it is not offered any more.
 */
export async function callableFunction(
	functions: Pick<FunctionStore, 'get' | 'list'>,
	workspaceId: string,
	name: string,
): Promise<FunctionRecord> {
	const record = await functions.get(workspaceId, name);
	if (!record) throw notFound(name, (await functions.list(workspaceId)).filter(isOffered));
	if (isOffered(record)) return record;
	const { reason } = lastTransition(record);
	throw new UserError(
		'not-allowed',
		`\`${name}\` is ${record.state} and not called any more: ${reason}. An admin can have it looked at with /functions verify ${name}.`,
	);
}

function notFound(name: string, known: readonly FunctionRecord[]): UserError {
	const names = known.map((record) => record.name);
	const near = closestName(name, names);
	const advice = near === undefined ? '' : ` Did you mean ${near}?`;
	return new UserError('not-found', `There is no stored function named ${name}.${advice} /functions list shows all.`);
}
