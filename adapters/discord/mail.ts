import { setTimeout as delay } from 'node:timers/promises';
import { Routes } from 'discord.js';
import { isStopped } from '../../src/errors.ts';
import type { Inbox } from '../shared/inbox.ts';
import { toldError } from '../shared/told-error.ts';
import { answerMessage } from './inbound/answer-message.ts';
import { questionOfRetry, type RetryPress } from './inbound/ask-again.ts';
import { askByCommand, type CommandQuestion } from './inbound/ask-by-command.ts';
import type { IncomingMessage } from './inbound/incoming-message.ts';
import { bodyOf } from './outbound/message-body.ts';
import type { Parts } from './parts.ts';
import { errorMessage } from './render/reply.ts';

/** What people ask: written down as soon as it comes, handled once by whichever process, and taken up again after one that died. */
export interface Mail {
	/**
	 * Writes down what is about to be acknowledged, so that it is not lost with this process, and resolves when it is on disk, or too much of the time
	 * for an acknowledgement has gone by. Never rejects.
	 */
	expect(letter: Letter): Promise<void>;
	/** It could not be acknowledged: its person knows that it came to nothing. Never rejects. */
	drop(letter: Letter): Promise<void>;
	/** Resolves when it was handled, its person told why not, or another process has it. Rejects when it could not be written down. */
	take(letter: Letter): Promise<void>;
	/** Handles what ended processes have left. Never rejects. */
	takeUp(): Promise<void>;
}

export type Letter =
	| ({ readonly kind: 'message' } & IncomingMessage)
	| ({ readonly kind: 'question' } & CommandQuestion)
	| ({ readonly kind: 'retry' } & RetryPress);

/** Discord waits 3 s for an acknowledgement, which takes its time as well. */
const WRITE_MS = 500;

export function createMail(inbox: Inbox, parts: Parts): Mail {
	const handle = async (key: string, letter: Letter) => {
		try {
			await (letter.kind === 'message' ? answerMessage(letter, parts) : answerCommand(letter, parts));
		} catch (error) {
			// It stays where it is: the next process takes it up.
			if (isStopped(error)) return;
			throw error;
		}
		await inbox.done(key);
	};
	return {
		async expect(letter) {
			const written = inbox.expect(keyOf(letter), letter).catch((error) => {
				parts.logger.warn({ err: error }, 'a question could not be written down before it was acknowledged');
			});
			await Promise.race([written, delay(WRITE_MS, undefined, { ref: false })]);
		},
		drop: (letter) => inbox.done(keyOf(letter)),
		async take(letter) {
			const key = keyOf(letter);
			if (await inbox.accept(key, letter)) await handle(key, letter);
		},
		async takeUp() {
			try {
				const left = await inbox.leftBehind();
				await Promise.all(
					left.map(([key, body]) =>
						handle(key, body as Letter).catch((error) =>
							parts.logger.warn({ err: error, key }, 'what was left behind could not be handled'),
						),
					),
				);
			} catch (error) {
				parts.logger.warn({ err: error }, 'what was left behind could not be looked for');
			}
		},
	};
}

function keyOf(letter: Letter): string {
	return letter.kind === 'message' ? `message/${letter.channel}/${letter.id}` : `interaction/${letter.interaction}`;
}

/** The process that told Discord to wait may be gone, so the answer is changed by the token alone. */
async function answerCommand(letter: Exclude<Letter, { readonly kind: 'message' }>, parts: Parts): Promise<void> {
	try {
		await askByCommand(letter.kind === 'retry' ? await questionOfRetry(letter, parts) : letter, parts);
	} catch (error) {
		if (isStopped(error)) throw error;
		const told = toldError(error, parts.logger);
		const body = bodyOf(errorMessage(told));
		await parts.outbound
			.call((api) => api.patch(Routes.webhookMessage(parts.client.application.id, letter.token), { auth: false, body }))
			.catch((unheard) => parts.logger.warn({ err: unheard, told: told.userMessage }, 'a person could not be told of a failure'));
	}
}
