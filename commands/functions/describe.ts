import type { FunctionRecord, FunctionState, Transition } from '../../src/repository/function-record.ts';
import { preferred } from '../../src/repository/function-state.ts';

/** In the order in which they are told. */
export const STATES: readonly FunctionState[] = ['trusted', 'candidate', 'quarantined', 'retired'];

/** What a function does: its documentation up to the first tag. */
export function purposeOf({ documentation }: Pick<FunctionRecord, 'documentation'>): string {
	const tags = documentation.search(/(?:^|\s)@\w/);
	return (tags === -1 ? documentation : documentation.slice(0, tags)).trim();
}

/** How often a function ran, with success or without. */
export function usesOf({ statistics }: Pick<FunctionRecord, 'statistics'>): number {
	return statistics.succeeded + statistics.failed;
}

/** A copy, the most used ones first. */
export function byUse<Item extends Pick<FunctionRecord, 'statistics' | 'name'>>(records: readonly Item[]): Item[] {
	return [...records].sort((a, b) => usesOf(b) - usesOf(a) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** `92 %`: how many of its uses succeeded. There is at least one. */
export function successRate(record: Pick<FunctionRecord, 'statistics'>): string {
	return `${Math.floor((100 * record.statistics.succeeded) / usesOf(record))} %`;
}

/** Versions of one name. */
export interface Named {
	/** The one that the name stands for. */
	readonly record: FunctionRecord;
	/** All there are, the newest first. */
	readonly versions: readonly FunctionRecord[];
}

/** By name. */
export function namesOf(records: readonly FunctionRecord[]): readonly Named[] {
	const names = Map.groupBy(records, ({ name }) => name);
	return [...names.values()].flatMap((versions): Named[] => {
		const record = preferred(versions);
		return record ? [{ record, versions }] : [];
	});
}

/** Few and narrow: a chat has 80 characters across, and signatures should not break. */
export const COLUMNS = ['function', 'does', 'state', 'uses, ok', 'last used'];

/** `versions`: how many there are of the name. */
export function rowOf(record: FunctionRecord, versions: number): string[] {
	const { signature, version, state } = record;
	const { disliked } = record.statistics;
	return [
		signature.replace(/^async function /, ''),
		purposeOf(record),
		versions === 1 ? state : `${state} (v${version} of ${versions})`,
		[usesOf(record), ...(usesOf(record) === 0 ? [] : [successRate(record)]), ...(disliked ? [`${disliked} disliked`] : [])].join(', '),
		lastUse(record),
	];
}

/** The day, or `never`. */
export function lastUse(record: Pick<FunctionRecord, 'statistics'>): string {
	return usesOf(record) === 0 ? 'never' : day(record.statistics.lastUsedAt);
}

export function day(time: string): string {
	return time.slice(0, 10);
}

export function times(count: number): string {
	return count === 1 ? 'once' : `${count.toLocaleString('en')} times`;
}

/** `countFilms version 2`: with its version where there are several. */
export function titleOf({ name, version }: Pick<FunctionRecord, 'name' | 'version'>, versions: number): string {
	return versions > 1 ? `${name} version ${version}` : name;
}

/** Why a state changed; what was seen then is for admins. */
export function becauseOf({ reason, detail }: Transition, isAdmin: boolean): string {
	return isAdmin && detail !== undefined ? `${reason}: ${detail}` : reason;
}

/** As it stands in a sentence: `trusted`, `a candidate`. */
export function asState(state: FunctionState): string {
	return state === 'candidate' ? 'a candidate' : state;
}

/** With a full stop, where it has no end. */
export function sentence(words: string): string {
	return /[.!?…]$/.test(words) ? words : `${words}.`;
}
