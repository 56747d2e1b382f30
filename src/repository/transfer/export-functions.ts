import type { FunctionExample, FunctionKey, FunctionRecord } from '../function-record.ts';
import { recordId } from '../record-keys.ts';
import type { FunctionStore } from '../store/function-store.ts';
import { MOST_FILE_BYTES, MOST_FILE_FUNCTIONS, type TransferredFunction, writeTransfer } from './transfer.ts';

export interface Export {
	/** The text of the file; absent when nothing can be exported. */
	readonly text?: string;
	readonly functions: number;
	/** Recorded responses of APIs that it holds. */
	readonly responses: number;
	/** Those that it does not hold, each with why. */
	readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

/** Of the head of the file, and between functions. */
const MARGIN_BYTES = 1000;

/**
 * These functions with all that they use as the text of a file, in their order, each after what it uses. What does not fit into 10 MB or 1,000 functions
 * is left out, and so is what could not be verified elsewhere.
 */
export async function exportFunctions(
	workspaceId: string,
	records: readonly FunctionRecord[],
	functions: Pick<FunctionStore, 'getMany' | 'examples'>,
): Promise<Export> {
	const known = new Map(records.map((record) => [recordId(record), record]));
	const written = new Map<string, string>();
	const leftOut: { name: string; reason: string }[] = [];
	let bytes = MARGIN_BYTES;
	let responses = 0;
	for (const record of records) {
		const parts = await withUses(record, known, workspaceId, functions);
		if (!parts) {
			leftOut.push({ name: record.name, reason: 'uses a function that is gone' });
			continue;
		}
		const added: [id: string, text: string][] = [];
		let [addedBytes, addedResponses, isVerifiable] = [0, 0, true];
		for (const part of parts.filter((part) => !written.has(recordId(part)))) {
			const examples = await functions.examples(part);
			isVerifiable &&= examples.length > 0;
			const text = JSON.stringify(transferredOf(part, examples));
			added.push([recordId(part), text]);
			addedBytes += Buffer.byteLength(text) + 2;
			addedResponses += examples.reduce((sum, { calls }) => sum + calls.length, 0);
		}
		const fits = bytes + addedBytes <= MOST_FILE_BYTES && written.size + added.length <= MOST_FILE_FUNCTIONS;
		if (!isVerifiable || !fits) {
			leftOut.push({ name: record.name, reason: fits ? 'has no recorded calls to verify it with' : 'does not fit into the file' });
			continue;
		}
		for (const [id, text] of added) written.set(id, text);
		bytes += addedBytes;
		responses += addedResponses;
	}
	const counted = { functions: written.size, responses, leftOut };
	if (written.size === 0) return counted;
	return { ...counted, text: writeTransfer(workspaceId, new Date().toISOString(), [...written.values()]) };
}

/** What it uses, then it; undefined when something is gone. */
async function withUses(
	record: FunctionRecord,
	known: Map<string, FunctionRecord>,
	workspaceId: string,
	functions: Pick<FunctionStore, 'getMany'>,
): Promise<readonly FunctionRecord[] | undefined> {
	const ordered = new Map<string, FunctionRecord>();
	const visit = async (part: FunctionRecord): Promise<boolean> => {
		for (const key of part.uses) {
			if (ordered.has(recordId(key))) continue;
			const used = await find(key);
			if (!used || !(await visit(used))) return false;
		}
		ordered.set(recordId(part), part);
		return true;
	};
	const find = async (key: FunctionKey) => {
		const [found] = known.has(recordId(key)) ? [] : await functions.getMany(workspaceId, [key]);
		if (found) known.set(recordId(found), found);
		return known.get(recordId(key));
	};
	return (await visit(record)) ? [...ordered.values()] : undefined;
}

function transferredOf(record: FunctionRecord, examples: readonly FunctionExample[]): TransferredFunction {
	const { name, version, signature, documentation, source, tools, uses, notes } = record;
	return {
		name,
		version,
		signature,
		documentation,
		source,
		tools: tools.map(({ tool }) => tool),
		uses: uses.map((used) => ({ name: used.name, version: used.version })),
		...(notes && { notes: [...notes] }),
		examples: examples.map(({ args, result, calls, seed }) => ({
			args: [...args],
			result,
			calls: calls.map(({ tool, args, response }) => ({ tool, args, response })),
			seed,
		})),
	};
}
