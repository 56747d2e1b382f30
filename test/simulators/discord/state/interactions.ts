import { randomBytes } from 'node:crypto';
import type {
	APIAuthorizingIntegrationOwnersMap,
	APIMessageInteractionMetadata,
	InteractionResponseType,
	InteractionType,
} from 'discord-api-types/v10';
import type { Fields } from '../fields.ts';
import type { MessageRef } from './transcript.ts';

/** "valid for 15 minutes": discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback */
export const TOKEN_LIFETIME_MS = 15 * 60_000;

/** What a person did that the app has to answer. */
export interface Interaction {
	readonly id: string;
	readonly token: string;
	readonly type: InteractionType;
	readonly user: string;
	readonly channelId: string;
	readonly guildId?: string;
	readonly owners: APIAuthorizingIntegrationOwnersMap;
	/** What its responses tell of it. */
	readonly metadata: APIMessageInteractionMetadata;
	/** Of the command, with the names of its subcommands. */
	readonly commandName?: string;
	/** The message that its component is on. */
	readonly source?: MessageRef;
	readonly createdAt: number;
	/** Resolves when it was acknowledged, or when it is too late for that. */
	readonly settled: Promise<void>;
	/** How long the acknowledgement took. */
	ms?: number;
	callback?: InteractionResponseType;
	problem?: string;
	/** Chosen with the first response: later ones to the same message cannot change it. */
	original?: MessageRef;
	readonly followups: MessageRef[];
	/** Offered for the option being typed. */
	choices?: readonly { readonly name: string; readonly value: string }[];
}

export interface Modal {
	readonly custom_id: string;
	readonly title: string;
	readonly components: readonly Fields[];
}

export type NewInteraction = Omit<Interaction, 'token' | 'createdAt' | 'settled' | 'followups'>;

export interface Interactions {
	create(interaction: NewInteraction): Interaction;
	get(id: string): Interaction | undefined;
	byToken(token: string): Interaction | undefined;
	acknowledge(interaction: Interaction, callback: InteractionResponseType): void;
	blame(interaction: Interaction, problem: string): void;
	/** Since it was created, by the clock of tokens. */
	age(interaction: Interaction): number;
	/** Every token of now is too old. */
	expireTokens(): void;
	readonly firstResponseMs: number;
	readonly all: readonly Interaction[];
	/** By person; opening one closes the one before. */
	readonly modals: Map<string, { readonly modal: Modal; readonly opener: Interaction }>;
	/** Every modal and every list of choices ever shown. */
	readonly shown: string[];
	close(): void;
}

export function createInteractions(firstResponseMs: number): Interactions {
	const all: Interaction[] = [];
	const settle = new Map<string, () => void>();
	let skippedMs = 0;
	const now = () => Date.now() + skippedMs;
	const blame = (interaction: Interaction, problem: string) => {
		interaction.problem ??= problem;
	};
	return {
		create(described) {
			const token = Buffer.from(`interaction:${described.id}:${randomBytes(48).toString('base64url')}`).toString('base64url');
			const { promise: settled, resolve } = Promise.withResolvers<void>();
			const interaction: Interaction = { ...described, token, createdAt: now(), settled, followups: [] };
			const timer = setTimeout(() => {
				blame(interaction, `not acknowledged within ${firstResponseMs} ms`);
				resolve();
			}, firstResponseMs);
			settle.set(interaction.id, () => {
				clearTimeout(timer);
				resolve();
			});
			all.push(interaction);
			return interaction;
		},
		get: (id) => all.find((item) => item.id === id),
		byToken: (token) => all.find((item) => item.token === token),
		acknowledge(interaction, callback) {
			interaction.callback = callback;
			interaction.ms = now() - interaction.createdAt;
			settle.get(interaction.id)?.();
		},
		blame,
		age: (interaction) => now() - interaction.createdAt,
		expireTokens() {
			skippedMs += TOKEN_LIFETIME_MS;
		},
		firstResponseMs,
		all,
		modals: new Map(),
		shown: [],
		close() {
			for (const end of settle.values()) end();
		},
	};
}
