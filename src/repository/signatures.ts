import { readsLikeCall, withoutCalls } from '../code/call-form.ts';
import { commentText } from '../code/declare-text.ts';
import { parseProgram } from '../code/parse.ts';
import type { FunctionSource, Program } from '../code/program.ts';
import { analyseScopes } from '../code/scopes.ts';
import type { FunctionRecord } from './function-record.ts';

/** Of a function's documentation in a prompt. */
const DOCUMENTATION_CHARACTERS = 200;
/** Of all that a prompt says of stored functions: about 800 tokens. */
const SIGNATURES_CHARACTERS = 3000;

/**
 * What a prompt says of stored functions: the types they name, then for each a line of documentation and its signature. A function may have been written
 * by a model that had seen what an API returned: its words cannot end their comment, and hold nothing that reads like a call, and its own
 * comments are left out. Those that do not fit into 3,000 characters beside the ones before them are left out.
 */
export function storedSignatures(records: readonly FunctionRecord[]): string {
	const types = new Set<string>();
	const signatures: string[] = [];
	let size = 0;
	for (const record of records) {
		const shown = shownOf(record);
		const added = [...shown.types.filter((type) => !types.has(type)), shown.signature];
		const more = added.reduce((sum, text) => sum + text.length + 1, 0);
		if (size + more > SIGNATURES_CHARACTERS + 1) continue;
		for (const type of shown.types) types.add(type);
		signatures.push(shown.signature);
		size += more;
	}
	return [...types, ...signatures].join('\n');
}

function shownOf(record: FunctionRecord): { readonly types: readonly string[]; readonly signature: string } {
	const { fn, types } = readRecord(record);
	const documentation = commentText(withoutCalls(record.documentation), DOCUMENTATION_CHARACTERS);
	return {
		types: [...new Set(types.map(({ source }) => withoutCallLiterals(source)))],
		signature: `${documentation === '' ? '' : `/** ${documentation} */\n`}${withoutCallLiterals(fn.signature)}`,
	};
}

/** String literals that read like a call, as the type they are of. */
function withoutCallLiterals(source: string): string {
	return source.replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, (literal) =>
		readsLikeCall(literal) ? 'string' : literal,
	);
}

/**
 * Ambient declarations of stored functions for the type checker. Each has its types to itself: two functions may both speak of a `Movie` and mean
 * different things.
 */
export function ambientSignatures(records: readonly Pick<FunctionRecord, 'name' | 'source'>[]): string {
	return records.map((record) => ambientSignature(record.name, readRecord(record))).join('\n');
}

function ambientSignature(name: string, { fn, types }: StoredFunction): string {
	const parameters = fn.parameters.map(({ name: written, type = 'any', optional }, index) => {
		const rest = written.startsWith('...');
		const readable = /^[\w$]+$/.test(written) ? written : `parameter${index}`;
		return `${rest ? '...' : ''}${rest ? written.slice(3) : readable}${optional && !rest ? '?' : ''}: ${type}`;
	});
	const generics = /^[^(]*?(<.*?>)\(/.exec(fn.signature)?.[1] ?? '';
	const declaration = `function ${name}${generics}(${parameters.join(', ')}): ${fn.returnType ?? 'unknown'};`;
	if (types.length === 0) return `declare ${declaration}`;
	const scope = `$${name}`;
	return `declare namespace ${scope} {\n${types.map(({ source }) => source).join('\n')}\n${declaration}\n}\ndeclare const ${name}: typeof ${scope}.${name};`;
}

/**
 * A program followed by the stored functions it calls, directly or not, all of which `records` holds; its own lines stay where they are. What the
 * program declares itself hides the stored function of that name, but not from other stored functions.
 */
export function withStoredFunctions(source: string, records: readonly FunctionRecord[]): string {
	const parsed = parseProgram(source);
	const declared = parsed.ok ? declaredNames(parsed.program) : new Set<string>();
	const visible = records.filter((record) => !declared.has(record.name));
	if (visible.length === 0) return source;
	const sources = records.map((record) => record.source).join('\n\n');
	if (visible.length === records.length) return `${source}\n\n${sources}\n`;
	const closure = unusedName('stored', source + sources);
	const names = visible.map(({ name }) => name);
	const delegates = names.map((name) => `function ${name}(...args: unknown[]) { return ${closure}().${name}(...args); }`);
	return `${source}\n\nfunction ${closure}() {\n${sources}\nreturn { ${names.join(', ')} };\n}\n${delegates.join('\n')}\n`;
}

function declaredNames({ tree }: Program): ReadonlySet<string> {
	return new Set([...analyseScopes(tree).topLevel].map((variable) => variable.name));
}

export function unusedName(base: string, text: string): string {
	let name = `$${base}`;
	while (text.includes(name)) name = `$${name}`;
	return name;
}

export interface StoredFunction {
	readonly fn: FunctionSource;
	readonly types: Program['types'];
}

/** The parsed source of a record. Throws when the record is broken: it was parsed before it was stored. */
export function readRecord(record: Pick<FunctionRecord, 'name' | 'source'>): StoredFunction {
	const parsed = parseProgram(record.source);
	const fn = parsed.ok ? parsed.program.functions.find(({ name }) => name === record.name) : undefined;
	if (!parsed.ok || !fn) throw new Error(`the source of the stored function ${record.name} cannot be read`);
	return { fn, types: parsed.program.types };
}
