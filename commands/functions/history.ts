import type { FunctionRecord, Transition } from '../../src/repository/function-record.ts';
import { lastTransition } from '../../src/repository/function-state.ts';
import type { CommandServices, ReplyBlock } from '../command.ts';
import { becauseOf, day } from './describe.ts';

/** Of a history, the newest ones. */
const TRANSITIONS = 20;

/** What happened to a function, the newest first, with people by their names where they are known. */
export async function historyTable(
	record: FunctionRecord,
	isAdmin: boolean,
	{ nameOf }: Pick<CommandServices, 'nameOf'>,
): Promise<ReplyBlock> {
	const shown = record.history.slice(-TRANSITIONS).toReversed();
	const people = await Promise.all(shown.map((transition) => decidedBy(transition, record.workspaceId, nameOf)));
	// Most functions come and go by themselves.
	const isDecided = people.some((person) => person !== '');
	return {
		kind: 'table',
		columns: ['when (UTC)', 'state', 'because', ...(isDecided ? ['by'] : [])],
		rows: shown.map((transition, at) => [...rowOf(transition, isAdmin), ...(isDecided ? [people[at] ?? ''] : [])]),
	};
}

/** All versions, the newest first. */
export function versionsTable(versions: readonly FunctionRecord[]): ReplyBlock[] {
	if (versions.length < 2) return [];
	const rows = versions.map((record) => {
		const { at, reason } = lastTransition(record);
		return [String(record.version), record.state, day(at), reason];
	});
	return [{ kind: 'table', columns: ['version', 'state', 'since', 'because'], rows }];
}

function rowOf(transition: Transition, isAdmin: boolean): string[] {
	const { at, from, to } = transition;
	return [at.slice(0, 16).replace('T', ' '), from === undefined ? to : `${from} → ${to}`, becauseOf(transition, isAdmin)];
}

async function decidedBy({ by }: Transition, workspaceId: string, nameOf: CommandServices['nameOf']): Promise<string> {
	if (by === undefined) return '';
	return nameOf ? nameOf(workspaceId, by) : by;
}
