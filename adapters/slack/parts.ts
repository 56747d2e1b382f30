import type { Logger } from 'pino';
import type { CommandServices } from '../../commands/command.ts';
import type { Services } from '../../src/services.ts';
import type { Engagements } from '../shared/engagements.ts';
import type { Access } from './access/access.ts';
import type { Outbound } from './outbound/outbound.ts';
import type { People } from './people.ts';

/** What the listeners of this adapter work with. */
export interface Parts {
	readonly services: Services & CommandServices;
	readonly access: Access;
	readonly outbound: Outbound;
	readonly people: People;
	readonly engagements: Engagements;
	readonly logger: Logger;
	/** False when questions are answered from prepared replies. */
	readonly modelConfigured: boolean;
}
