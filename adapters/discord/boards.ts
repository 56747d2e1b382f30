import { type REST, Routes } from 'discord.js';
import type { Logger } from 'pino';
import { UserError } from '../../src/errors.ts';
import type { Failure, Progress, Result } from '../../src/pipeline/progress.ts';
import type { Approval } from '../../src/runs/approvals.ts';
import type { OpenQuestion } from '../../src/runs/questions.ts';
import type { Run } from '../../src/runs/run.ts';
import type { AnsweredFile } from '../shared/answered-files.ts';
import { createDelivery } from '../shared/outbound/delivery.ts';
import { createMessageUpdates } from '../shared/outbound/message-updates.ts';
import { explainDiscordError } from './outbound/discord-errors.ts';
import { failureOf } from './outbound/discord-failure.ts';
import { withoutLayout } from './outbound/fallbacks.ts';
import type { InteractionTokens } from './outbound/interaction-tokens.ts';
import { bodyOf, rawFiles } from './outbound/message-body.ts';
import { isUndrawable } from './outbound/post-message.ts';
import { boardMessage } from './render/board.ts';
import type { DiscordMessage } from './render/message.ts';

/**
 * Runs where the bot itself is not: somebody has brought it along in their account. It may only change the answer to the command, so all that a run
 * has to show is in this one message. Changing it again shows nothing twice, whichever process does it. Methods reject with a UserError.
 */
export interface Boards {
	/** Never throws. */
	status(run: Run, interaction: string, text: string | undefined): void;
	add(run: Run, interaction: string, key: string, event: Exclude<Progress, Result | Failure>): Promise<void>;
	/** Shows an approval, or how it stands now; one that this process does not show is left alone. */
	approval(run: Run, interaction: string, approval: Approval): Promise<void>;
	/** The same for a question of a program. */
	question(run: Run, interaction: string, question: OpenQuestion): Promise<void>;
	/** `files` belong to the answer. */
	end(run: Run, interaction: string, ending: Result | Failure, files?: readonly AnsweredFile[]): Promise<void>;
	/** Another process draws it from now on: what waits to be drawn here is dropped, and what this one knows of it forgotten. Never throws. */
	leave(run: Run, interaction: string): void;
	/** What waits is dropped. */
	close(): Promise<void>;
}

export interface BoardsOptions {
	readonly api: REST;
	readonly applicationId: () => string;
	readonly tokens: InteractionTokens;
	readonly logger: Logger;
	readonly updateMs?: number;
}

interface State {
	readonly work: Map<string, Exclude<Progress, Result | Failure>>;
	readonly approvals: Map<string, Approval>;
	readonly questions: Map<string, OpenQuestion>;
	status?: string;
	ending?: Result | Failure;
	files?: readonly AnsweredFile[];
}

const UPDATE_MS = 1_200;

export function createBoards({ api, applicationId, tokens, logger, updateMs = UPDATE_MS }: BoardsOptions): Boards {
	const states = new Map<string, State>();
	const delivery = createDelivery({ failureOf, explain: explainDiscordError, logger, intervalMs: 0 });
	const updates = createMessageUpdates<string, DiscordMessage>({
		keyOf: (interaction) => interaction,
		gateOf: (interaction) => `${interaction}/edit`,
		async prepare(interaction) {
			const token = await tokens.of(interaction);
			return (message) => (message ? edit(api, applicationId(), token, message) : Promise.resolve());
		},
		gate: delivery.gate,
		patience: delivery.patience,
		intervalMs: updateMs,
	});
	const stateOf = (run: Run): State => {
		const state = states.get(run.id) ?? { work: new Map(), approvals: new Map(), questions: new Map() };
		states.set(run.id, state);
		return state;
	};
	const draw = (run: Run, interaction: string, { work, approvals, questions, ...now }: State) => {
		const board = { work: [...work.values()], approvals: [...approvals.values()], questions: [...questions.values()], ...now };
		return delivery.follow(() => updates.update(interaction, boardMessage(run, board)));
	};
	return {
		status(run, interaction, text) {
			const state = stateOf(run);
			if (state.status === text) return;
			state.status = text;
			if (text === undefined) return;
			draw(run, interaction, state).catch((error) => logger.debug({ err: error, run: run.id }, 'the status of a run could not be shown'));
		},
		add(run, interaction, key, event) {
			const state = stateOf(run);
			state.work.set(key, event);
			return draw(run, interaction, state);
		},
		async approval(run, interaction, approval) {
			if (!states.has(run.id) && (approval.decision || approval.closed)) return;
			const state = stateOf(run);
			state.approvals.set(approval.id, approval);
			await draw(run, interaction, state);
		},
		async question(run, interaction, question) {
			if (!states.has(run.id) && (question.decision || question.closed)) return;
			const state = stateOf(run);
			state.questions.set(question.id, question);
			await draw(run, interaction, state);
		},
		async end(run, interaction, ending, files = []) {
			const state = stateOf(run);
			state.ending = ending;
			state.files = files;
			try {
				await draw(run, interaction, state);
			} catch (error) {
				if (isLapsed(error)) states.delete(run.id);
				throw error;
			}
			states.delete(run.id);
			await tokens.forget(interaction);
		},
		leave(run, interaction) {
			states.delete(run.id);
			updates.drop(interaction);
		},
		close: () => delivery.close(),
	};
}

async function edit(api: REST, application: string, token: string, message: DiscordMessage): Promise<void> {
	const send = (shown: DiscordMessage) => {
		const files = rawFiles(shown);
		// Those of earlier versions are not kept: each version brings its own.
		const attachments = files.map(({ name }, id) => ({ id, filename: name }));
		return api.patch(Routes.webhookMessage(application, token), { auth: false, body: { ...bodyOf(shown), attachments }, files });
	};
	try {
		await send(message);
	} catch (error) {
		if (!isUndrawable(error) || message.whole) throw error;
		await send(withoutLayout(message));
	}
}

/** Whether Discord takes no more changes of the answer. */
export function isLapsed(error: unknown): boolean {
	return error instanceof UserError && (error.code === 'not-found' || failureOf(error.cause)?.kind === 'refused');
}
