import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { askedBy } from '../../../commands/asked-by.ts';
import { UserError } from '../../../src/errors.ts';
import type { Run } from '../../../src/runs/run.ts';
import { decide, type Said } from '../../shared/approval-actions.ts';
import { outcomeOf } from '../../shared/approval-outcome.ts';
import { thanksFor } from '../../shared/feedback-words.ts';
import { retryOf } from '../../shared/retry.ts';
import { ANSWERED_ALREADY, isBeingAnswered, resultOf, runOf, stoppableBy, stopRun } from '../../shared/run-actions.ts';
import { noteMessage } from '../notes.ts';
import { keysOfFirst, postRendered } from '../outbound/post-rendered.ts';
import { type Ear, tell, tellError } from '../outbound/tell.ts';
import type { Parts } from '../parts.ts';
import { conversationKey, NO_THREAD, placeOf } from '../place.ts';
import {
	APPROVE,
	CANCEL,
	CONFIRM,
	CONNECT_TOOLSET,
	DRY_RUN,
	FEEDBACK,
	REFUSE,
	RETRY,
	readFeedbackValue,
	SHOW_PROGRAM,
	STOP,
} from '../render/action-ids.ts';
import { approvalSettled } from '../render/approval.ts';
import { programMessages } from '../render/progress.ts';
import { renderReply } from '../render/reply.ts';
import { feedbackReasonView } from '../views/feedback-reason.ts';
import { openAddToolset } from './forms.ts';
import { earOf, presserOf } from './pressed.ts';
import { begin, sayConfirmed } from './say.ts';

/** A button that somebody pressed. */
interface Press {
	readonly ear: Ear;
	readonly value: string;
	readonly triggerId: string;
	/** Of the press itself. */
	readonly ts: string;
	/** Of the message the button is in. */
	readonly messageTs?: string;
	/** Changes the message that only this person sees. */
	readonly replace: (messages: ReturnType<typeof renderReply>) => Promise<void>;
}

type Handle = (press: Press, parts: Parts) => Promise<void>;

const HANDLERS: Readonly<Record<string, Handle>> = {
	[STOP]: stop,
	[RETRY]: retry,
	[SHOW_PROGRAM]: showProgram,
	[FEEDBACK]: feedback,
	// Where a second look is wanted, Slack has asked for it before it told of the press: see `approvalCard`.
	[APPROVE]: (press, parts) => decideWrite(press, 'allowed', parts),
	[REFUSE]: (press, parts) => decideWrite(press, 'refused', parts),
	[DRY_RUN]: (press, parts) => decideWrite(press, 'dry-run', parts),
	[CONFIRM]: confirm,
	[CANCEL]: (press) => press.replace([noteMessage('Nothing was changed.')]),
	[CONNECT_TOOLSET]: ({ ear, triggerId }, parts) => openAddToolset({ ...ear, triggerId }, parts),
};

/** Every button of the bot. */
export function listenForActions(app: App, parts: Parts): void {
	for (const [actionId, handle] of Object.entries(HANDLERS)) {
		app.action<BlockAction<ButtonAction>>(actionId, async ({ ack, body, action, context, respond }) => {
			await ack();
			const ear = earOf(body, context.teamId ?? '');
			const press: Press = {
				ear,
				value: action.value ?? '',
				triggerId: body.trigger_id,
				ts: action.action_ts,
				...(body.message && { messageTs: body.message.ts }),
				async replace([first, ...rest]) {
					if (first) await respond({ replace_original: true, text: first.text, blocks: [...first.blocks] });
					for (const { text, blocks } of rest)
						await respond({ replace_original: false, response_type: 'ephemeral', text, blocks: [...blocks] });
				},
			};
			await handle(press, parts).catch((error) => tellError(ear, error, parts));
		});
	}
	// Slack's own stop button, where the workspace has agents.
	app.event('agent_session_stopped', async ({ event, context }) => {
		const team = context.teamId ?? '';
		const ear = { team, channel: event.channel, user: event.user, threadTs: event.thread_ts };
		try {
			const place = { team, channel: event.channel, threadTs: event.thread_ts };
			await stopAll(await parts.services.runs.unfinishedIn(conversationKey(place)), ear, parts);
		} catch (error) {
			await tellError(ear, error, parts);
		}
	});
}

async function stopAll(runs: readonly Run[], ear: Ear, parts: Parts): Promise<void> {
	const presser = presserOf(ear, parts);
	for (const run of stoppableBy(runs, presser)) {
		if (!(await stopRun(run, presser, parts.services))) await tell(ear, [noteMessage(ANSWERED_ALREADY)], parts);
	}
}

async function stop({ ear, value }: Press, parts: Parts): Promise<void> {
	await stopAll([await runOf(value, presserOf(ear, parts), parts.services)], ear, parts);
}

async function retry({ ear, value, ts }: Press, parts: Parts): Promise<void> {
	if (!(await parts.people.isMember(ear.team, ear.user))) {
		throw new UserError('not-allowed', 'Only members of this workspace can ask here. Ask one of them to do it.');
	}
	const run = await runOf(value, presserOf(ear, parts), parts.services);
	const place = placeOf(run.conversation);
	if (!place) throw new UserError('not-found', 'This question was not asked in Slack.');
	if (await isBeingAnswered(run, parts.services)) {
		await tell(ear, [noteMessage('This question is being answered right now.')], parts);
		return;
	}
	const { command, options } = askedBy(run);
	const again = retryOf(run, await parts.services.runs.ending(run.id));
	await begin(
		{ command, ...again, options: { ...options, ...again.options } },
		{ place, user: ear.user, id: `retry/${run.id}/${ts}` },
		parts,
	);
}

async function showProgram({ ear, value }: Press, parts: Parts): Promise<void> {
	const run = await runOf(value, presserOf(ear, parts), parts.services);
	const result = await resultOf(run, parts.services);
	const place = placeOf(run.conversation);
	if (!place) throw new UserError('not-found', 'This question was not asked in Slack.');
	const key = `${run.id}.program`;
	const posted = await Promise.all(keysOfFirst(key).map((first) => parts.outbound.posted(first)));
	if (posted.some((id) => id !== undefined)) {
		await tell(ear, [noteMessage('The program stands in this thread already.')], parts);
		return;
	}
	await postRendered(parts.outbound, place, programMessages(run, result), key);
}

async function feedback({ ear, value, triggerId }: Press, parts: Parts): Promise<void> {
	const { rating, runId = '' } = readFeedbackValue(value) ?? {};
	const run = await runOf(runId, presserOf(ear, parts), parts.services);
	// The form first: Slack lets it be opened for 3 seconds.
	if (rating === 'down') {
		await parts.outbound.call(ear.team, (client) => client.views.open({ trigger_id: triggerId, view: feedbackReasonView(run.id) }));
	}
	const against = await parts.services.feedback.give(run, { by: ear.user, rating: rating ?? 'up' });
	await tell(ear, [noteMessage(thanksFor(against))], parts);
}

async function decideWrite({ ear, value, messageTs }: Press, said: Said, parts: Parts): Promise<void> {
	await decide(value, said, presserOf(ear, parts), parts.services, async (decided) => {
		const outcome = outcomeOf(decided);
		if (messageTs && outcome) await parts.outbound.update({ ...ear, ts: messageTs }, approvalSettled(decided, outcome));
	});
}

async function confirm({ ear, value, ts, replace }: Press, parts: Parts): Promise<void> {
	const place = { team: ear.team, channel: ear.channel, threadTs: ear.threadTs ?? NO_THREAD };
	await replace(renderReply(await sayConfirmed(value, { place, user: ear.user, id: `confirm/${ts}` }, parts)));
}
