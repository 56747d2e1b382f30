import type { Logger } from 'pino';
import type { Conversation, PendingWrite } from '../../src/conversation.ts';
import { isStopped, UserError } from '../../src/errors.ts';
import type { Progress } from '../../src/pipeline/progress.ts';
import type { Approval, Approvals } from '../../src/runs/approvals.ts';
import type { Run } from '../../src/runs/run.ts';
import { RunLeft } from '../../src/runs/run-left.ts';
import type { Outbound } from './outbound/outbound.ts';
import { postRendered } from './outbound/post-rendered.ts';
import { failureOf } from './outbound/slack-failure.ts';
import { type Place, placeOf } from './place.ts';
import { approvalCard, approvalFile, approvalSettled, outcomeOf } from './render/approval.ts';
import type { Rendered } from './render/message.ts';
import { renderProgress } from './render/progress.ts';
import { errorMessage } from './render/reply.ts';
import type { WorkingStatus } from './working-status.ts';

export interface SlackConversationOptions {
	readonly outbound: Outbound;
	readonly working: WorkingStatus;
	readonly approvals: Approvals;
	readonly logger: Logger;
}

/**
 * Threads of Slack. What leads to an answer is queued and not waited for, since a busy channel takes a message a second; the answer itself
 * counts as shown once Slack has it. Nothing appears twice, whatever process shows it: messages are known by run and event.
 */
export function createSlackConversation({ outbound, working, approvals, logger }: SlackConversationOptions): Conversation {
	const callsMade = new Map<string, number>();

	const post = (place: Place, rendered: Rendered, key: string) => postRendered(outbound, place, rendered, key);
	const showEnding = async (place: Place, run: Run, rendered: Rendered, index: number) => {
		callsMade.delete(run.id);
		// First: a process that dies in between shows it again and takes it away again, but nobody takes it away after the answer.
		await working.end(run);
		const key = `${run.id}.${index}`;
		// Queued at once, so that they stand together.
		const said = post(place, { ...rendered, files: [] }, key);
		const attached = post(place, { ...rendered, messages: [] }, key);
		attached.catch(() => {});
		try {
			await said;
		} catch (error) {
			return await tellDirectly(place, run, rendered, index, toldReason(error));
		}
		try {
			await attached;
		} catch (error) {
			const { code, userMessage } = toldReason(error);
			const why = new UserError(code, `A file that belongs to this answer could not be posted. ${userMessage}`);
			await outbound.post(place, `${key}.nofile`, errorMessage(why));
		}
	};
	/** Where the thread is out of reach (archived, the bot removed), the person who asked still gets the answer, and why it comes this way. */
	const tellDirectly = async (place: Place, run: Run, rendered: Rendered, index: number, reason: UserError) => {
		const direct = { team: place.team, channel: run.question.askedBy.id };
		const why = errorMessage(
			new UserError(reason.code, `The answer to your question in <#${place.channel}> could not be posted there. ${reason.userMessage}`),
		);
		await outbound.post(direct, `${run.id}.${index}.why`, why);
		for (const [part, message] of rendered.messages.entries()) await outbound.post(direct, `${run.id}.${index}.dm${part}`, message);
	};

	const show = async (run: Run, event: Progress, index: number) => {
		const place = placeOf(run.conversation);
		if (!place) throw new Error('not a conversation of Slack');
		if (event.type === 'status') return working.show(run, event.text);
		if (event.type === 'tool-call') {
			const made = (callsMade.get(run.id) ?? 0) + 1;
			callsMade.set(run.id, made);
			return working.show(run, `Running: ${made} tool ${made === 1 ? 'call' : 'calls'}…`);
		}
		const rendered = renderProgress(run, event);
		if (event.type === 'result' || event.type === 'failure') return showEnding(place, run, rendered, index);
		if (rendered.messages.length + rendered.files.length === 0) return;
		post(place, rendered, `${run.id}.${index}`).then(
			() => working.renew(run),
			(error) => logger.warn({ err: error, run: run.id, event: event.type }, 'an event could not be posted'),
		);
	};

	/** Draws the card from what holds: whoever decided, or why nobody can any more. One that is still open keeps its buttons. */
	const settle = async (place: Place, id: string) => {
		const held = await approvals.get(id);
		const outcome = held && outcomeOf(held);
		if (!held || !outcome) return;
		const ts = await outbound.posted(approvalKey(held));
		if (ts !== undefined) await outbound.update({ ...place, ts }, approvalSettled(held, outcome));
	};
	const present = async (place: Place, approval: Approval, signal: AbortSignal) => {
		const whole = approvalFile(approval);
		if (whole) await outbound.upload(place, `${approvalKey(approval)}.call`, whole);
		await outbound.post(place, approvalKey(approval), approvalCard(approval), { signal });
	};
	const confirmWrite = async (run: Run, write: PendingWrite, signal: AbortSignal) => {
		const place = placeOf(run.conversation);
		if (!place) throw new Error('not a conversation of Slack');
		const approval = await approvals.open(run, write);
		working.show(run, 'Waiting for approval…');
		try {
			await present(place, approval, signal);
			return (await approvals.wait(approval.id, signal)).allowed;
		} catch (error) {
			// Nobody waits for it any more, unless somebody goes on with the run.
			const left = signal.aborted ? signal.reason instanceof RunLeft : isStopped(error);
			if (!left) await approvals.withdraw(approval.id);
			settle(place, approval.id).catch((unseen) => logger.debug({ err: unseen, run: run.id }, 'a card could not be settled'));
			throw error;
		}
	};
	return { show, confirmWrite };
}

/** The message that asks about a write. */
function approvalKey({ id }: Approval): string {
	return `approval.${id}`;
}

/** Why Slack has refused something, for people. Throws anything else: what was only interrupted, or met an outage, is shown later. */
function toldReason(error: unknown): UserError {
	if (error instanceof UserError && failureOf(error.cause)?.kind === 'refused') return error;
	throw error;
}
