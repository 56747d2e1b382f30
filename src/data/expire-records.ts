import { runIdBound, timeOf } from '../runs/run-id.ts';
import type { Records, Storage } from '../storage/storage.ts';
import { type Days, type Kept, WITH_RUN } from './namespace.ts';
import { NAMESPACES } from './namespaces.ts';

export interface ExpireOptions {
	/** Milliseconds since 1970. */
	readonly now: number;
	/** Runs that were begun before that are gone, but for `kept`; undefined where runs are kept for ever. */
	readonly runs: { readonly before: number; readonly kept: ReadonlySet<string> } | undefined;
}

const DAY_MS = 24 * 60 * 60_000;

/**
 * Removes what belongs to runs that are gone, and what is older than its kind is kept. Looks at every key of those kinds. Gives the namespace of each record
 * that it removed, undefined for those it left, and may be left at any of them.
 */
export async function* expireRecords(storage: Storage, options: ExpireOptions): AsyncGenerator<string | undefined> {
	for (const { name, kept } of NAMESPACES) {
		// A run itself goes by its end.
		if (kept.until === 'deleted' || name === 'runs') continue;
		const records = storage.records<object>(name);
		for await (const [key, value] of looked(records, kept, options)) {
			const isOver = await (kept.until === 'run' ? isOfNobody(key, value, kept, records, options) : isTooOld(key, value, kept, options));
			yield isOver && (await records.delete(key)) ? name : undefined;
		}
	}
}

/** With values where they are looked at. What begins with ids of runs is read no further than those that may be gone. */
async function* looked(
	records: Records<object>,
	kept: Kept,
	{ runs }: ExpireOptions,
): AsyncGenerator<readonly [key: string, value: unknown]> {
	if (kept.until !== 'deleted' && kept.inValue) return yield* records.entries();
	const bound = kept === WITH_RUN ? runIdBound(runs?.before ?? 0) : undefined;
	for await (const key of records.keys()) {
		if (bound !== undefined && key >= bound) return;
		yield [key, undefined];
	}
}

async function isOfNobody(
	key: string,
	value: unknown,
	kept: Extract<Kept, { until: 'run' }>,
	records: Records<object>,
	options: ExpireOptions,
): Promise<boolean> {
	const { runs } = options;
	const run = kept.runOf(key, value);
	if (run === undefined) return kept.others !== undefined && isTooOld(key, value ?? (await records.get(key)), kept.others, options);
	return runs !== undefined && timeOf(run) < runs.before && !runs.kept.has(run);
}

function isTooOld(key: string, value: unknown, { days, since }: Days, { now }: ExpireOptions): boolean {
	const time = since(key, value);
	return time === undefined || !Number.isFinite(time) || time < now - days * DAY_MS;
}
