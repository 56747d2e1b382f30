/**
 * The inside of the isolate. The child process calls the three functions below and gets strings; nothing of the host is in here, not even
 * a function: what the program asks for waits until the child comes and takes it.
 */
import { answer, describeAnswer } from './answer.ts';
import { fixTimeAndChance } from './clock.ts';
import { createLogs, type Logs } from './console.ts';
import { lockDown } from './lockdown.ts';
import { nextPage } from './pages.ts';
import { AsyncFunction, freeze, parse } from './primordials.ts';
import { lockStackTraces, PROGRAM_NAME } from './stack.ts';
import { describeThrown } from './thrown.ts';
import { type Calls, createCalls, ToolError } from './tools.ts';

export interface GuestOptions {
	readonly tools: Readonly<Record<string, readonly string[]>>;
	readonly now: number;
	readonly random: number;
	readonly toolCalls: number;
	readonly resultLength: number;
	readonly logLength: number;
}

let logs: Logs;
let calls: Calls;
let ending = '';

/** Starts the program. Returns at its first await; everything after that runs in microtasks and `settle`. Never throws. */
export function start(code: string, optionsJson: string): void {
	const options = parse(optionsJson) as GuestOptions;
	lockStackTraces();
	fixTimeAndChance(options.now, options.random);
	lockDown();
	logs = createLogs(options.logLength);
	calls = createCalls(options.toolCalls);
	defineGlobals(options.tools);
	void run(code, options.resultLength);
}

async function run(code: string, resultLength: number): Promise<void> {
	let program: () => Promise<unknown>;
	try {
		// The constructor parses the text on its own, so that no bracket in it closes the function around it.
		program = new AsyncFunction(`"use strict";\n${code}\n//# sourceURL=${PROGRAM_NAME}`);
	} catch (problem) {
		ending = `{"kind":"unreadable","thrown":${describeThrown(problem)}}`;
		return;
	}
	try {
		ending = describeAnswer(await program(), resultLength);
	} catch (thrown) {
		ending = describeThrown(thrown);
	}
}

/** Gives an open call its answer: JSON text of the value, with that of the arguments for the next page or nothing, or of a ToolFailure. */
export function settle(call: number, ok: boolean, json: string, nextJson: string): void {
	if (ok) calls.succeed(call, json, nextJson);
	else calls.fail(call, parse(json));
}

/** What happened since the last time, as JSON text of a GuestReport. Runs nothing of the program's. */
export function takeReport(): string {
	const end = calls.tooMany() ? '{"kind":"too-many-tool-calls"}' : ending;
	return `{"calls":${calls.take()},"logs":${logs.take()}${end === '' ? '' : `,"end":${end}`}}`;
}

function defineGlobals(tools: GuestOptions['tools']): void {
	const define = (name: string, value: unknown) => Object.defineProperty(globalThis, name, { value, configurable: false, writable: false });
	define('answer', freeze(answer));
	define('nextPage', nextPage);
	define('console', logs.console);
	define('ToolError', freeze(ToolError));
	for (const [name, names] of Object.entries(tools)) define(name, calls.toolset(name, names));
}
