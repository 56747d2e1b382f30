import type { Logger } from 'pino';
import type { Conversation } from '../../src/conversation.ts';
import { UserError } from '../../src/errors.ts';
import type { Approvals } from '../../src/runs/approvals.ts';
import type { RunFiles } from '../../src/runs/files.ts';
import type { Questions } from '../../src/runs/questions.ts';
import type { Run } from '../../src/runs/run.ts';
import { answeredFiles } from '../shared/answered-files.ts';
import { outcomeOf } from '../shared/approval-outcome.ts';
import { approvalKey, type ChatSurface, createChatConversation, questionKey, type WorkingStatus } from '../shared/chat-conversation.ts';
import { questionOutcome } from '../shared/question-words.ts';
import { type Boards, isLapsed } from './boards.ts';
import { failureOf } from './outbound/discord-failure.ts';
import type { Outbound } from './outbound/outbound.ts';
import type { Target } from './outbound/target.ts';
import { placeOfRun, targetOfRun } from './place.ts';
import { approvalMessage, approvalSettled } from './render/approval.ts';
import { attachmentMessages } from './render/attachments.ts';
import type { DiscordMessage } from './render/message.ts';
import { renderProgress } from './render/progress.ts';
import { questionMessage, questionSettled } from './render/question.ts';
import { errorMessage } from './render/reply.ts';

export interface DiscordConversationOptions {
	readonly outbound: Outbound;
	readonly boards: Boards;
	readonly working: WorkingStatus;
	readonly approvals: Approvals;
	readonly questions: Questions;
	/** Those of an answer are posted with it. */
	readonly files: Pick<RunFiles, 'of'>;
	readonly logger: Logger;
}

/** Threads, direct messages and boards of Discord. Messages are known by run, event and part. */
export function createDiscordConversation({ working, ...parts }: DiscordConversationOptions): Conversation {
	const inThread = threadSurface(parts.outbound, parts.files);
	const onBoard = boardSurface(parts.boards, parts.outbound, parts.files);
	const surfaceOf = (run: Run) => (placeOfRun(run).kind === 'interaction' ? onBoard : inThread);
	const surface: ChatSurface = {
		working,
		post: (run, event, key) => surfaceOf(run).post(run, event, key),
		postEnding: (run, event, key) => surfaceOf(run).postEnding(run, event, key),
		postApproval: (run, approval, signal) => surfaceOf(run).postApproval(run, approval, signal),
		drawsAlone: (run) => placeOfRun(run).kind === 'interaction',
		settleApproval: (run, approval) => surfaceOf(run).settleApproval(run, approval),
		postQuestion: (run, question, signal) => surfaceOf(run).postQuestion(run, question, signal),
		settleQuestion: (run, question) => surfaceOf(run).settleQuestion(run, question),
	};
	return createChatConversation(surface, parts);
}

type Surface = Omit<ChatSurface, 'working' | 'drawsAlone'>;

function threadSurface(outbound: Outbound, files: DiscordConversationOptions['files']): Surface {
	return {
		post(run, event, key) {
			const messages = renderProgress(run, event);
			return messages.length === 0 ? undefined : postAll(outbound, targetOfRun(run), messages, key);
		},
		async postEnding(run, event, key) {
			const messages = [...renderProgress(run, event), ...attachmentMessages(await answeredFiles(files, run, event))];
			try {
				await postAll(outbound, targetOfRun(run), messages, key);
			} catch (error) {
				await tellDirectly(run, messages, key, toldReason(error), outbound);
			}
		},
		async postApproval(run, approval, signal) {
			await outbound.post(targetOfRun(run), approvalKey(approval), approvalMessage(approval), { signal });
		},
		async settleApproval(run, approval) {
			const [message, outcome] = [await outbound.posted(approvalKey(approval)), outcomeOf(approval)];
			if (message === undefined || !outcome) return;
			await outbound.update({ channel: targetOfRun(run).channel, message }, approvalSettled(approval, outcome));
		},
		async postQuestion(run, question, signal) {
			await outbound.post(targetOfRun(run), questionKey(question), questionMessage(question), { signal });
		},
		async settleQuestion(run, question) {
			const [message, outcome] = [await outbound.posted(questionKey(question)), questionOutcome(question)];
			if (message === undefined || !outcome) return;
			await outbound.update({ channel: targetOfRun(run).channel, message }, questionSettled(question, outcome));
		},
	};
}

function boardSurface(boards: Boards, outbound: Outbound, files: DiscordConversationOptions['files']): Surface {
	const interactionOf = (run: Run) => {
		const place = placeOfRun(run);
		if (place.kind !== 'interaction') throw new Error('not a board');
		return place.interaction;
	};
	return {
		post: (run, event, key) => (renderProgress(run, event).length === 0 ? undefined : boards.add(run, interactionOf(run), key, event)),
		async postEnding(run, event, key) {
			const answered = await answeredFiles(files, run, event);
			try {
				await boards.end(run, interactionOf(run), event, answered);
			} catch (error) {
				if (!isLapsed(error)) throw error;
				const messages = [...renderProgress(run, event), ...attachmentMessages(answered)];
				await tellDirectly(run, messages, key, error as UserError, outbound);
			}
		},
		async postApproval(run, approval, signal) {
			signal.throwIfAborted();
			await boards.approval(run, interactionOf(run), approval);
		},
		settleApproval: (run, approval) => boards.approval(run, interactionOf(run), approval),
		async postQuestion(run, question, signal) {
			signal.throwIfAborted();
			await boards.question(run, interactionOf(run), question);
		},
		settleQuestion: (run, question) => boards.question(run, interactionOf(run), question),
	};
}

/** Queues all of it at once, so that it stands together. Resolves when all of it stands. */
export async function postAll(outbound: Outbound, target: Target, messages: readonly DiscordMessage[], key: string): Promise<void> {
	await Promise.all(messages.map((message, part) => outbound.post(target, `${key}.${part}`, message)));
}

/** Where the answer is out of reach (archived and locked, the bot removed), the person who asked still gets it, and why it comes this way. */
async function tellDirectly(
	run: Run,
	messages: readonly DiscordMessage[],
	key: string,
	reason: UserError,
	outbound: Outbound,
): Promise<void> {
	const channel = await outbound.directChannel(run.question.askedBy.id);
	const why = new UserError(reason.code, `The answer to your question could not be shown where you asked. ${reason.userMessage}`);
	await outbound.post({ channel }, `${key}.why`, errorMessage(why));
	for (const [part, message] of messages.entries()) await outbound.post({ channel }, `${key}.dm${part}`, message);
}

/** Why Discord has refused something, for people. Throws anything else: what was only interrupted, or met an outage, is shown later. */
function toldReason(error: unknown): UserError {
	if (error instanceof UserError && failureOf(error.cause)?.kind === 'refused') return error;
	throw error;
}
