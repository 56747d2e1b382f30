import type { Logger } from 'pino';
import type { Conversation } from '../../src/conversation.ts';
import { UserError } from '../../src/errors.ts';
import type { Approvals } from '../../src/runs/approvals.ts';
import type { RunFiles } from '../../src/runs/files.ts';
import type { Questions } from '../../src/runs/questions.ts';
import type { Run } from '../../src/runs/run.ts';
import { type AnsweredFile, answeredFiles } from '../shared/answered-files.ts';
import { outcomeOf } from '../shared/approval-outcome.ts';
import { approvalKey, type ChatSurface, createChatConversation, type WorkingStatus } from '../shared/chat-conversation.ts';
import type { Outbound } from './outbound/outbound.ts';
import { postRendered } from './outbound/post-rendered.ts';
import { failureOf } from './outbound/slack-failure.ts';
import { type Place, placeOfRun } from './place.ts';
import { postQuestion, settleQuestion } from './question-cards.ts';
import { approvalCard, approvalFile, approvalSettled } from './render/approval.ts';
import type { Rendered } from './render/message.ts';
import { renderProgress } from './render/progress.ts';
import { errorMessage } from './render/reply.ts';

export interface SlackConversationOptions {
	readonly outbound: Outbound;
	readonly working: WorkingStatus;
	readonly approvals: Approvals;
	readonly questions: Questions;
	/** Those of an answer are posted with it. */
	readonly files: Pick<RunFiles, 'of'>;
	readonly logger: Logger;
}

/** Threads of Slack. Messages are known by run, event and part. */
export function createSlackConversation({ outbound, working, files, ...services }: SlackConversationOptions): Conversation {
	const surface: ChatSurface = {
		working,
		post(run, event, key) {
			const rendered = renderProgress(run, event);
			if (rendered.messages.length + rendered.files.length === 0) return undefined;
			return postRendered(outbound, placeOfRun(run), rendered, key);
		},
		async postEnding(run, event, key) {
			const attached = await answeredFiles(files, run, event);
			await postEnding(run, renderProgress(run, event), { key, outbound, attached });
		},
		async postApproval(run, approval, signal) {
			const [place, whole] = [placeOfRun(run), approvalFile(approval)];
			if (whole) await outbound.upload(place, `${approvalKey(approval)}.call`, whole);
			await outbound.post(place, approvalKey(approval), approvalCard(approval), { signal });
		},
		async settleApproval(run, approval) {
			const [ts, outcome] = [await outbound.posted(approvalKey(approval)), outcomeOf(approval)];
			if (ts !== undefined && outcome) await outbound.update({ ...placeOfRun(run), ts }, approvalSettled(approval, outcome));
		},
		postQuestion: (run, question, signal) => postQuestion(run, question, outbound, signal),
		settleQuestion: (run, question) => settleQuestion(run, question, outbound),
	};
	return createChatConversation(surface, services);
}

interface EndingParts {
	readonly key: string;
	readonly outbound: Outbound;
	readonly attached: readonly AnsweredFile[];
}

async function postEnding(run: Run, rendered: Rendered, { key, outbound, attached: files }: EndingParts): Promise<void> {
	const place = placeOfRun(run);
	// Queued at once, so that they stand together.
	const said = postRendered(outbound, place, { ...rendered, files: [] }, key);
	const uploads = files.map(({ filename, bytes }, part) => outbound.upload(place, `${key}.a${part}`, { filename, title: filename, bytes }));
	const attached = Promise.all([postRendered(outbound, place, { ...rendered, messages: [] }, key), ...uploads]);
	attached.catch(() => {});
	try {
		await said;
	} catch (error) {
		return await tellDirectly(place, run, rendered, key, toldReason(error), outbound);
	}
	try {
		await attached;
	} catch (error) {
		const { code, userMessage } = toldReason(error);
		const why = new UserError(code, `A file that belongs to this answer could not be posted. ${userMessage}`);
		await outbound.post(place, `${key}.nofile`, errorMessage(why));
	}
}

/** Where the thread is out of reach (archived, the bot removed), the person who asked still gets the answer, and why it comes this way. */
async function tellDirectly(
	place: Place,
	run: Run,
	{ messages }: Rendered,
	key: string,
	reason: UserError,
	outbound: Outbound,
): Promise<void> {
	const direct = { team: place.team, channel: run.question.askedBy.id };
	const why = errorMessage(
		new UserError(reason.code, `The answer to your question in <#${place.channel}> could not be posted there. ${reason.userMessage}`),
	);
	await outbound.post(direct, `${key}.why`, why);
	for (const [part, message] of messages.entries()) await outbound.post(direct, `${key}.dm${part}`, message);
}

/** Why Slack has refused something, for people. Throws anything else: what was only interrupted, or met an outage, is shown later. */
function toldReason(error: unknown): UserError {
	if (error instanceof UserError && failureOf(error.cause)?.kind === 'refused') return error;
	throw error;
}
