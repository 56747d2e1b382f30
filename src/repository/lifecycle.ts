import type { ExampleDigest, FunctionRecord, FunctionState, FunctionUse, Transition, TransitionCause } from './function-record.ts';
import { isForgotten, isOffered, lastTransition, leftAt, sinceOffered, standingBefore } from './function-state.ts';

/** Records kept of what happened to a function. */
const MOST_RECENT = 20;
const MOST_TRANSITIONS = 100;
const MOST_QUESTIONS = 10;
/** Arguments that a function is verified with again; more of them say little more and cost storage. */
export const MOST_EXAMPLES = 3;
/** How long a retry may take to say something of what it doubts. */
const DOUBT_MS = 2 * 60 * 60 * 1000;
/** Failures in a row that speak against a function; a single one may be the question's or the server's. */
const FAILURES_IN_A_ROW = 2;

/** Why and by whom a state changes. */
export type Because = Omit<Transition, 'from' | 'to'>;

/** Causes that an answer cannot overrule. */
const SAID_BY_PEOPLE: ReadonlySet<TransitionCause> = new Set(['feedback', 'retry', 'forgotten']);
/** Causes after which what was seen before speaks against a function no more. */
const FOUND_GOOD: ReadonlySet<TransitionCause> = new Set(['use', 'import', 'verified', 'promoted', 'restored']);

/** Nobody has said anything against it since it was offered last, and no dislike stands: people may have been heard while it was not offered. */
function isRevivable({ history, statistics }: FunctionRecord): boolean {
	// It may have been doubted when it left.
	const isHeard =
		history[leftAt(history) - 1]?.cause === 'retry' || sinceOffered({ history }).some(({ cause }) => SAID_BY_PEOPLE.has(cause));
	return (statistics.disliked ?? 0) === 0 && !isHeard;
}

/**
 * Somebody had its answer worked out again, and nothing has come of it yet: a dislike that was taken back since is nothing. A run that has not come to an
 * end by then, its approvals included, comes to none.
 */
function isDoubted({ history }: Pick<FunctionRecord, 'history'>, at: string): boolean {
	const last = history.findLast(({ cause }) => cause !== 'feedback');
	return last?.cause === 'retry' && Date.parse(at) - Date.parse(last.at) < DOUBT_MS;
}

/** Of its last uses those since it was found good last: whoever let it back, or saw it answer with something new, has dealt with the ones before. */
export function usesThatCount({ recent, history }: Pick<FunctionRecord, 'recent' | 'history'>): readonly FunctionUse[] {
	const since = history.findLast(({ cause }) => FOUND_GOOD.has(cause))?.at;
	return since === undefined ? recent : recent.filter(({ at }) => at >= since);
}

/** The first state of a function, with its history. */
export function firstState(to: FunctionState, because: Because): Pick<FunctionRecord, 'state' | 'history'> {
	return { state: to, history: [{ ...because, to }] };
}

/** In another state, or as it is where it is in that one. */
export function moved(record: FunctionRecord, to: FunctionState, because: Because): FunctionRecord {
	return record.state === to ? record : noted(record, to, because);
}

/** Retired because a person wants it gone, as well when it was retired already. */
export function forgotten(record: FunctionRecord, at: string, by: string): FunctionRecord {
	return isForgotten(record) ? record : noted(record, 'retired', { at, cause: 'forgotten', reason: 'forgotten by an admin', by });
}

function noted(record: FunctionRecord, to: FunctionState, because: Because): FunctionRecord {
	const history = [...record.history, { ...because, from: record.state, to }];
	const [first] = history;
	return {
		...record,
		state: to,
		history: history.length > MOST_TRANSITIONS && first ? [first, ...history.slice(1 - MOST_TRANSITIONS)] : history,
	};
}

/** What a success tells of a function. */
export interface Success {
	readonly use: Omit<FunctionUse, 'succeeded' | 'problem'>;
	readonly question: string;
	/** What it was seen and verified with meanwhile, where it was. */
	readonly example?: ExampleDigest;
	/** As an answer wrote and verified it again: for tools as they are now, with uses that may have newer versions. */
	readonly verified?: Pick<FunctionRecord, 'tools' | 'uses'> & Partial<Pick<FunctionRecord, 'source' | 'signature' | 'notes'>>;
}

/**
 * After an answer that it was a part of. Verified with arguments that are new, a candidate is trusted. What was quarantined or retired is a candidate
 * again when it was verified. Neither happens against the word of a person: that a model writes or calls the same once more makes it no better. Nor does
 * a run that says again what it has said before bring back what was taken from offer since.
 */
export function withSuccess(record: FunctionRecord, { use, question, example, verified }: Success): FunctionRecord {
	const counted = withUse(record, { ...use, succeeded: true });
	const known = example === undefined || record.examples.some(({ id }) => id === example.id);
	const after: FunctionRecord = {
		...counted,
		...verified,
		questions: withQuestion(record.questions, question),
		examples: known ? record.examples : [...record.examples, example].slice(-MOST_EXAMPLES),
	};
	const because = (reason: string): Because => ({ at: use.at, cause: 'use', reason });
	if (isOffered(record))
		return known || isDoubted(record, use.at) ? after : moved(after, 'trusted', because('succeeded with other arguments'));
	const before = sameUse(record, { ...use, succeeded: true });
	const isNews = before === undefined || before.at >= lastTransition(record).at;
	return verified && isNews && isRevivable(record) ? moved(after, 'candidate', because('an answer wrote it again')) : after;
}

/** After an attempt that it was to answer and did not. The second one in a row since it was found good quarantines it. */
export function withFailure(record: FunctionRecord, use: Omit<FunctionUse, 'succeeded'>): FunctionRecord {
	const counted = withUse(record, { ...use, succeeded: false });
	const row = usesThatCount(counted).slice(-FAILURES_IN_A_ROW);
	if (counted === record || !isOffered(record) || row.length < FAILURES_IN_A_ROW || row.some(({ succeeded }) => succeeded)) return counted;
	const reason = `failed ${FAILURES_IN_A_ROW} times in a row`;
	const detail = use.problem && `the last time: ${use.problem}`;
	return moved(counted, 'quarantined', { at: use.at, cause: 'failures', reason, ...(detail && { detail }) });
}

/** After somebody disliked an answer of it (`1`), or took that back (`-1`). */
export function withFeedback(record: FunctionRecord, change: 1 | -1, at: string): FunctionRecord {
	const disliked = Math.max(0, (record.statistics.disliked ?? 0) + change);
	const counted: FunctionRecord = { ...record, statistics: { ...record.statistics, disliked } };
	if (change === 1 && isOffered(record)) {
		return moved(counted, 'quarantined', { at, cause: 'feedback', reason: 'somebody disliked an answer of it' });
	}
	const isOver = change === -1 && disliked === 0 && record.state === 'quarantined' && record.history.at(-1)?.cause === 'feedback';
	return isOver ? moved(counted, standingBefore(record), { at, cause: 'feedback', reason: 'the dislike was taken back' }) : counted;
}

/** After somebody had its answer worked out again: one step down, and no further for the same `at`, which is that of the retry. */
export function doubted(record: FunctionRecord, at: string): FunctionRecord {
	if (record.history.some((transition) => transition.cause === 'retry' && transition.at === at)) return record;
	const reason = 'somebody had its answer worked out again';
	if (record.state === 'trusted') return moved(record, 'candidate', { at, cause: 'retry', reason });
	return record.state === 'candidate' ? moved(record, 'quarantined', { at, cause: 'retry', reason }) : record;
}

/** After that other way to the answer came to an end: `agrees` when it gave the same. Nothing happens when it was not `doubted` last. */
export function judged(record: FunctionRecord, agrees: boolean, at: string): FunctionRecord {
	const last = record.history.at(-1);
	if (last?.cause !== 'retry' || last.from === undefined) return record;
	if (agrees) return moved(record, last.from, { at, cause: 'verified', reason: 'another program gave the same answer' });
	return noted(record, 'quarantined', { at, cause: 'retry', reason: 'another program gave another answer' });
}

/** The API it calls is not what it was written for any more, or what it uses is not. */
export function broken(record: FunctionRecord, reason: string, at: string): FunctionRecord {
	return isOffered(record) ? moved(record, 'quarantined', { at, cause: 'drift', reason }) : record;
}

/**
 * Found to fit the tools as they are: `tools` are their schemas of today. What only a change of the API spoke against has the standing it had before;
 * anything else that was quarantined or retired is a candidate.
 */
export function verified(
	record: FunctionRecord,
	{ tools, at, by }: { tools: FunctionRecord['tools']; at: string; by?: string },
): FunctionRecord {
	const stamped = { ...record, tools };
	if (record.state !== 'quarantined') return stamped;
	const to = record.history.at(-1)?.cause === 'drift' ? standingBefore(record) : 'candidate';
	return moved(stamped, to, { at, cause: 'verified', reason: 'verified again', ...(by !== undefined && { by }) });
}

export function withQuestion(questions: readonly string[], question: string): readonly string[] {
	return question === '' ? questions : [...questions.filter((known) => known !== question), question].slice(-MOST_QUESTIONS);
}

/** Counted once for a run as long as it is among the last ones: a run that is resumed says it again. */
function withUse(record: FunctionRecord, use: FunctionUse): FunctionRecord {
	if (sameUse(record, use)) return record;
	const { statistics } = record;
	return {
		...record,
		recent: [...record.recent, use].slice(-MOST_RECENT),
		statistics: {
			...statistics,
			succeeded: statistics.succeeded + (use.succeeded ? 1 : 0),
			failed: statistics.failed + (use.succeeded ? 0 : 1),
			// Runs end in another order than they are recorded in.
			lastUsedAt: [use.at, statistics.lastUsedAt].sort().at(-1) ?? use.at,
		},
	};
}

function sameUse({ recent }: Pick<FunctionRecord, 'recent'>, { run, succeeded }: FunctionUse): FunctionUse | undefined {
	return recent.find((use) => use.run === run && use.succeeded === succeeded);
}
