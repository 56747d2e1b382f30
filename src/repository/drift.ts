import { type CallableTools, isStale } from './callable-tools.ts';
import { recordId } from './function-index.ts';
import type { FunctionRecord } from './function-record.ts';
import { broken, isOffered, lastTransition, verified } from './lifecycle.ts';
import { fitsTools, type Verdict, type VerifyServices, verifyAgain } from './verify.ts';

/** What a change of the tools means for the functions of a workspace. */
export interface Drift {
	/** They do not fit any more, each with why. */
	readonly broken: readonly { readonly record: FunctionRecord; readonly reason: string }[];
	/** What they call has changed and they fit all the same; `tools` are the schemas of today. */
	readonly fitting: readonly { readonly record: FunctionRecord; readonly tools: FunctionRecord['tools'] }[];
}

/**
 * Holds the functions that call a changed tool, or one that is gone from a toolset which is there, against the tools as they are now: by their types
 * and by their examples. What uses one that is broken is broken with it. Of quarantined functions, those that an earlier change has broken are looked at.
 * Changes nothing.
 */
export async function driftOf(records: readonly FunctionRecord[], tools: CallableTools, services: VerifyServices): Promise<Drift> {
	const verdicts = new Map<FunctionRecord, Verdict>();
	for (const record of records) {
		const concerned = isOffered(record) || isDrifted(record);
		if (concerned && isTouched(record, tools)) verdicts.set(record, await judge(record, tools, services));
	}
	const reasons = new Map<FunctionRecord, string>();
	for (const [record, verdict] of verdicts) if (!verdict.ok) reasons.set(record, verdict.reason);
	const byId = new Map(records.map((record) => [recordId(record), record]));
	// What is added while this loop runs is visited, too.
	for (const [broken] of reasons) {
		for (const record of byId.values()) {
			const uses = record.uses.some((key) => recordId(key) === recordId(broken));
			if (uses && isOffered(record) && !reasons.has(record)) reasons.set(record, `uses \`${broken.name}\`, which does not fit any more`);
		}
	}
	return {
		broken: [...reasons].filter(([record]) => isOffered(record)).map(([record, reason]) => ({ record, reason })),
		fitting: [...verdicts].flatMap(([record, verdict]) => (verdict.ok && !reasons.has(record) ? [{ record, tools: verdict.tools }] : [])),
	};
}

/** Quarantines what is broken; what fits is stamped with the schemas of today, and has its standing back where only a change had cost it that. */
export async function settleDrift({ broken: breaking, fitting }: Drift, { functions }: Pick<VerifyServices, 'functions'>): Promise<void> {
	const at = new Date().toISOString();
	for (const { record, reason } of breaking) await functions.change(record.workspaceId, record, (now) => broken(now, reason, at));
	for (const { record, tools } of fitting) {
		await functions.change(record.workspaceId, record, (now) => (isOffered(now) || isDrifted(now) ? verified(now, { tools, at }) : now));
	}
}

/** Broken by a change of the API, and by nothing else since. */
function isDrifted(record: FunctionRecord): boolean {
	return record.state === 'quarantined' && lastTransition(record).cause === 'drift';
}

function isTouched(record: FunctionRecord, tools: CallableTools): boolean {
	if (isStale(record, tools)) return true;
	// One that only another function has broken, which may fit again, has nothing of its own that changed.
	if (isDrifted(record)) return true;
	return record.tools.some(({ tool }) => {
		const [toolset = ''] = tool.split('.');
		return toolset in tools.names && !tools.tools.has(tool);
	});
}

/** Of an offered one its own calls alone: whatever it uses is judged by itself. */
async function judge(record: FunctionRecord, tools: CallableTools, services: VerifyServices): Promise<Verdict> {
	if (isDrifted(record)) return verifyAgain(record, tools, services);
	const uses = await services.functions.getMany(record.workspaceId, record.uses);
	const fits = await fitsTools(record, uses, tools, services);
	return fits.ok ? verifyAgain(record, tools, services) : fits;
}
