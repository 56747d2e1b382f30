import { createHash } from 'node:crypto';

/** Where the checked files stand in the compiler's world; nothing of it is on a disk. */
const ROOT = '/check';
export const PROGRAM_FILE = `${ROOT}/program.ts`;
export const STRICT_PROJECT = `${ROOT}/strict/tsconfig.json`;
/** The same without `strictNullChecks`: what it still objects to is wrong even if no value is ever missing. */
export const LENIENT_PROJECT = `${ROOT}/lenient/tsconfig.json`;

const PRELUDE_FILE = `${ROOT}/prelude.d.ts`;
const DECLARED_FILE = `${ROOT}/declared.d.ts`;

/** The compiler's own declarations of ECMAScript: the only files it may read from the disk. */
const STANDARD_LIBRARY = /[\\/]@typescript[\\/]typescript-[\w-]+[\\/]lib[\\/]lib\.[\w.]+\.d\.ts$/;

/** Whether a file that the compiler has read declares ECMAScript, wherever on this machine the compiler is installed. */
export function isStandardLibrary(path: string): boolean {
	return STANDARD_LIBRARY.test(path);
}

/** What a sandboxed program finds besides ECMAScript. A promise is no value to answer with. */
const PRELUDE = `
interface Answer { readonly sentence: string; readonly value: unknown }
declare function answer<T>(sentence: string, value: T extends PromiseLike<unknown> ? never : T): Answer;
declare function nextPage<T>(response: T extends PromiseLike<unknown> ? never : T): any;
interface FileHandle { readonly file: string; readonly name: string; readonly mediaType: string; readonly bytes: number }
declare class ToolError extends Error { readonly kind: string; readonly tool: string; readonly status?: number }
declare const console: { ${['log', 'info', 'warn', 'error', 'debug'].map((level) => `${level}(...data: unknown[]): void`).join('; ')} };
`;

const OPTIONS = {
	strict: true,
	noEmit: true,
	target: 'ESNext',
	// What the sandbox's V8 has, and no host: no DOM, no Node, no timers.
	lib: ['ES2025'],
	types: [],
	module: 'preserve',
	moduleDetection: 'force',
	skipLibCheck: true,
	allowUnreachableCode: true,
	allowUnusedLabels: true,
};

export interface VirtualFiles {
	/** Puts a program and its ambient declarations in place, and returns the files whose content is another than before. */
	replace(program: string, declarations: readonly string[]): { changed: string[]; created: string[]; deleted: string[] };
	/** Everything the compiler sees. The program's text decides what is read (`/// <reference path>`), so nothing else may be there. */
	readonly system: {
		readFile(path: string): string | null | undefined;
		fileExists(path: string): boolean;
		directoryExists(path: string): boolean;
		getAccessibleEntries(path: string): { files: string[]; directories: string[] };
		realpath(path: string): string;
	};
}

/** The compiler's file system. Declarations are files named by their content, so those that stay are neither read nor parsed again. */
export function createVirtualFiles(): VirtualFiles {
	const roots = ['prelude', 'declared'].map((name) => `../${name}.d.ts`);
	const project = (options: object) => JSON.stringify({ compilerOptions: { ...OPTIONS, ...options }, files: [...roots, '../program.ts'] });
	const fixed = new Map([
		[STRICT_PROJECT, project({})],
		[LENIENT_PROJECT, project({ strictNullChecks: false })],
		[PRELUDE_FILE, PRELUDE],
	]);
	let files = new Map([...fixed, [DECLARED_FILE, ''], [PROGRAM_FILE, '']]);
	return {
		replace(program, declarations) {
			const texts = declarations.filter((text) => text.trim() !== '');
			const declared = new Map(texts.map((text) => [`${ROOT}/${createHash('sha256').update(text).digest('hex').slice(0, 32)}.d.ts`, text]));
			const references = [...declared.keys()].map((path) => `/// <reference path="${path}" />\n`).join('');
			const next = new Map([...fixed, ...declared, [DECLARED_FILE, references], [PROGRAM_FILE, program]]);
			const before = files;
			files = next;
			return {
				changed: [...next.keys()].filter((path) => before.has(path) && before.get(path) !== next.get(path)),
				created: [...next.keys()].filter((path) => !before.has(path)),
				deleted: [...before.keys()].filter((path) => !next.has(path)),
			};
		},
		system: {
			readFile: (path) => files.get(path) ?? (isStandardLibrary(path) ? undefined : null),
			fileExists: (path) => files.has(path) || isStandardLibrary(path),
			directoryExists: (path) => path === ROOT || path === '/',
			getAccessibleEntries: () => ({ files: [], directories: [] }),
			realpath: (path) => path,
		},
	};
}
