import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { Node } from 'typescript/unstable/ast';
import { API, type Diagnostic, type Project, type Snapshot, type Type, TypeFlags } from 'typescript/unstable/async';
import { type Compiler, CompilerEnded, type Finding, MOST_FINDINGS, type Owner } from './finding.ts';
import { createVirtualFiles, isStandardLibrary, LENIENT_PROJECT, PROGRAM_FILE, STRICT_PROJECT } from './virtual-files.ts';

/** A value that does not fit where it goes. */
const MISFITS: ReadonlySet<number> = new Set([2322, 2345, 2739, 2740, 2741, 2769, 2820]);
const NO_PROPERTY: ReadonlySet<number> = new Set([2339, 2551]);

/** Starts a compiler. Rejects with CompilerEnded when it does not start. */
export async function startCompiler(): Promise<Compiler> {
	const files = createVirtualFiles();
	const api = new API({ cwd: '/', fs: files.system });
	const child = await spawned(api);
	let snapshot = await whileRunning(child, api.updateSnapshot({ openProjects: [STRICT_PROJECT, LENIENT_PROJECT] }));
	const check: Compiler['check'] = async (program, declarations) => {
		const before = snapshot;
		snapshot = await api.updateSnapshot({ fileChanges: files.replace(program, declarations) });
		await before.dispose();
		return findingsIn(snapshot);
	};
	return {
		check: (program, declarations) => whileRunning(child, check(program, declarations)),
		kill: () => child.kill('SIGKILL'),
		pid: child.pid,
	};
}

/** The API neither tells when its process has ended nor can end one that is lost in a type, so its process is taken from it (typescript is pinned). */
async function spawned(api: API): Promise<ChildProcess> {
	const client: { connect(): Promise<void>; process: ChildProcess } = Reflect.get(api, 'client');
	try {
		await client.connect();
	} catch (error) {
		throw new CompilerEnded('the compiler did not start', { cause: error });
	}
	const { stdin } = client.process;
	if (stdin) ignoreWriteErrors(stdin);
	endWithThisProcess(client.process);
	return client.process;
}

/**
 * A compiler that waits for the answer to a question of its own does not notice that its client was killed, and would stay for ever. A shell that
 * waits for the end of its input does; it is in a group of its own, so that Ctrl-C does not end it first. Without a shell it stays as it is.
 */
function endWithThisProcess(compiler: ChildProcess): void {
	const stdio = ['pipe', 'ignore', 'ignore'] as const;
	const watcher = spawn('sh', ['-c', 'read -r _; kill -9 "$0"', String(compiler.pid)], { stdio: [...stdio], detached: true });
	watcher.on('error', () => {});
	watcher.unref();
	compiler.once('exit', () => watcher.kill('SIGKILL'));
}

/**
 * A process may end while it is written to. Its exit says so; the failed write itself would come back as an unhandled rejection, because the
 * protocol's library throws it where nobody can catch it.
 */
function ignoreWriteErrors(stream: Writable): void {
	stream.on('error', () => {});
	const write = stream.write.bind(stream) as (chunk: unknown, encoding: BufferEncoding | undefined, done: () => void) => boolean;
	stream.write = (chunk: unknown, ...rest: unknown[]) => {
		const encoding = rest.find((option) => typeof option === 'string') as BufferEncoding | undefined;
		const done = rest.find((option) => typeof option === 'function') as (() => void) | undefined;
		return write(chunk, encoding, () => done?.());
	};
}

/** The result of `work`, or CompilerEnded as soon as the process ends: what was asked of it would stay unanswered for ever. */
async function whileRunning<T>(child: ChildProcess, work: Promise<T>): Promise<T> {
	const { promise: ended, reject } = Promise.withResolvers<never>();
	const onExit = () => reject(new CompilerEnded(`the compiler ended (${child.signalCode ?? child.exitCode})`));
	child.once('exit', onExit);
	if (child.exitCode !== null || child.signalCode !== null) onExit();
	try {
		return await Promise.race([work, ended]);
	} finally {
		child.off('exit', onExit);
	}
}

async function findingsIn(snapshot: Snapshot): Promise<readonly Finding[]> {
	const strict = projectOf(snapshot, STRICT_PROJECT);
	const diagnostics = (await strict.program.getSemanticDiagnostics(PROGRAM_FILE)).slice(0, MOST_FINDINGS);
	const misfits = diagnostics.some(({ code }) => MISFITS.has(code)) ? await misfitsIn(projectOf(snapshot, LENIENT_PROJECT)) : new Set();
	const findings: Finding[] = [];
	for (const diagnostic of diagnostics) {
		const { code, pos: start, end, text } = diagnostic;
		const owner = NO_PROPERTY.has(code) ? await ownerAt(strict, diagnostic) : undefined;
		const hints = new Map(diagnostic.relatedInformation?.map((related) => [related.code, related.text]));
		findings.push({ code, start, end, text, reasons: reasonsOf(diagnostic), hints, misfit: misfits.has(start), ...(owner && { owner }) });
	}
	return findings;
}

function projectOf(snapshot: Snapshot, name: string): Project {
	const project = snapshot.getProject(name);
	if (!project) throw new Error(`the compiler lost the project ${name}`);
	return project;
}

/** Where values do not fit even without `strictNullChecks`. */
async function misfitsIn(lenient: Project): Promise<ReadonlySet<unknown>> {
	const diagnostics = await lenient.program.getSemanticDiagnostics(PROGRAM_FILE);
	return new Set(diagnostics.filter(({ code }) => MISFITS.has(code)).map(({ pos }) => pos));
}

function reasonsOf({ messageChain = [] }: Diagnostic): string[] {
	return messageChain.flatMap((reason) => [reason.text, ...reasonsOf(reason)]);
}

async function ownerAt({ program, checker }: Project, { pos, end }: Diagnostic): Promise<Owner> {
	const file = await program.getSourceFile(PROGRAM_FILE);
	const property = file && innermost(file, pos, end);
	if (!property) return 'open';
	const type = await checker.getTypeAtLocation(ownerNode(property.parent));
	return type ? ownerOf(type) : 'open';
}

function innermost(node: Node, start: number, end: number): Node {
	let inner: Node | undefined;
	node.forEachChild((child) => {
		if (child.pos <= start && end <= child.end) inner = child;
	});
	return inner ? innermost(inner, start, end) : node;
}

/** `a.b` of the access `a.b.c`, the pattern of `const { c } = …`. */
function ownerNode(access: Node): Node {
	const expression: unknown = Reflect.get(access, 'expression');
	return expression ? (expression as Node) : access.parent;
}

async function ownerOf(type: Type): Promise<Owner> {
	const primitive = TypeFlags.StringLike | TypeFlags.NumberLike | TypeFlags.BooleanLike | TypeFlags.BigIntLike;
	if ((type.flags & primitive) !== 0) return 'language';
	if ((type.flags & TypeFlags.Object) === 0) return 'open';
	const symbol = await type.getSymbol();
	const files = symbol?.declarations.map(({ path }) => String(path)) ?? [];
	if (files.length === 0) return 'open';
	if (files.every((file) => file !== PROGRAM_FILE)) return files.every(isStandardLibrary) ? 'language' : 'tools';
	return symbol?.name === '__object' ? 'literal' : 'open';
}
