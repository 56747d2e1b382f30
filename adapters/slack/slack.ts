import type { Logger } from 'pino';
import type { CommandServices } from '../../commands/command.ts';
import type { Chat } from '../../src/chat.ts';
import type { SlackConfig } from '../../src/config.ts';
import type { UserError } from '../../src/errors.ts';
import type { Services } from '../../src/services.ts';
import { createEngagements } from '../shared/engagements.ts';
import { namedUsage } from '../shared/named-usage.ts';
import { createAccess } from './access/create-access.ts';
import { createEars, type Ears } from './inbound/listen.ts';
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
	const { promise: lost, resolve: lose } = Promise.withResolvers<UserError>();
	let ears: Ears | undefined;
	let problem: string | undefined = 'Slack: not started yet.';
	const listen = async () => {
		ears = createEars(config, parts);
		void ears.lost.then(lose);
		return ears.start();
	};
	return {
		conversation: (key) => (placeOf(key) ? conversation : undefined),
		async start(how) {
			const where = await access.check();
			const heard = how.listen ? await listen() : 'to post only';
			problem = undefined;
			return `ToolCoder Bot is in Slack: ${where}, ${heard}.`;
		},
		ready: () => problem ?? ears?.ready(),
		lost,
		workspaces: async () => (await access.ownTeams()).map(workspaceOf),
		async stop() {
			problem = 'Slack: the bot is stopping.';
			await ears?.stop();
		},
		async close() {
			await Promise.all([outbound.close(), ears?.close()]);
		},
	};
}
