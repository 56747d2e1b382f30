import {
	type APIChannel,
	type APIInteraction,
	type GatewayGuildCreateDispatchData,
	type GatewayGuildDeleteDispatchData,
	GatewayIntentBits,
	type GatewayMessageCreateDispatchData,
	type GatewayMessageDeleteDispatchData,
	GatewayOpcodes,
	type GatewayReadyDispatchData,
	type GatewayThreadCreateDispatchData,
	type GatewayThreadDeleteDispatchData,
	type GatewayThreadMembersUpdateDispatchData,
} from 'discord-api-types/v10';
import type { WebSocket } from 'ws';

/** What is told to the app: discord.com/developers/docs/events/gateway-events#receive-events */
export type GatewayEvent =
	| { readonly t: 'READY'; readonly d: GatewayReadyDispatchData }
	| { readonly t: 'RESUMED'; readonly d: null }
	| { readonly t: 'GUILD_CREATE'; readonly d: GatewayGuildCreateDispatchData }
	| { readonly t: 'GUILD_DELETE'; readonly d: Pick<GatewayGuildDeleteDispatchData, 'id'> }
	| { readonly t: ChannelEvent; readonly d: APIChannel | GatewayThreadCreateDispatchData | GatewayThreadDeleteDispatchData }
	| { readonly t: 'THREAD_MEMBERS_UPDATE'; readonly d: GatewayThreadMembersUpdateDispatchData }
	| { readonly t: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE'; readonly d: GatewayMessageCreateDispatchData }
	| { readonly t: 'MESSAGE_DELETE'; readonly d: GatewayMessageDeleteDispatchData }
	| { readonly t: 'INTERACTION_CREATE'; readonly d: APIInteraction };

export type ChannelEvent = `${'CHANNEL' | 'THREAD'}_${'CREATE' | 'UPDATE' | 'DELETE'}`;

/** An event, and who is told. */
export interface Announcement {
	readonly event: GatewayEvent;
	/** Whose shard is told; direct messages belong to the first. */
	readonly guildId?: string;
	/** The intent it takes; without one everybody is told. */
	readonly intent?: GatewayIntentBits;
	/** For whom must not read the content of messages. */
	readonly redacted?: GatewayEvent;
}

/** One identified client: it outlives its connections, so that missed events can be sent again. */
export interface Session {
	readonly id: string;
	readonly shard: readonly [id: number, count: number];
	tell(announcement: Announcement): void;
	/** Goes on over this connection: first what came after `seq`. */
	resume(socket: WebSocket, seq: number): void;
	/** Of the last event. */
	seq(): number;
	socket(): WebSocket | undefined;
	leave(socket: WebSocket): void;
}

export function createSession(options: {
	readonly id: string;
	readonly shard: readonly [id: number, count: number];
	readonly intents: number;
	readonly socket: WebSocket;
}): Session {
	const { id, shard, intents } = options;
	const log: string[] = [];
	let socket: WebSocket | undefined = options.socket;
	const send = ({ t, d }: GatewayEvent) => {
		const payload = JSON.stringify({ op: GatewayOpcodes.Dispatch, s: log.length + 1, t, d });
		log.push(payload);
		socket?.send(payload);
	};
	return {
		id,
		shard,
		tell({ event, intent, redacted }) {
			if (intent !== undefined && (intents & intent) === 0) return;
			send(redacted && (intents & GatewayIntentBits.MessageContent) === 0 ? redacted : event);
		},
		resume(next, seq) {
			socket = next;
			for (const payload of log.slice(seq)) next.send(payload);
			send({ t: 'RESUMED', d: null });
		},
		seq: () => log.length,
		socket: () => socket,
		leave(left) {
			if (socket === left) socket = undefined;
		},
	};
}
