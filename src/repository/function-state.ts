import type { FunctionKey, FunctionRecord, FunctionState, Transition, TransitionCause } from './function-record.ts';

/** Whether it is offered to questions. */
export function isOffered({ state }: Pick<FunctionRecord, 'state'>): boolean {
	return state === 'candidate' || state === 'trusted';
}

/** Causes that say of a function that it does not work, rather than that it was no answer, or is not needed. */
const NOT_WORKING: ReadonlySet<TransitionCause> = new Set(['drift', 'failures', 'import']);

/**
 * Whether others that use it may run it: one that is not offered still does what they were verified with, unless it was found not to work. That it was no
 * answer to somebody's question says nothing of that. Whoever has a function forgotten wants it run no more.
 */
export function isUsable(record: Pick<FunctionRecord, 'state' | 'history'>): boolean {
	if (isOffered(record)) return true;
	return !isForgotten(record) && sinceOffered(record).every(({ cause }) => !NOT_WORKING.has(cause));
}

/** What happened to it since it was offered last, or ever where it never was. */
export function sinceOffered({ history }: Pick<FunctionRecord, 'history'>): readonly Transition[] {
	return history.slice(leftAt(history));
}

/** The place in its history at which it left offer last; 0 where it never was on it. */
export function leftAt(history: FunctionRecord['history']): number {
	return Math.max(
		history.findLastIndex(({ from }) => from === undefined || isOffered({ state: from })),
		0,
	);
}

/** Whether a person had it retired. */
export function isForgotten(record: Pick<FunctionRecord, 'state' | 'history'>): boolean {
	return record.state === 'retired' && record.history.at(-1)?.cause === 'forgotten';
}

/**
 * The first trusted one, else of those offered, else of all. Of the versions of one name, the newest first, that is the one that the name stands for.
 */
export function preferred<Version extends Pick<FunctionRecord, 'state'>>(versions: readonly Version[]): Version | undefined {
	return versions.find(({ state }) => state === 'trusted') ?? versions.find(isOffered) ?? versions[0];
}

/** Whether its source may serve as the draft of a new version: what it does was right until something changed. */
export function isRepairable(record: Pick<FunctionRecord, 'state' | 'history'>): boolean {
	const cause = record.history.at(-1)?.cause;
	return record.state === 'quarantined' && (cause === 'drift' || cause === 'failures');
}

/** Whether it comes back by itself when it fits its tools: nothing else has spoken against it, and no dislike stands. */
export function isDrifted({ state, history, statistics }: Pick<FunctionRecord, 'state' | 'history' | 'statistics'>): boolean {
	return state === 'quarantined' && history.at(-1)?.cause === 'drift' && (statistics.disliked ?? 0) === 0;
}

/** The state before the present one; `candidate` where there was none. */
export function standingBefore({ history }: Pick<FunctionRecord, 'history'>): FunctionState {
	return history.at(-1)?.from ?? 'candidate';
}

/** The last transition: why it is what it is. */
export function lastTransition({ history }: Pick<FunctionRecord, 'history'>): Transition {
	const last = history.at(-1);
	if (!last) throw new Error('a stored function has no history');
	return last;
}

export function isSame(a: FunctionKey, b: FunctionKey): boolean {
	return a.name === b.name && a.version === b.version;
}
