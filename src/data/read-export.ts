import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { EXPORT_VERSION, type ExportedRecord, type ExportHeader, exportEnd, exportedRecord, exportHeader } from './export-format.ts';

export interface Export {
	readonly header: ExportHeader;
	/** Rejects with a UserError `bad-input` at a line that is none of an export, and at the end when the file is not whole. */
	readonly records: AsyncIterable<ExportedRecord>;
}

/** Opens a file that `export` has written. Rejects with a UserError `bad-input` when it is none. */
export async function readExport(file: string): Promise<Export> {
	const lines = linesOf(file);
	const first = await lines.next();
	const header = exportHeader.safeParse(first.done ? undefined : parsed(first.value));
	if (!header.success) {
		await lines.return(undefined);
		throw new UserError(
			'bad-input',
			`${file} is no export of a workspace. Make one with: npm start --silent -- export <workspace> > <file>`,
		);
	}
	if (header.data.formatVersion > EXPORT_VERSION) {
		await lines.return(undefined);
		throw new UserError('bad-input', `${file} was written by a newer version of the bot. Import it with that version or a newer one.`);
	}
	return { header: header.data, records: recordsIn(file, lines) };
}

async function* recordsIn(file: string, lines: AsyncIterable<Line>): AsyncGenerator<ExportedRecord> {
	const either = z.union([exportedRecord, exportEnd]);
	let count = 0;
	for await (const line of lines) {
		const read = either.safeParse(parsed(line));
		if (!read.success) throw new UserError('bad-input', `Line ${line.number} of ${file} is no record. Export the workspace again.`);
		if ('end' in read.data) {
			if (read.data.records === count) return;
			break;
		}
		count += 1;
		yield read.data;
	}
	throw new UserError('bad-input', `${file} is not whole: it ends after ${count} records. Export the workspace again.`);
}

interface Line {
	readonly number: number;
	readonly text: string;
}

/** From the first that is JSON: npm writes what it starts before that. */
async function* linesOf(file: string): AsyncGenerator<Line, undefined> {
	let [number, begun] = [0, false];
	try {
		for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })) {
			number += 1;
			begun ||= text.startsWith('{');
			if (begun) yield { number, text };
		}
	} catch (error) {
		if (error instanceof UserError) throw error;
		throw new UserError('bad-input', `The file ${file} cannot be read. Check its name and its permissions.`, { cause: error });
	}
	return undefined;
}

function parsed({ text }: Line): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
