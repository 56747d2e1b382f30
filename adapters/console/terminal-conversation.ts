import type { Conversation } from '../../src/conversation.ts';
import type { Progress } from '../../src/pipeline/progress.ts';
import { questionCancelled } from '../../src/runs/questions.ts';
import type { Run } from '../../src/runs/run.ts';
import { approvalText, askAbout, nobodyToAllow } from './approval.ts';
import type { ProgressLine } from './progress-line.ts';
import { nobodyToAsk, promptOf, questionLines, readReply } from './question.ts';
import type { Renderer, ToolCallEvent } from './render.ts';
import type { SaveFiles } from './save-files.ts';
import { type TerminalOutput, write } from './terminal-output.ts';

const QUESTION_CHARACTERS = 200;

export interface TerminalOptions {
	readonly output: TerminalOutput;
	readonly renderer: Renderer;
	readonly progressLine: ProgressLine;
	/** The conversation that goes on here. Runs of others, resumed here, say first which question they go on with. */
	readonly session: string;
	readonly saveFiles: SaveFiles;
	/** Puts a question to the person, who answers with a line; absent where nobody is there to answer. Rejects with the signal's reason. */
	readonly ask?: (question: string, signal: AbortSignal) => Promise<string>;
}

/** The conversation of a person at a terminal, or of lines piped in: blocks one below the other. */
export function createTerminalConversation({ output, renderer, progressLine, session, saveFiles, ask }: TerminalOptions): Conversation {
	/** Of the run in `current`, not shown yet. */
	let calls: ToolCallEvent[] = [];
	let current: string | undefined;
	/** Run -> its tool calls so far. */
	const callsMade = new Map<string, number>();
	let written: Promise<unknown> = Promise.resolve();
	let decided: Promise<unknown> = Promise.resolve();

	/** Several runs may show something at once; each finishes its part first. */
	const inTurn = <R>(part: () => Promise<R>): Promise<R> => {
		const done = written.then(part);
		written = done.catch(() => {});
		return done;
	};

	const writeAbove = (text: string) => {
		const { promise, resolve } = Promise.withResolvers<void>();
		progressLine.above(() => resolve(write(output, text)));
		return promise;
	};
	const flushCalls = async () => {
		const made = calls;
		calls = [];
		if (made.length > 0) await writeAbove(renderer.toolCalls(made));
	};
	/** Says whose turn it is where that is not plain: resumed runs come unasked, and several may alternate. */
	const turnTo = async (run: Run) => {
		if (current === run.id) return;
		await flushCalls();
		const known = callsMade.has(run.id);
		current = run.id;
		if (!known) callsMade.set(run.id, 0);
		if (known || run.conversation !== session) {
			await writeAbove(`\n${renderer.note(`Going on with: ${run.question.text.slice(0, QUESTION_CHARACTERS)}`)}`);
		}
	};
	/** Calls of one tool in a row share a line: a program may make a hundred. */
	const addCall = async (run: Run, call: ToolCallEvent) => {
		const [first] = calls;
		if (first && (first.tool !== call.tool || !first.ok || !call.ok)) await flushCalls();
		calls.push(call);
		const made = (callsMade.get(run.id) ?? 0) + 1;
		callsMade.set(run.id, made);
		progressLine.show(`Running: ${made} ${made === 1 ? 'tool call' : 'tool calls'}…`);
	};
	const show = async (run: Run, event: Progress) => {
		await turnTo(run);
		if (event.type === 'tool-call') return addCall(run, event);
		await flushCalls();
		if (event.type === 'status') return progressLine.show(event.text);
		const ended = event.type === 'result' || event.type === 'failure';
		if (ended) progressLine.clear();
		const files = await saveFiles(run, event);
		await writeAbove(renderer.progress(event) + renderer.files(files));
		if (ended) callsMade.delete(run.id);
	};
	const present = async (run: Run, text: string) => {
		await turnTo(run);
		await flushCalls();
		await writeAbove(`\n${text}\n`);
	};
	/** A program may ask several things at once; a terminal puts one. */
	const afterOthers = <R>(signal: AbortSignal, put: () => Promise<R>): Promise<R> => {
		const answered = withinReach(decided, signal).then(put);
		decided = answered.catch(() => {});
		return answered;
	};
	return {
		show: (run, event) => inTurn(() => show(run, event)),
		async confirmWrite(run, pending, signal) {
			if (!ask) throw nobodyToAllow(pending);
			return afterOthers(signal, async () => {
				await inTurn(() => present(run, approvalText(pending)));
				return askAbout(pending, (prompt) => ask(prompt, signal), writeAbove);
			});
		},
		async askPerson(run, question, signal) {
			if (!ask) throw nobodyToAsk(question);
			return afterOthers(signal, async () => {
				await inTurn(() => present(run, questionLines(question)));
				for (;;) {
					const reply = readReply(question, await ask(promptOf(question), signal));
					if ('value' in reply) return reply.value;
					if ('cancelled' in reply) throw questionCancelled();
					await writeAbove(`${reply.hint}\n`);
				}
			});
		},
	};
}

/** Waits for what went before, however that ended; rejects with the signal's reason when it is aborted. */
async function withinReach(before: Promise<unknown>, signal: AbortSignal): Promise<void> {
	const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
	if (!signal.aborted) await Promise.race([before, aborted]);
	signal.throwIfAborted();
}
