import { UserError } from '../errors.ts';
import type { Storage } from '../storage/storage.ts';
import type { ByWorkspace } from './namespace.ts';
import { NAMESPACES } from './namespaces.ts';

/** A workspace that has anything has something of these. */
const TELLING: ReadonlySet<string> = new Set(['runs', 'toolsets', 'function-versions', 'usage', 'first-run', 'slack-installations']);
/** Follows every key that begins with what stands before it. */
const LAST = '\u{10ffff}';

/** The workspaces that anything is stored of, in order. The cost is that of their number. */
export async function workspacesIn(storage: Storage): Promise<readonly string[]> {
	const found = new Set<string>();
	for (const { name, owner } of NAMESPACES) {
		if (owner.by !== 'workspace' || !TELLING.has(name)) continue;
		for await (const workspaceId of workspacesOf(storage, name, owner)) found.add(workspaceId);
	}
	return [...found].sort();
}

/** Passes by all other keys of a workspace once it has met one. */
async function* workspacesOf(storage: Storage, name: string, owner: ByWorkspace): AsyncGenerator<string> {
	const records = storage.records(name);
	for (let after: string | undefined = ''; after !== undefined; ) {
		let met: string | undefined;
		for await (const key of records.keys('', after)) {
			met = key;
			break;
		}
		const workspaceId: string | undefined = met === undefined ? undefined : owner.workspaceOf(met);
		if (workspaceId !== undefined) yield workspaceId;
		const prefix: string | undefined = workspaceId === undefined ? undefined : owner.prefixOf(workspaceId);
		after = prefix?.endsWith('/') ? prefix + LAST : met;
	}
}

/** Rejects with a UserError `not-found` that names those there are. */
export async function requireWorkspace(storage: Storage, workspaceId: string): Promise<void> {
	const known = await workspacesIn(storage);
	if (known.includes(workspaceId)) return;
	const there = known.length === 0 ? 'There is none in this database.' : `There ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ')}`;
	throw new UserError('not-found', `There is no workspace ${workspaceId}. ${there}`);
}
