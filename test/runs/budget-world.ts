import type { RunRequest } from '../../src/runs/run-request.ts';

export const WORKSPACE = 'slack:T1';

/** A question of a person, or, with `name`, a call of a stored function. */
export function question({
	user = 'U1',
	workspaceId = WORKSPACE,
	id = undefined as string | undefined,
	name = undefined as string | undefined,
} = {}): RunRequest {
	const call = name === undefined ? {} : { call: { name, args: [] } };
	return { workspaceId, conversation: 'c', text: 'q', askedBy: { id: user }, allowWrites: false, ...(id !== undefined && { id }), ...call };
}
