import { type Client, Events, Status } from 'discord.js';
import type { UserError } from '../../../src/errors.ts';
import { refusal } from './connect.ts';

/** Whether what people do reaches this process. */
export interface GatewayState {
	/** Why nothing comes at the moment, in words for an operator. */
	ready(): string | undefined;
	/** Resolves with the cause once Discord has closed a connection that it lets nobody open again. */
	readonly lost: Promise<UserError>;
}

export function watchGateway(client: Client): GatewayState {
	const { promise: lost, resolve: lose } = Promise.withResolvers<UserError>();
	let gone: UserError | undefined;
	client.on(Events.ShardDisconnect, ({ code }) => {
		// Whoever starts the bot hears of it in another way.
		if (!client.isReady()) return;
		gone ??= refusal(code);
		lose(gone);
	});
	return {
		lost,
		ready() {
			if (gone) return gone.userMessage;
			if (!client.isReady()) return 'Discord: not connected.';
			const away = client.ws.shards.filter(({ status }) => status !== Status.Ready).size;
			return away === 0 ? undefined : `Discord: ${away} of ${client.ws.shards.size} connections are being opened again.`;
		},
	};
}
