import type { MessageRef } from './transcript.ts';

/** "the past few minutes": discord.com/developers/docs/resources/message#create-message */
const REMEMBERED_MS = 3 * 60_000;

/** Nonces that the bot's messages were sent with. */
export interface Nonces {
	find(nonce: string): MessageRef | undefined;
	remember(nonce: string, message: MessageRef): void;
}

export function createNonces(): Nonces {
	const known = new Map<string, { readonly message: MessageRef; readonly at: number }>();
	return {
		find(nonce) {
			const found = known.get(nonce);
			return found && Date.now() - found.at < REMEMBERED_MS ? found.message : undefined;
		},
		remember: (nonce, message) => void known.set(nonce, { message, at: Date.now() }),
	};
}
