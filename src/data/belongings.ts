import type { Run } from '../runs/run.ts';
import type { Storage } from '../storage/storage.ts';
import type { Namespace } from './namespace.ts';

/** By what the records of a workspace are found that do not say whose they are. */
export interface Belongings {
	readonly workspaceId: string;
	/** The ids of its runs. */
	readonly runs: ReadonlySet<string>;
	/** Where these were asked. */
	readonly conversations: ReadonlySet<string>;
}

export async function belongingsOf(storage: Storage, workspaceId: string): Promise<Belongings> {
	const [runs, conversations] = [new Set<string>(), new Set<string>()];
	const add = ({ id, conversation }: Run) => {
		runs.add(id);
		conversations.add(conversation);
	};
	for await (const [, run] of storage.records<Run>('runs').entries(`${encodeURIComponent(workspaceId)}/`)) add(run);
	// One whose process died while it was accepted may be here alone.
	for await (const [, run] of storage.records<Run>('unfinished-runs').entries()) if (run.workspaceId === workspaceId) add(run);
	return { workspaceId, runs, conversations };
}

/** The keys of a workspace in this namespace. Where keys do not begin with the workspace, all of them are looked at. */
export async function* keysOf(storage: Storage, { name, owner, kept }: Namespace, belongings: Belongings): AsyncGenerator<string> {
	const { workspaceId, runs } = belongings;
	const records = storage.records<object>(name);
	if (owner.by === 'workspace') {
		const prefix = owner.prefixOf(workspaceId);
		if (prefix !== undefined) yield* those(records.keys(prefix), (key) => owner.workspaceOf(key) === workspaceId);
	}
	if (owner.by === 'conversation') yield* those(records.keys(), (key) => isConversationOf(owner.conversationOf(key), belongings));
	if (owner.by === 'run' && kept.until === 'run') yield* those(records.keys(), (key) => runs.has(kept.runOf(key, undefined) ?? ''));
	if (owner.by === 'value') {
		for await (const [key, value] of records.entries()) if (owner.workspacesOf(key, value).includes(workspaceId)) yield key;
	}
}

async function* those(keys: AsyncIterable<string>, meant: (key: string) => boolean): AsyncGenerator<string> {
	for await (const key of keys) if (meant(key)) yield key;
}

/** Conversations of Slack and of the console begin with their workspace; of others it is known where something was asked. */
export function isConversationOf(conversation: string, { workspaceId, conversations }: Omit<Belongings, 'runs'>): boolean {
	return conversations.has(conversation) || conversation.startsWith(`${workspaceId}/`);
}
