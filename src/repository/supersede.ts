import { type CallableTools, stampsOf } from './callable-tools.ts';
import { closureOf } from './closure.ts';
import type { FunctionExample, FunctionRecord } from './function-record.ts';
import { isOffered, moved } from './lifecycle.ts';
import { differs, exampleOf, type VerifyServices } from './verify.ts';

/**
 * Retires the older versions that a newer one has proved to replace: it is trusted, and gives the results of all their examples against the calls
 * recorded then. Having done so with arguments that it was not seen with yet is a proof, too, and makes a candidate trusted. Versions that do something
 * else stay beside one another. Gives the newer one as it is then.
 */
export async function supersedeOlder(record: FunctionRecord, tools: CallableTools, services: VerifyServices): Promise<FunctionRecord> {
	const { functions } = services;
	const { workspaceId, name, version } = record;
	if (!isOffered(record) || version === 1) return record;
	const older = (await functions.versions(workspaceId, name)).filter((other) => other.version < version && isOffered(other));
	let newer = record;
	for (const other of older) {
		const examples = await functions.examples(other);
		if (examples.length === 0 || !(await reproduces(record, examples, tools, services))) continue;
		const at = new Date().toISOString();
		const others = examples.map((example) => exampleOf(name, example).digest);
		const isNews = others.some(({ id }) => !record.examples.some((known) => known.id === id));
		if (newer.state === 'candidate' && isNews) {
			const reason = `gives what version ${other.version} gave`;
			newer = (await functions.change(workspaceId, newer, (now) => moved(now, 'trusted', { at, cause: 'verified', reason }))) ?? newer;
		}
		if (newer.state !== 'trusted') continue;
		const because = { at, cause: 'superseded', reason: `version ${version} does the same` } as const;
		await functions.change(workspaceId, other, (now) => (isOffered(now) ? moved(now, 'retired', because) : now));
	}
	return newer;
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
