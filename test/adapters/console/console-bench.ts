import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchOptions, ChatBench, Feature, Thread } from '../../contracts/chat-contract.ts';
import { consoleFolder, type Started, startConsole } from './console-process.ts';

/** One person, who is the operator, at a terminal that scrolls; lines are piped in, so nobody answers a program. */
export const LACKING: readonly Feature[] = ['people', 'bots', 'redelivery', 'workspaces', 'files', 'answers'];

/** Above each code block. */
const CODE = /^(?:Scaffold|Plan|Program|Reuse)\b.*\n/;

/** The console as the chat contract sees it: each thread is a process of its own that lines are piped to, and they share a folder. */
export async function openConsoleBench(context: TestContext, { environment }: BenchOptions = {}): Promise<ChatBench> {
	const started: Started[] = [];
	// Before their folder goes.
	context.after(() => Promise.all(started.map(({ child, ended }) => child.kill('SIGKILL') && ended)));
	const folder = await consoleFolder(context);
	const start = (line: string): number => started.push(startConsole({ folder, environment, input: `${line}\n`, open: true })) - 1;
	const processOf = ({ ts }: Thread) => started[Number(ts)] ?? missing(`thread ${ts}`);
	const shown = (thread: Thread) => messagesOf(processOf(thread).output());
	let commands: Started | undefined;
	return {
		async ask(_who, text) {
			return { channel: folder, ts: String(start(text)) };
		},
		async reply(_who, thread, text) {
			processOf(thread).child.stdin?.write(`${text}\n`);
		},
		async command(_who, line) {
			if (commands) commands.child.stdin?.write(`${line}\n`);
			else commands = started[start(line)];
		},
		async stop(_who, thread) {
			processOf(thread).child.kill('SIGINT');
		},
		shown,
		fences: (thread) => shown(thread).flatMap((message) => (CODE.test(message) ? [message.replace(CODE, '')] : [])),
		whispered: () => (commands ? messagesOf(commands.output()) : []),
		named: () => 'you',
		async until(condition, timeoutMs = 30_000) {
			const late = AbortSignal.timeout(timeoutMs);
			for (;;) {
				const met = condition();
				if (met) return met;
				if (late.aborted) throw new Error(`Not within ${timeoutMs} ms. Instead:\n${started.map(({ output }) => output()).join('\n---\n')}`);
				await delay(20);
			}
		},
		unacknowledged: () => [],
		press: () => missing('button'),
		redeliver: () => missing('redelivery'),
		files: () => missing('file'),
		sayAsBots: () => missing('other bot'),
	};
}

/** What stands on the terminal from the first line that was asked, as blocks: each begins at the margin. */
function messagesOf(output: string): string[] {
	const begun = output.indexOf('\n> ');
	return begun === -1 ? [] : output.slice(begun + 1).split(/\n+(?=\S)/);
}

function missing(what: string): never {
	throw new Error(`the console has no ${what}`);
}
