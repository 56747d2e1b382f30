import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TypeChecker } from '../../src/code/check.ts';

const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/**
 * What the compiler finds wrong in the declarations themselves, which the bot's own checker takes on trust: toolset name -> errors, a line each; only
 * those that have some. Toolsets of different names are checked together, which takes a fraction of the time.
 */
export async function declarationErrors(declarations: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, readonly string[]>> {
	const folder = await mkdtemp(path.join(tmpdir(), 'bench-declarations-'));
	try {
		const files = [...declarations.keys()].map((name) => `${name}.d.ts`);
		for (const [name, text] of declarations) await writeFile(path.join(folder, `${name}.d.ts`), text);
		return byToolset(await compilerOutput(folder, files));
	} finally {
		await rm(folder, { recursive: true });
	}
}

async function compilerOutput(folder: string, files: readonly string[]): Promise<string> {
	const options = '--noEmit --strict --target esnext --module esnext --lib ES2025 --pretty false --types'.split(' ');
	try {
		await promisify(execFile)(process.execPath, [tsc, ...options, '', ...files], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
		return '';
	} catch (error) {
		const { stdout } = error as { readonly stdout?: string };
		if (!stdout) throw error;
		return stdout;
	}
}

/** `api12.d.ts(3,20): error TS…` */
function byToolset(output: string): Map<string, string[]> {
	const lines = output.split('\n').filter((line) => /^\w+\.d\.ts\(/.test(line));
	return Map.groupBy(lines, (line) => line.slice(0, line.indexOf('.')));
}

/** What the bot's own checker says about a program that calls one tool; nothing when it is right. */
export async function programErrors(checker: TypeChecker, declarations: string, tool: string): Promise<string[]> {
	const program = `const args: any = {};\nconst value = await ${tool}(args);\nreturn answer('', value);`;
	const diagnostics = await checker.check({ program, declarations: [declarations] });
	return diagnostics.map(({ code, message }) => `${code}: ${message}`);
}
