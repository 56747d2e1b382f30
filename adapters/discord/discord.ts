import { setTimeout as delay } from 'node:timers/promises';
import { Events } from 'discord.js';
import type { Logger } from 'pino';
import type { CommandServices } from '../../commands/command.ts';
import { commandTable } from '../../commands/table.ts';
import type { Chat } from '../../src/chat.ts';
import type { DiscordConfig } from '../../src/config.ts';
import { createProcessIdentity } from '../../src/runs/process-identity.ts';
import type { Services } from '../../src/services.ts';
import { createEngagements } from '../shared/engagements.ts';
import { createInbox } from '../shared/inbox.ts';
import { namedUsage } from '../shared/named-usage.ts';
import { authenticate, connect } from './access/connect.ts';
import { createClient } from './access/create-client.ts';
import { watchGateway } from './access/gateway-state.ts';
import { inviteUrl } from './access/permissions.ts';
import { createBoards } from './boards.ts';
import { createDiscordConversation } from './discord-conversation.ts';
import { createCatchUp } from './inbound/catch-up.ts';
import { listen } from './inbound/listen.ts';
import { onFoundMessage } from './inbound/listen-messages.ts';
import { createMail } from './mail.ts';
import { explainDiscordError } from './outbound/discord-errors.ts';
import { failureOf } from './outbound/discord-failure.ts';
import { createInteractionTokens } from './outbound/interaction-tokens.ts';
import { createOutbound } from './outbound/outbound.ts';
import type { Parts } from './parts.ts';
import { createPeople } from './people.ts';
import { placeOf, workspaceOf } from './place.ts';
import { registerCommands } from './registration/register-commands.ts';
import { createWorkingStatus } from './working-status.ts';
import { createWorkspaces } from './workspaces.ts';

export interface DiscordOptions {
	readonly config: DiscordConfig;
	readonly services: Services & CommandServices;
	readonly logger: Logger;
	/** Called once for each workspace, before the first question in it is answered. */
	readonly welcome: (workspaceId: string) => Promise<void>;
}

/** How often what processes of other machines have left is looked for. */
const LEFT_BEHIND_MS = 30_000;
/** What is being handled when the bot stops is brought to its end so long. */
const STOP_GRACE_MS = 2_000;

export function createDiscord({ config, services, logger, welcome }: DiscordOptions): Chat {
	const { storage, postings, approvals, questions } = services;
	const client = createClient(config, logger);
	const api = client.rest;
	const outbound = createOutbound({ api, postings, logger });
	const tokens = createInteractionTokens(storage);
	let applicationId = '';
	const boards = createBoards({ api, applicationId: () => applicationId, tokens, logger });
	const people = createPeople({ client, outbound, admins: config.admins });
	const workspaces = createWorkspaces({ client, storage, people, welcome });
	let readsAll = false;
	const parts: Parts = {
		// Listeners are called once it is logged in.
		client: client as Parts['client'],
		services: { ...services, nameOf: people.nameOf, usage: namedUsage(services.usage, people.nameOf) },
		outbound,
		boards,
		tokens,
		people,
		workspaces,
		engagements: createEngagements(storage),
		logger,
		readsAll: () => readsAll,
	};
	const working = createWorkingStatus({ outbound, boards, postings, logger });
	const conversation = createDiscordConversation({ outbound, boards, working, approvals, questions, files: services.files, logger });
	const mail = createMail(createInbox(storage, { platform: 'discord', owner: createProcessIdentity(), logger }), parts);
	const ears = listen(client, { parts, mail, apiUrl: config.apiUrl, onDirect: (channel) => catchUp.rememberDirect(channel) });
	const catchUp = createCatchUp({ client, storage, handle: (message, asked) => onFoundMessage(message, asked, parts, mail), logger });
	const gateway = watchGateway(client);
	let sweeping: NodeJS.Timeout | undefined;
	let listens = false;
	let problem: string | undefined = 'Discord: not started yet.';

	const register = async () => {
		const registration = { api, storage, applicationId, ...(config.guild && { guild: config.guild }) };
		try {
			await registerCommands(commandTable, registration);
		} catch (error) {
			if (failureOf(error)?.kind !== 'rate-limited') throw explainDiscordError(error) ?? error;
			// Those of before are good for most of what people want.
			logger.warn({ err: error }, 'Discord takes no commands at the moment: they are registered at the next start');
		}
	};
	const listenToAll = async () => {
		listens = true;
		({ readsAll } = await connect(client, config.token));
		applicationId = parts.client.application.id;
		await register();
		// A new session has missed what was said since the last one.
		client.on(Events.ShardReady, () => void catchUp.run());
		sweeping = setInterval(() => void mail.takeUp(), LEFT_BEHIND_MS).unref();
		// Nobody waits for it: some of it waits for its turn in a channel.
		void mail.takeUp();
		void catchUp.run().then(catchUp.start);
		return describe(parts.client, readsAll);
	};
	const postOnly = async () => {
		const application = await authenticate(client, config.token);
		applicationId = application.id;
		return `ToolCoder Bot is in Discord as ${application.name}: to post only.`;
	};
	return {
		conversation: (key) => (placeOf(key) ? conversation : undefined),
		async start({ listen: listening }) {
			const line = await (listening ? listenToAll() : postOnly());
			problem = undefined;
			return line;
		},
		ready: () => problem ?? (listens ? gateway.ready() : undefined),
		lost: gateway.lost,
		workspaces: async () => [...client.guilds.cache.keys()].map(workspaceOf),
		async stop() {
			problem = 'Discord: the bot is stopping.';
			clearInterval(sweeping);
			await Promise.race([Promise.all([ears.close(), catchUp.stop()]), delay(STOP_GRACE_MS, undefined, { ref: false })]);
		},
		async close() {
			await Promise.all([outbound.close(), boards.close()]);
			await client.destroy();
		},
	};
}

function describe({ user, guilds, application }: Parts['client'], readsAll: boolean): string {
	const names = guilds.cache.map(({ name }) => name);
	const where =
		names.length === 0
			? `no server yet; add it with ${inviteUrl(application.id)}`
			: names.length > 3
				? `${names.length} servers`
				: names.join(', ');
	const intent = readsAll ? '' : ' Follow-ups need a mention, because the application lacks the Message Content Intent.';
	return `ToolCoder Bot is in Discord as ${user.username}: ${where}.${intent}`;
}
