import type { WriteStream } from 'node:tty';
import type { Conversation, PendingWrite } from '../../src/conversation.ts';
import { UserError } from '../../src/errors.ts';
import { printable } from './printable.ts';
import type { ProgressLine } from './progress-line.ts';
import type { Renderer, ToolCallEvent } from './render.ts';

export interface TerminalOptions {
	readonly output: WriteStream;
	readonly renderer: Renderer;
	readonly progressLine: ProgressLine;
	/** Puts a yes-or-no question to the person; absent where nobody is there to answer. */
	readonly confirm?: (question: string, signal: AbortSignal) => Promise<boolean>;
	/** Told of the run being shown, and of its end. */
	readonly onRun?: (runId: string | undefined) => void;
}

/** The conversation of a person at a terminal, or of lines piped in: blocks one below the other. */
export function createTerminalConversation({ output, renderer, progressLine, confirm, onRun }: TerminalOptions): Conversation {
	let calls: ToolCallEvent[] = [];
	let callsMade = 0;
	const write = (text: string) => progressLine.above(() => output.write(text));
	const flushCalls = () => {
		if (calls.length > 0) write(renderer.toolCalls(calls));
		calls = [];
	};
	/** Calls of one tool in a row share a line: a program may make a hundred. */
	const addCall = (call: ToolCallEvent) => {
		const [first] = calls;
		if (first && (first.tool !== call.tool || !first.ok || !call.ok)) flushCalls();
		calls.push(call);
		callsMade += 1;
		progressLine.show(`Running: ${callsMade} ${callsMade === 1 ? 'tool call' : 'tool calls'}…`);
	};
	return {
		async show(run, event) {
			if (event.type !== 'kept') onRun?.(run.id);
			if (event.type === 'tool-call') return addCall(event);
			flushCalls();
			if (event.type === 'status') return progressLine.show(event.text);
			write(renderer.progress(event));
			if (event.type !== 'result' && event.type !== 'failure') return;
			progressLine.clear();
			callsMade = 0;
			onRun?.(undefined);
		},
		async confirmWrite(_run, pending, signal) {
			if (!confirm) {
				throw new UserError(
					'not-allowed',
					`The program wants to send ${pending.method} ${pending.url}, which changes data, and nobody is here to allow it. Ask in an interactive console (npm start), or with --allow-writes.`,
				);
			}
			flushCalls();
			progressLine.clear();
			output.write(`\nThe program wants to change data with ${pending.tool}:\n${requestText(printable(pending))}\n`);
			return confirm('Send it? [y/N] ', signal);
		},
	};
}

/** Everything that would be sent, credentials left out. */
function requestText({ method, url, headers = {}, body }: PendingWrite): string {
	const lines = [`${method} ${url}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
	if (body !== undefined) lines.push(JSON.stringify(body, null, 2));
	return lines.join('\n');
}
