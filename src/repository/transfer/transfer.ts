import { z } from 'zod';
import { LARGEST_PROGRAM } from '../../code/parse.ts';
import { UserError } from '../../errors.ts';
import { isDeeperThan, isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { HUMAN } from '../../toolset/human.ts';
import { toolsetName } from '../../toolset/openapi/names.ts';
import { toolsetOf } from '../../toolset/tool.ts';
import { MOST_EXAMPLES } from '../lifecycle.ts';

/** What the chats take as an upload. */
export const MOST_FILE_BYTES = 10 * 1024 * 1024;
/** Checking one takes about 30 ms. */
export const MOST_FILE_FUNCTIONS = 1000;

const FORMAT = 'toolcoder-functions';
const SCHEMA_VERSION = 1;
/** Responses of APIs are nested less; a value that is nested deeper breaks what walks it. */
const DEEPEST_VALUE = 200;
const LONGEST_NAME = 200;

const identifier = z
	.string()
	.max(LONGEST_NAME)
	.regex(/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u, 'must be a name that a program can call');
const toolId = z
	.string()
	.max(2 * LONGEST_NAME)
	.regex(/^\w+\.[\p{ID_Start}$_][\p{ID_Continue}$]*$/u, 'must be toolset.tool')
	.refine((id) => isToolset(toolsetOf(id)), 'must begin with a name that a toolset can have');
const json = z.custom<JsonValue>((value) => value !== undefined, 'is missing');
const jsonObject = z.custom<JsonObject>(isJsonObject, 'must be an object');
const key = z.strictObject({ name: identifier, version: z.int().min(1).max(999_999) });

const response = z.discriminatedUnion('ok', [
	z.strictObject({ ok: z.literal(true), value: json, status: z.int().optional(), next: jsonObject.optional() }),
	z.strictObject({
		ok: z.literal(false),
		kind: z.enum(['invalid-arguments', 'refused', 'http', 'network', 'timed-out', 'too-large', 'unknown-tool', 'stopped']),
		message: z.string(),
		status: z.int().optional(),
	}),
]);

const example = z.strictObject({
	args: z.array(json).max(100),
	result: json,
	calls: z.array(z.strictObject({ tool: toolId, args: jsonObject, response })).max(1000),
	seed: z.strictObject({ now: z.number(), random: z.number() }),
});

const transferred = z.strictObject({
	...key.shape,
	/** For readers of the file: what counts is the source. */
	signature: z.string(),
	documentation: z.string(),
	source: z.string().max(LARGEST_PROGRAM),
	tools: z.array(toolId).max(200),
	/** Functions of this file. */
	uses: z.array(key).max(200),
	/** See `FunctionRecord.notes`. */
	notes: z.array(z.string()).max(1000).optional(),
	examples: z.array(example).min(1).max(MOST_EXAMPLES),
});

const transferFile = z.strictObject({
	format: z.literal(FORMAT),
	schemaVersion: z.literal(SCHEMA_VERSION),
	/** Where the functions are from, for people: one line without marks. */
	workspace: z
		.string()
		.max(LONGEST_NAME)
		.transform((name) => name.replaceAll(/[\s\p{C}`*]+/gu, ' ').trim()),
	exportedAt: z.iso.datetime(),
	functions: z.array(transferred).min(1).max(MOST_FILE_FUNCTIONS),
});

export type TransferredFunction = z.infer<typeof transferred>;

/**
 * Functions on their way between workspaces. It holds no questions, no people and no runs: sources, and for each function the calls that it was seen to
 * make, with what the APIs answered.
 */
export type TransferFile = z.infer<typeof transferFile>;

/** One line a function, so that two files can be compared. */
export function writeTransfer(workspace: string, exportedAt: string, functions: readonly string[]): string {
	const head = { format: FORMAT, schemaVersion: SCHEMA_VERSION, workspace, exportedAt };
	return `${JSON.stringify(head).slice(0, -1)},"functions":[\n${functions.join(',\n')}\n]}\n`;
}

/** Throws a UserError `document` that names the place in the file: `functions[3].examples[0].args`. Nothing in it is to be believed yet. */
export function readTransfer(text: string): TransferFile {
	if (Buffer.byteLength(text) > MOST_FILE_BYTES) {
		throw unusable(`is larger than ${MOST_FILE_BYTES / 1024 / 1024} MB`, 'Export fewer functions: /functions export <name>.');
	}
	const value = parsed(text);
	if (!isJsonObject(value) || value.format !== FORMAT) throw unusable('is no export of functions', 'Take one that /functions export gave.');
	if (typeof value.schemaVersion === 'number' && value.schemaVersion > SCHEMA_VERSION) {
		throw unusable('was exported by a newer version of the bot', 'Update this one first.');
	}
	if (isDeeperThan(value, DEEPEST_VALUE)) throw unusable('is nested too deeply', 'Export it again.');
	const read = transferFile.safeParse(value);
	if (read.success) return read.data;
	const [issue] = read.error.issues;
	throw unusable(`is not as an export is: ${placeOf(issue?.path ?? [])}: ${issue?.message}`, 'Export it again, and change nothing in it.');
}

function parsed(text: string): JsonValue {
	try {
		return JSON.parse(text.replace(/^\uFEFF/, '')) as JsonValue;
	} catch (cause) {
		throw unusable('is no JSON', 'Take one that /functions export gave.', cause);
	}
}

function isToolset(name: string): boolean {
	return name === HUMAN || toolsetName(name) === name;
}

/** `functions[3].examples[0].args` */
function placeOf(path: readonly PropertyKey[]): string {
	const parts = path.map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${String(part)}`));
	return parts.join('').slice(0, LONGEST_NAME) || 'the file';
}

function unusable(what: string, next: string, cause?: unknown): UserError {
	return new UserError('document', `The file ${what}. ${next} Nothing was imported.`, { cause });
}
