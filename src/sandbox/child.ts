/**
 * Runs in the child process, as `node --eval` text with its types stripped by the parent (stripping needs WebAssembly, which --jitless has
 * not). So it imports types only. Its one argument is the path of isolated-vm's native library, the one file it may read.
 *
 * One run at a time, each in an isolate of its own. The isolate works on another thread, so this one goes on answering while a program
 * computes. Everything that crosses is a string, asked for from here; the isolate never holds a function or a reference of this side.
 */
import type { Isolate, Module, Reference } from 'isolated-vm';
import type { End, FromChild, ToChild, ToolCallMessage } from './protocol.ts';

interface GuestReport {
	readonly calls: ToolCallMessage[];
	readonly logs: string[];
	readonly end?: End | { readonly kind: 'unreadable'; readonly thrown: Extract<End, { kind: 'threw' }> };
}

interface GuestFunctions {
	readonly start: Reference<(code: string, optionsJson: string) => void>;
	readonly settle: Reference<(call: number, ok: boolean, json: string, nextJson: string) => void>;
	readonly takeReport: Reference<() => string>;
}

type RunMessage = Extract<ToChild, { type: 'run' }>;
type ToolResult = Extract<ToChild, { type: 'tool-result' }>;

const USAGE_EVERY_MS = 100;
/** Entries in flight when a program ends usually take microseconds. */
const LEAVE_WITHIN_MS = 20;
const ivm = loadNativeLibrary(process.argv[1] ?? '');
let modules: Readonly<Record<string, string>> = {};
let current: GuestRun | undefined;

function loadNativeLibrary(file: string): typeof import('isolated-vm') {
	const library = { exports: {} as { ivm: typeof import('isolated-vm') } };
	process.dlopen(library, file);
	return library.exports.ivm;
}

function send(message: FromChild): void {
	process.stdout.write(`${JSON.stringify(message)}\n`);
}

class GuestRun {
	readonly #message: RunMessage;
	readonly #isolate: Isolate;
	readonly #guest: GuestFunctions;
	readonly #openCalls = new Set<number>();
	readonly #cpuBefore = process.cpuUsage();
	/** Entries into the isolate that have not come back. */
	#entered = 0;
	/** Resolves when all of them have. */
	#left = Promise.withResolvers<void>();
	#ended = false;
	#usageTimer: NodeJS.Timeout | undefined;

	constructor(message: RunMessage) {
		this.#message = message;
		this.#isolate = new ivm.Isolate({
			memoryLimit: message.memoryMb,
			// V8 has given this isolate up; its thread sleeps from now on, and the parent ends the process.
			onCatastrophicError: () => this.#report({ calls: [], logs: [], end: { kind: 'out-of-memory' } }),
		});
		this.#guest = loadGuest(this.#isolate);
	}

	start(): Promise<void> {
		const { code, options } = this.#message;
		return this.#enter(() => this.#guest.start.apply(undefined, [code, JSON.stringify(options)]));
	}

	async settle({ call, ok, json, nextJson = '' }: ToolResult): Promise<void> {
		if (this.#ended || !this.#openCalls.delete(call)) return;
		await this.#enter(() => this.#guest.settle.apply(undefined, [call, ok, json, nextJson]));
	}

	/** Runs the program until it waits, its microtasks included, and then asks what it wants. */
	async #enter(run: () => Promise<unknown>): Promise<void> {
		if (this.#entered++ === 0) this.#left = Promise.withResolvers();
		this.#usageTimer ??= setInterval(() => this.#sendUsage(), USAGE_EVERY_MS);
		// It rejects for promises that the program rejected and left alone, which is its own affair, and when the isolate is gone: then so does the report.
		await run().catch(() => undefined);
		const report = await this.#takeReport();
		this.#entered--;
		if (this.#entered === 0) this.#left.resolve();
		if (this.#ended) return;
		for (const { call } of report.calls) this.#openCalls.add(call);
		if (this.#entered === 0) this.#stopUsage();
		const stuck = report.end === undefined && this.#entered === 0 && this.#openCalls.size === 0;
		this.#report(stuck ? { ...report, end: { kind: 'never-finishes' } } : report);
	}

	async #takeReport(): Promise<GuestReport> {
		try {
			const text = await this.#guest.takeReport.apply(undefined, [], { result: { copy: true } });
			return JSON.parse(text as string) as GuestReport;
		} catch {
			// Nothing disposes an isolate during a run but its memory limit.
			return { calls: [], logs: [], end: { kind: 'out-of-memory' } };
		}
	}

	#report({ calls, logs, end }: GuestReport): void {
		const { run } = this.#message;
		if (end === undefined) send({ type: 'report', run, calls, logs, reusable: false, cpuMs: this.#cpuMs() });
		else void this.#finish(logs, end.kind === 'unreadable' ? this.#locateSyntaxError(end.thrown) : end);
	}

	/** A branch of the program that nobody waits for may still be computing. Then this process is of no use for the next program. */
	async #finish(logs: string[], end: End): Promise<void> {
		this.#ended = true;
		if (this.#entered > 0) await Promise.race([this.#left.promise, new Promise((resolve) => setTimeout(resolve, LEAVE_WITHIN_MS))]);
		this.#stopUsage();
		const reusable = this.#entered === 0 && this.#dispose();
		if (current === this) current = undefined;
		send({ type: 'report', run: this.#message.run, calls: [], logs, reusable, cpuMs: this.#cpuMs(), end });
	}

	/** V8 tells the position of a syntax error only to who compiles the script; the guest cannot see it. */
	#locateSyntaxError(thrown: Extract<End, { kind: 'threw' }>): End {
		try {
			this.#isolate.compileScriptSync(`"use strict";(async()=>{\n${this.#message.code}\n})`, { filename: 'program.js', lineOffset: -1 });
		} catch (error) {
			const found = /\[program\.js:(\d+):(\d+)\]$/.exec((error as Error).message);
			if (found) return { ...thrown, frames: [{ functionName: '', line: Number(found[1]), column: Number(found[2]) }] };
		}
		return thrown;
	}

	#dispose(): boolean {
		if (this.#isolate.isDisposed) return false;
		this.#isolate.dispose();
		return true;
	}

	#sendUsage(): void {
		send({ type: 'usage', run: this.#message.run, cpuMs: this.#cpuMs(), residentMb: process.memoryUsage.rss() / 2 ** 20 });
	}

	#stopUsage(): void {
		clearInterval(this.#usageTimer);
		this.#usageTimer = undefined;
	}

	#cpuMs(): number {
		const { user, system } = process.cpuUsage(this.#cpuBefore);
		return (user + system) / 1000;
	}
}

function loadGuest(isolate: Isolate): GuestFunctions {
	const context = isolate.createContextSync();
	const compiled = new Map<string, Module>();
	const compile = (specifier: string): Module => {
		const known = compiled.get(specifier);
		if (known) return known;
		const module = isolate.compileModuleSync(modules[specifier] ?? '', { filename: `guest/${specifier}` });
		compiled.set(specifier, module);
		return module;
	};
	const main = compile('./main.ts');
	main.instantiateSync(context, compile);
	main.evaluateSync();
	const get = (name: string) => main.namespace.getSync(name, { reference: true });
	return { start: get('start'), settle: get('settle'), takeReport: get('takeReport') };
}

function receive(message: ToChild): void {
	if (message.type === 'guest') {
		modules = message.modules;
		// Once for nothing, so that what is slow the first time has happened before the first program comes.
		const isolate = new ivm.Isolate({ memoryLimit: 8 });
		loadGuest(isolate);
		isolate.dispose();
		send({ type: 'ready' });
	} else if (message.type === 'run') {
		current = new GuestRun(message);
		void current.start();
	} else {
		void current?.settle(message);
	}
}

let unread = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text: string) => {
	const lines = (unread + text).split('\n');
	unread = lines.pop() ?? '';
	for (const line of lines) receive(JSON.parse(line) as ToChild);
});
// The parent is gone. An isolate that computes natively would keep an ordinary exit waiting.
process.stdin.on('close', () => process.kill(process.pid, 'SIGKILL'));
