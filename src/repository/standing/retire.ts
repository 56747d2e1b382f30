import type { FunctionRecord } from '../function-record.ts';
import { isOffered, lastTransition } from '../function-state.ts';
import { type Because, moved, usesThatCount } from '../lifecycle.ts';
import { recordId } from '../record-keys.ts';
import type { FunctionStore } from '../store/function-store.ts';

/** How long something may stay quarantined: whoever needs it has it repaired or verified by then. */
const QUARANTINE_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Uses among the last ones from which on a rate says something. */
const LEAST_USES = 5;

export interface Retirement {
	readonly record: FunctionRecord;
	readonly because: Because;
}

/**
 * Which functions of a workspace are to be offered no more: those that were quarantined for 30 days, those that failed more often than they succeeded
 * in at least 5 of their last uses since they were found good, and, above `cap` offered ones, those that have shown the least. Nothing goes for lack of
 * use alone while there is room, and nothing that an offered function uses goes to make room.
 */
export function retirements(records: readonly FunctionRecord[], { cap, now }: { cap: number; now: number }): readonly Retirement[] {
	const at = new Date(now).toISOString();
	const retired = records.flatMap((record): Retirement[] => {
		const reason = outcomeOf(record, now);
		return reason === undefined ? [] : [{ record, because: { at, cause: 'outcome', reason } }];
	});
	const gone = new Set(retired.map(({ record }) => record));
	const offered = records.filter((record) => isOffered(record) && !gone.has(record));
	const surplus = offered.length - cap;
	if (surplus <= 0) return retired;
	const used = new Set(offered.flatMap(({ uses }) => uses.map(recordId)));
	const least = offered.filter((record) => !used.has(recordId(record))).sort(byWorth);
	const reason = `the workspace has more than ${cap} functions, and this one has shown the least`;
	return [...retired, ...least.slice(0, surplus).map((record) => ({ record, because: { at, cause: 'cap' as const, reason } }))];
}

/** Retires them. */
export async function retireOverdue(workspaceId: string, functions: FunctionStore, cap: number): Promise<void> {
	for (const { record, because } of retirements(await functions.list(workspaceId), { cap, now: Date.now() })) {
		await functions.change(workspaceId, record, (now) => (now.state === record.state ? moved(now, 'retired', because) : now));
	}
}

function outcomeOf(record: FunctionRecord, now: number): string | undefined {
	const { at, reason } = lastTransition(record);
	if (record.state === 'quarantined' && now - Date.parse(at) > QUARANTINE_DAYS * DAY_MS) {
		return `was quarantined for ${QUARANTINE_DAYS} days: ${reason}`;
	}
	const recent = usesThatCount(record);
	const failed = recent.filter(({ succeeded }) => !succeeded).length;
	const tooOften = isOffered(record) && recent.length >= LEAST_USES && failed > recent.length / 2;
	return tooOften ? `failed in ${failed} of its last ${recent.length} uses` : undefined;
}

/** What a person let back or trusted last of all; candidates before trusted ones, then by successes, then by when they were last used. */
function byWorth(a: FunctionRecord, b: FunctionRecord): number {
	return (
		Number(isWanted(a)) - Number(isWanted(b)) ||
		Number(a.state === 'trusted') - Number(b.state === 'trusted') ||
		a.statistics.succeeded - b.statistics.succeeded ||
		(a.statistics.lastUsedAt < b.statistics.lastUsedAt ? -1 : 1)
	);
}

/** Whoever imports many functions has looked at none of them. */
function isWanted(record: FunctionRecord): boolean {
	const { by, cause } = lastTransition(record);
	return by !== undefined && cause !== 'import';
}
