import { type APIMessageTopLevelComponent, ComponentType } from 'discord.js';
import type { Failure, Progress, Result } from '../../../src/pipeline/progress.ts';
import type { Approval } from '../../../src/runs/approvals.ts';
import type { OpenQuestion } from '../../../src/runs/questions.ts';
import type { Run } from '../../../src/runs/run.ts';
import type { AnsweredFile } from '../../shared/answered-files.ts';
import { outcomeOf } from '../../shared/approval-outcome.ts';
import { listingOf } from '../../shared/listing.ts';
import { questionOutcome } from '../../shared/question-words.ts';
import { approvalLine, approvalMessage } from './approval.ts';
import { attachmentMessages } from './attachments.ts';
import { codeSpan, fileComponent } from './elements.ts';
import { MESSAGE_COMPONENTS, MESSAGE_FILES, MESSAGE_TEXT, measure } from './limits.ts';
import type { DiscordFile, DiscordMessage } from './message.ts';
import { renderProgress, statusMessage } from './progress.ts';
import { questionLine, questionMessage } from './question.ts';

/** All that a run has to show so far, in one message. */
export interface Board {
	/** Scaffold, plan, repairs, in their order. */
	readonly work: readonly Exclude<Progress, Result | Failure>[];
	readonly approvals: readonly Approval[];
	/** What programs have asked. */
	readonly questions: readonly OpenQuestion[];
	/** What it is doing now; nothing once there is an ending. */
	readonly status?: string;
	readonly ending?: Result | Failure;
	/** Files of the answer. */
	readonly files?: readonly AnsweredFile[];
}

/**
 * The board as one message. What has no room next to an answer or an approval gives way to them: code first comes as files of the same message, then
 * is left out. A call or question that was decided is a line; of several that wait for a decision, those that came later appear once there is room for them.
 */
export function boardMessage(run: Run, board: Board): DiscordMessage {
	const { work, approvals, questions, status, ending, files = [] } = board;
	const drawn = work.flatMap((event) => renderProgress(run, event));
	const approved = approvals.flatMap((approval) => {
		const outcome = outcomeOf(approval);
		return outcome ? [approvalLine(approval, outcome)] : [];
	});
	const answered = questions.flatMap((question) => {
		const outcome = questionOutcome(question);
		return outcome ? [questionLine(question, outcome)] : [];
	});
	const decided = [...approved, ...answered];
	const waiting = [
		...approvals.filter((approval) => !outcomeOf(approval)).map(approvalMessage),
		...questions.filter((question) => !questionOutcome(question)).map(questionMessage),
	];
	const open = ending ? [] : waiting;
	const ended = ending ? [...renderProgress(run, ending), ...attachmentMessages(files)] : [];
	const now = ending ? ended : status === undefined ? [] : [statusMessage(run, status)];
	for (let cards = open.length; ; cards--) {
		const last = [...open.slice(0, cards), ...now];
		const ways = [[...drawn, ...decided, ...last], [...codeAsFiles(work), ...decided, ...last], [...decided, ...last], last];
		const message = ways.map(join).find(fits);
		if (message) return message;
		if (cards <= 1) return join(last);
	}
}

function codeAsFiles(work: Board['work']): DiscordMessage[] {
	return work.flatMap((event) => {
		const listing = listingOf(event, codeSpan);
		if (!listing) return [];
		return [{ components: [fileComponent(listing.filename)], files: [{ filename: listing.filename, content: listing.code }] }];
	});
}

/** Files of the same name: the last is shown. */
function join(messages: readonly DiscordMessage[]): DiscordMessage {
	const files = new Map<string, DiscordFile>();
	for (const file of messages.flatMap((message) => message.files ?? [])) files.set(file.filename, file);
	const attached = messages.flatMap((message) => message.attached ?? []);
	const components = messages.flatMap((message) => message.components);
	return {
		components: components.filter((component, at) => !isRepeatedLater(component, components.slice(at + 1))),
		files: [...files.values()],
		...(attached.length > 0 && { attached }),
		...(messages.some(({ whole }) => whole) && { whole: true }),
	};
}

function isRepeatedLater(component: APIMessageTopLevelComponent, later: readonly APIMessageTopLevelComponent[]): boolean {
	if (component.type !== ComponentType.File) return false;
	return later.some((other) => other.type === ComponentType.File && other.file.url === component.file.url);
}

function fits(message: DiscordMessage): boolean {
	const { text, components } = measure(message);
	return (
		text <= MESSAGE_TEXT &&
		components <= MESSAGE_COMPONENTS &&
		[...(message.files ?? []), ...(message.attached ?? [])].length <= MESSAGE_FILES
	);
}
