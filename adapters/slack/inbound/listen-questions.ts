import type { App, BlockAction, ButtonAction, StaticSelectAction, ViewSubmitAction } from '@slack/bolt';
import type { OpenQuestion } from '../../../src/runs/questions.ts';
import { answerableQuestion, answerQuestion, cancelQuestion } from '../../shared/question-actions.ts';
import { type Ear, tellError } from '../outbound/tell.ts';
import type { Parts } from '../parts.ts';
import { settleCard, settleQuestion } from '../question-cards.ts';
import { ANSWER, CANCEL_QUESTION, CHOICE, CHOICES, readChoiceValue, TYPE_ANSWER } from '../render/action-ids.ts';
import { answerView, readAnswer } from '../views/answer.ts';
import { earOf, presserOf } from './pressed.ts';

interface Pressed {
	readonly ear: Ear;
	readonly value: string;
	readonly triggerId: string;
	/** Draws the card anew that was pressed: it may stand there before it is known to. */
	readonly settle: (question: OpenQuestion) => Promise<void>;
}

type Handle = (pressed: Pressed, parts: Parts) => Promise<void>;

/** What people answer to questions of programs. */
export function listenForQuestions(app: App, parts: Parts): void {
	const on = (actionId: string | RegExp, handle: Handle) =>
		app.action<BlockAction<ButtonAction | StaticSelectAction>>(actionId, async ({ ack, body, action, context }) => {
			await ack();
			const ear = earOf(body, context.teamId ?? '');
			const value = (action.type === 'static_select' ? action.selected_option?.value : action.value) ?? '';
			const ts = body.message?.ts;
			const settle = async (question: OpenQuestion) => {
				if (ts) await settleCard({ ...ear, ts }, question, parts.outbound);
			};
			await handle({ ear, value, triggerId: body.trigger_id, settle }, parts).catch((error) => tellError(ear, error, parts));
		});
	on(new RegExp(`^${CHOICE}\\d+$`), choose);
	on(CHOICES, choose);
	on(TYPE_ANSWER, openAnswer);
	on(CANCEL_QUESTION, ({ ear, value, settle }) => cancelQuestion(value, presserOf(ear, parts), parts.services, settle));
	app.view<ViewSubmitAction>(ANSWER, async ({ ack, view, body, context }) => {
		const read = readAnswer(view);
		if (!read.ok) return ack({ response_action: 'errors', errors: read.problems });
		await ack();
		const { questionId, text } = read.value;
		const ear = { team: context.teamId ?? '', channel: body.user.id, user: body.user.id };
		const answering = answerQuestion(questionId, { text }, presserOf(ear, parts), parts.services, settledIn(parts));
		await answering.catch((error) => tellError(ear, error, parts));
	});
}

async function choose({ ear, value, settle }: Pressed, parts: Parts): Promise<void> {
	const { questionId = '', choice = -1 } = readChoiceValue(value) ?? {};
	await answerQuestion(questionId, { choice }, presserOf(ear, parts), parts.services, settle);
}

async function openAnswer({ ear, value, triggerId, settle }: Pressed, parts: Parts): Promise<void> {
	const question = await answerableQuestion(value, presserOf(ear, parts), parts.services, settle);
	await parts.outbound.call(ear.team, (client) => client.views.open({ trigger_id: triggerId, view: answerView(question) }));
}

/** From a form, which does not say what message it was opened from. */
function settledIn({ services, outbound }: Parts): (question: OpenQuestion) => Promise<void> {
	return async (question) => {
		const run = await services.runs.get(question.workspaceId, question.runId);
		if (run) await settleQuestion(run, question, outbound);
	};
}
