import type { Logger } from 'pino';
import type { CommandServices } from '../../commands/command.ts';
import type { Chat } from '../../src/chat.ts';
import type { SlackConfig } from '../../src/config.ts';
import { createProcessIdentity } from '../../src/runs/process-identity.ts';
import type { Services } from '../../src/services.ts';
import { createEngagements } from '../shared/engagements.ts';
import { createInbox } from '../shared/inbox.ts';
import { namedUsage } from '../shared/named-usage.ts';
import { createBoltLogger } from './access/bolt-logger.ts';
import { createAccess } from './access/create-access.ts';
import { webClientOptions } from './access/web-client.ts';
import { DurableApp } from './inbound/durable-app.ts';
import { listenForActions } from './inbound/listen-actions.ts';
import { listenForCommands } from './inbound/listen-commands.ts';
import { listenForHome } from './inbound/listen-home.ts';
import { listenForInstallation } from './inbound/listen-installation.ts';
import { listenForMessages } from './inbound/listen-messages.ts';
import { listenForQuestions } from './inbound/listen-questions.ts';
import { listenForViews } from './inbound/listen-views.ts';
import { createReceiver } from './inbound/receiver.ts';
import { createOutbound } from './outbound/outbound.ts';
import type { Parts } from './parts.ts';
import { createPeople } from './people.ts';
import { placeOf, teamOf, workspaceOf } from './place.ts';
import { createSlackConversation } from './slack-conversation.ts';
import { createWorkingStatus } from './working-status.ts';

export interface SlackOptions {
	readonly config: SlackConfig;
	readonly services: Services & CommandServices;
	readonly modelConfigured: boolean;
	readonly logger: Logger;
}

const LISTENERS = [
	listenForMessages,
	listenForCommands,
	listenForActions,
	listenForQuestions,
	listenForViews,
	listenForHome,
	listenForInstallation,
] as const;

/** How often what processes of other machines have left is looked for. */
const LEFT_BEHIND_MS = 30_000;

export function createSlack({ config, services, modelConfigured, logger }: SlackOptions): Chat {
	const access = createAccess({ config, storage: services.storage, logger });
	const outbound = createOutbound({ clientOf: access.clientOf, postings: services.postings, logger });
	const people = createPeople({ outbound, admins: config.admins });
	const engagements = createEngagements(services.storage);
	const nameOf = (workspaceId: string, user: string) => people.nameOf(teamOf(workspaceId) ?? '', user);
	const named = { ...services, nameOf, usage: namedUsage(services.usage, nameOf) };
	const parts: Parts = { services: named, access, outbound, people, engagements, logger, modelConfigured };
	const working = createWorkingStatus({ outbound, postings: services.postings, logger });
	const conversation = createSlackConversation({ ...services, outbound, working, logger });
	const inbox = createInbox(services.storage, { platform: 'slack', owner: createProcessIdentity(), logger });
	const receiver = createReceiver({ config, access, logger });
	const bolt = {
		receiver: receiver.bolt,
		authorize: access.authorize,
		clientOptions: webClientOptions({ apiUrl: config.apiUrl, logger }),
		convoStore: false,
	} as const;
	const app = new DurableApp({ ...bolt, logger: createBoltLogger(logger) }, inbox, logger);
	for (const listen of LISTENERS) listen(app, parts);
	let sweeping: NodeJS.Timeout | undefined;
	const takeUp = () => app.handleLeftBehind().catch((error) => logger.warn({ err: error }, 'what was left behind could not be looked for'));
	return {
		conversation: (key) => (placeOf(key) ? conversation : undefined),
		async start() {
			const where = await access.check();
			const how = await receiver.start();
			sweeping = setInterval(takeUp, LEFT_BEHIND_MS).unref();
			// Nobody waits for it: some of it waits for its turn in a channel.
			void takeUp();
			return `ToolCoder Bot is in Slack: ${where}, ${how}.`;
		},
		workspaces: async () => (await access.ownTeams()).map(workspaceOf),
		async stop() {
			clearInterval(sweeping);
			await receiver.stop();
		},
		close: () => outbound.close(),
	};
}
