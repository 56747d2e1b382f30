import type { Logger } from 'pino';
import type { Conversation, PendingWrite, WriteDecision } from '../../src/conversation.ts';
import type { Failure, Progress, Result } from '../../src/pipeline/progress.ts';
import type { Approval, Approvals } from '../../src/runs/approvals.ts';
import { type OpenQuestion, type Questions, questionCancelled } from '../../src/runs/questions.ts';
import type { Run } from '../../src/runs/run.ts';
import type { PersonQuestion } from '../../src/toolset/tool.ts';
import { putToPerson } from './put-to-person.ts';

/** What a run is doing now, where people can stop it. */
export interface WorkingStatus {
	/** Shows it soon; what is overtaken meanwhile is left out. Never throws. */
	show(run: Run, text: string): void;
	/** Something was posted below it. Never throws. */
	renew(run: Run): void;
	/** Takes it away; resolves when it is gone, or after 2 s. Never rejects. */
	end(run: Run): Promise<void>;
	/** Shows nothing more of it, and leaves what stands to another process. Never throws. */
	leave(run: Run): void;
}

/** How a chat platform shows what happens in a run. Nothing appears twice, whatever process shows it. */
export interface ChatSurface {
	readonly working: WorkingStatus;
	/** Shows what leads to an answer. Resolves when it stands; undefined for what is not shown. `key` tells the event of this run from all others. */
	post(run: Run, event: Exclude<Progress, Result | Failure>, key: string): Promise<void> | undefined;
	/** Shows the answer, or why there is none. Resolves when people can see it. */
	postEnding(run: Run, event: Result | Failure, key: string): Promise<void>;
	/** Shows the card that asks about a write. Rejects when it cannot be shown, and with the reason of the signal. */
	postApproval(run: Run, approval: Approval, signal: AbortSignal): Promise<void>;
	/** Whether only the process that has a run can draw its cards anew; otherwise whoever's process was told of a decision does. */
	drawsAlone?(run: Run): boolean;
	/** Draws the card anew from what holds: whoever decided, or why nobody can any more. */
	settleApproval(run: Run, approval: Approval): Promise<void>;
	/** The same two for what a program asks. */
	postQuestion(run: Run, question: OpenQuestion, signal: AbortSignal): Promise<void>;
	settleQuestion(run: Run, question: OpenQuestion): Promise<void>;
}

/**
 * Threads of a chat. What leads to an answer is queued and not waited for, since a busy channel takes a message a second; the answer itself counts as
 * shown once the platform has it.
 */
export function createChatConversation(
	surface: ChatSurface,
	{ approvals, questions, logger }: { readonly approvals: Approvals; readonly questions: Questions; readonly logger: Logger },
): Conversation {
	const { working } = surface;
	const callsMade = new Map<string, number>();

	const show = async (run: Run, event: Progress, index: number) => {
		const key = `${run.id}.${index}`;
		switch (event.type) {
			case 'status':
				return working.show(run, event.text);
			case 'tool-call': {
				const made = (callsMade.get(run.id) ?? 0) + 1;
				callsMade.set(run.id, made);
				return working.show(run, `Running: ${made} tool ${made === 1 ? 'call' : 'calls'}…`);
			}
			case 'result':
			case 'failure':
				callsMade.delete(run.id);
				// First: a process that dies in between shows it again and takes it away again, but nobody takes it away after the answer.
				await working.end(run);
				return surface.postEnding(run, event, key);
			default:
				surface.post(run, event, key)?.then(
					() => working.renew(run),
					(error) => logger.warn({ err: error, run: run.id, event: event.type }, 'an event could not be posted'),
				);
		}
	};

	const confirmWrite = async (run: Run, write: PendingWrite, signal: AbortSignal): Promise<WriteDecision> => {
		const approval = await approvals.open(run, write);
		working.show(run, 'Waiting for approval…');
		const card = {
			inquiries: approvals,
			post: (aborted: AbortSignal) => surface.postApproval(run, approval, aborted),
			settle: (held: Approval) => surface.settleApproval(run, held),
			drawnHere: surface.drawsAlone?.(run) ?? false,
			logger,
		};
		const { allowed, dryRun } = await putToPerson(approval, card, signal);
		return allowed ? 'allowed' : dryRun ? 'dry-run' : 'refused';
	};
	const askPerson = async (run: Run, asked: PersonQuestion, signal: AbortSignal): Promise<string | boolean> => {
		const question = await questions.open(run, asked);
		working.show(run, 'Waiting for an answer…');
		const card = {
			inquiries: questions,
			post: (aborted: AbortSignal) => surface.postQuestion(run, question, aborted),
			settle: (held: OpenQuestion) => surface.settleQuestion(run, held),
			drawnHere: surface.drawsAlone?.(run) ?? false,
			logger,
		};
		const reply = await putToPerson(question, card, signal);
		if (reply.cancelled) throw questionCancelled();
		return reply.value;
	};
	const elsewhere = (run: Run) => {
		callsMade.delete(run.id);
		working.leave(run);
	};
	return { show, confirmWrite, askPerson, elsewhere };
}

/** The message that asks about a write. */
export function approvalKey({ id }: Pick<Approval, 'id'>): string {
	return `approval.${id}`;
}

/** The message that puts a program's question. */
export function questionKey({ id }: Pick<OpenQuestion, 'id'>): string {
	return `question.${id}`;
}
