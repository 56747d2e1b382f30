import { UserError } from '../../errors.ts';
import { closestName } from '../../toolset/closest-name.ts';
import type { FunctionRecord } from '../function-record.ts';
import { isOffered, lastTransition } from '../function-state.ts';
import type { FunctionStore } from '../store/function-store.ts';

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
	if (!record) throw noSuchFunction(name, (await functions.list(workspaceId)).filter(isOffered));
	if (isOffered(record)) return record;
	const { reason } = lastTransition(record);
	const next = record.state === 'retired' ? `bring it back with /functions restore ${name}` : `check it with /functions verify ${name}`;
	throw new UserError(
		'not-allowed',
		`\`${name}\` is ${record.state} and not called any more: ${reason.replace(/\.$/, '')}. An admin can ${next}.`,
	);
}

/** With the nearest of those there are. */
export function noSuchFunction(name: string, known: readonly Pick<FunctionRecord, 'name'>[]): UserError {
	const near = closestName(name, [...new Set(known.map((record) => record.name))]);
	const advice = near === undefined ? '' : ` Did you mean ${near}?`;
	return new UserError('not-found', `There is no stored function named ${name}.${advice} /functions list shows all.`);
}
