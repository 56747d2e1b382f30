import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from '../../../src/errors.ts';

/** A JSON file of this shape. Throws a UserError `bad-input` that names the file, and the line or field that is wrong. */
export async function readJsonFile<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.infer<Schema>> {
	const text = await readText(file);
	return read(text, schema, (problem) => `${file} cannot be used: ${problem}`);
}

/** The lines of a JSONL file, each of this shape, without empty ones. Throws a UserError `bad-input` that names file and line. */
export async function readJsonLines<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.infer<Schema>[]> {
	const lines = (await readText(file)).split('\n').map((text, index) => ({ text, line: index + 1 }));
	return lines
		.filter(({ text }) => text.trim() !== '')
		.map(({ text, line }) => read(text, schema, (problem) => `${file}, line ${line}, cannot be used: ${problem}`));
}

async function readText(file: string): Promise<string> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		throw new UserError('bad-input', `${file} cannot be read. Name the folder of a suite that has it with --suite.`, { cause: error });
	}
}

function read<Schema extends z.ZodType>(text: string, schema: Schema, message: (problem: string) => string): z.infer<Schema> {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new UserError('bad-input', message(`it is no JSON (${error instanceof Error ? error.message : error})`), { cause: error });
	}
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	throw new UserError('bad-input', message(z.prettifyError(parsed.error).replace(/\s*\n\s*/g, ' ')), { cause: parsed.error });
}
