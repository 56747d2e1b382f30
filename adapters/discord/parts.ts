import type { Client } from 'discord.js';
import type { Logger } from 'pino';
import type { CommandServices } from '../../commands/command.ts';
import type { Services } from '../../src/services.ts';
import type { Engagements } from '../shared/engagements.ts';
import type { Boards } from './boards.ts';
import type { InteractionTokens } from './outbound/interaction-tokens.ts';
import type { Outbound } from './outbound/outbound.ts';
import type { People } from './people.ts';
import type { Workspaces } from './workspaces.ts';

/** What the listeners of this adapter work with. */
export interface Parts {
	/** Logged in. */
	readonly client: Client<true>;
	readonly services: Services & CommandServices;
	readonly outbound: Outbound;
	readonly boards: Boards;
	readonly tokens: InteractionTokens;
	readonly people: People;
	readonly workspaces: Workspaces;
	readonly engagements: Engagements;
	readonly logger: Logger;
	/** Whether Discord gives what people write without mentioning the bot: the application has the MessageContent intent. */
	readonly readsAll: () => boolean;
}
