import { canonicalJson } from '../../json.ts';
import { type CallableTools, stampsOf } from '../callable-tools.ts';
import { closureOf } from '../closure.ts';
import type { FunctionExample, FunctionRecord } from '../function-record.ts';
import { isOffered } from '../function-state.ts';
import { moved } from '../lifecycle.ts';
import { differs, type VerifyServices } from '../verification/verify.ts';

/** Arguments that two versions must have agreed on, and different results among them: two functions may well give the same for one person. */
const LEAST_EXAMPLES = 3;
const LEAST_RESULTS = 2;

/**
 * Retires the older versions that a trusted newer one has proved to replace: each gives the results of the other's examples against the calls
 * recorded then, at least three with two different results. Versions that do something else, or may do so, stay beside one another.
 */
export async function supersedeOlder(record: FunctionRecord, tools: CallableTools, services: VerifyServices): Promise<void> {
	const { functions } = services;
	const { workspaceId, name, version } = record;
	if (record.state !== 'trusted' || version === 1) return;
	const older = (await functions.versions(workspaceId, name)).filter((other) => other.version < version && isOffered(other));
	for (const other of older) {
		if (!(await areAlike(record, other, tools, services))) continue;
		const because = { at: new Date().toISOString(), cause: 'superseded', reason: `version ${version} does the same` } as const;
		await functions.change(workspaceId, other, (now) => (isOffered(now) ? moved(now, 'retired', because) : now));
	}
}

async function areAlike(one: FunctionRecord, other: FunctionRecord, tools: CallableTools, services: VerifyServices): Promise<boolean> {
	const { functions } = services;
	const [ours, theirs] = [await functions.examples(one), await functions.examples(other)];
	const all = [...ours, ...theirs];
	const distinct = (values: readonly unknown[]) => new Set(values.map(canonicalJson)).size;
	if (distinct(all.map(({ args }) => args)) < LEAST_EXAMPLES || distinct(all.map(({ result }) => result)) < LEAST_RESULTS) return false;
	return (await reproduces(one, theirs, tools, services)) && (await reproduces(other, ours, tools, services));
}

async function reproduces(
	record: FunctionRecord,
	examples: readonly FunctionExample[],
	tools: CallableTools,
	services: VerifyServices,
): Promise<boolean> {
	const { functions } = services;
	const ids = record.tools.map(({ tool }) => tool);
	const { whole, all } = await closureOf([record], (keys) => functions.getMany(record.workspaceId, keys));
	if (whole.length === 0 || !stampsOf(ids, tools)) return false;
	const sources = all.map(({ source }) => source);
	for (const example of examples) if ((await differs(record.name, sources, example, tools, services)) !== undefined) return false;
	return true;
}
