import { canonicalJson, isEmptyJson, type JsonValue } from '../json.ts';
import type { FunctionRecord } from '../repository/function-record.ts';
import { doubted, judged, withFailure } from '../repository/lifecycle.ts';
import type { Fault } from './fault.ts';
import { withUses } from './known-functions.ts';
import type { Progress } from './progress.ts';
import type { Work } from './work.ts';

/**
 * Of a retry: what gave the answer that somebody did not leave it at loses standing, and is not offered again in this run, so that the answer is worked
 * out in another way.
 */
export async function doubtRetried(work: Work): Promise<void> {
	const { run, services, journal, stages } = work;
	const { retryOf } = run;
	if (retryOf === undefined || !stages.repository) return;
	const { functions, standing } = services;
	// What is doubted and when is on record before it is: one step down each, however often the run begins anew.
	const { keys, at } = await journal.step('to-doubt', async () => ({
		keys: await standing.answeredBy(retryOf, run.workspaceId),
		at: new Date().toISOString(),
	}));
	// Whoever asks for a dry run wants nothing changed: it is answered without them, and nothing is said of them.
	if (!run.dryRun) {
		await journal.step('doubted', async () => {
			for (const key of keys) await functions.change(run.workspaceId, key, (now) => doubted(now, at));
		});
	}
	for (const { name } of keys) work.distrusted.add(name);
	work.doubted = keys;
}

/** Stored functions that were called and did not answer: it counts against them, costs one repair, and they are offered no more in this run. */
export async function* distrust(work: Work, records: readonly FunctionRecord[], fault: Fault): AsyncGenerator<Progress> {
	yield work.spendRepair(fault, 'reuse');
	for (const { name } of records) work.distrusted.add(name);
	const blamed = blamedFor(fault, records, work);
	// A function that says that nothing was found, or finds nothing, may be right: what another program finds tells. Of a call that was not let run, the
	// function knows nothing.
	if (fault.isFinding) work.suspected = blamed;
	else if (!fault.isOutage && fault.cause !== 'review' && fault.cause !== 'unknown-tool')
		await recordFailure(work, 'distrusted', blamed, fault.text);
}

/** Of several that were called, those that were under way, themselves or in what they use; all of them where that cannot be told. */
function blamedFor({ within = [] }: Fault, records: readonly FunctionRecord[], { library }: Work): readonly FunctionRecord[] {
	const blamed = records.filter((record) => withUses([record], library).some(({ name }) => within.includes(name)));
	return blamed.length > 0 ? blamed : records;
}

/** What the answer that came in the end says of the functions that were doubted. */
export async function judgeDoubted(work: Work, value: JsonValue): Promise<void> {
	const { run, services, journal } = work;
	if (work.suspected.length > 0 && !isEmptyJson(value)) {
		await recordFailure(work, 'suspected', work.suspected, 'found nothing where another program did');
	}
	if (run.retryOf === undefined || work.doubted.length === 0) return;
	const earlier = await services.endingOf(run.retryOf);
	if (earlier?.type !== 'result') return;
	const agrees = canonicalJson(earlier.value) === canonicalJson(value);
	await journal.step('judged', async () => {
		const at = new Date().toISOString();
		for (const key of work.doubted) await services.functions.change(run.workspaceId, key, (now) => judged(now, agrees, at));
	});
}

/** `step` names it in the journal: once for a run. */
async function recordFailure(
	{ run, services, journal, dryRun }: Work,
	step: string,
	records: readonly FunctionRecord[],
	problem: string,
): Promise<void> {
	if (dryRun) return;
	await journal.step(step, async () => {
		const use = { run: run.id, at: new Date().toISOString(), problem };
		for (const record of records) await services.functions.change(run.workspaceId, record, (now) => withFailure(now, use));
	});
}
