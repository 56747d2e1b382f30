import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { PROCESS_LIMITS } from './limits.ts';

export interface ChildCommand {
	readonly file: string;
	readonly args: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	/** The code that goes into every isolate: module specifier -> JavaScript. */
	readonly guestModules: Readonly<Record<string, string>>;
}

const SHELL = '/bin/sh';
/** Sets the limits and becomes Node: same process id, no shell left. A limit that the system does not know is no reason to fail. */
const WITH_LIMITS = `for limit in '-d ${PROCESS_LIMITS.dataMb * 1024}' '-t ${PROCESS_LIMITS.cpuSeconds}' '-c 0' '-f 0'; do ulimit $limit 2>/dev/null; done; unset PWD OLDPWD SHLVL; exec "$0" "$@"`;

/** How a child is started. Reads the sources once. */
export function childCommand(library = nativeLibrary()): ChildCommand {
	const node = [process.execPath, ...nodeFlags(library), '--eval', javascript('child.ts'), library];
	return {
		...(existsSync(SHELL) ? { file: SHELL, args: ['-c', WITH_LIMITS, ...node] } : { file: process.execPath, args: node.slice(1) }),
		// Nothing of the parent's environment. The time zone of every program is UTC.
		env: { TZ: 'UTC' },
		guestModules: guestModules(),
	};
}

/**
 * `--permission` denies files, processes, threads, the inspector and the network. `--allow-addons` is for isolated-vm, whose library is the one
 * file to read. `--jitless` leaves no writable code pages and no WebAssembly. `--no-node-snapshot` is required by isolated-vm.
 */
function nodeFlags(library: string): string[] {
	return ['--permission', '--allow-addons', `--allow-fs-read=${library}`, '--jitless', '--no-node-snapshot', '--no-warnings'];
}

/** The path of isolated-vm's library; throws when it has none for this system. */
export function nativeLibrary(): string {
	const manifest = createRequire(import.meta.url).resolve('isolated-vm/package.json');
	const build = createRequire(manifest)('node-gyp-build') as { path(directory: string): string };
	return realpathSync(build.path(path.dirname(manifest)));
}

function guestModules(): Record<string, string> {
	const files = readdirSync(path.join(import.meta.dirname, 'guest')).filter((file) => file.endsWith('.ts'));
	return Object.fromEntries(files.map((file) => [`./${file}`, javascript(`guest/${file}`)]));
}

/** The parent strips the types: Node does it with WebAssembly, which a child has not. */
function javascript(file: string): string {
	return stripTypeScriptTypes(readFileSync(path.join(import.meta.dirname, file), 'utf8'));
}
