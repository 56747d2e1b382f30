import type { SlackConfig } from '../../../src/config.ts';
import { createProcessIdentity } from '../../../src/runs/process-identity.ts';
import { createInbox } from '../../shared/inbox.ts';
import { createBoltLogger } from '../access/bolt-logger.ts';
import { webClientOptions } from '../access/web-client.ts';
import type { Parts } from '../parts.ts';
import { DurableApp } from './durable-app.ts';
import { listenForActions } from './listen-actions.ts';
import { listenForCommands } from './listen-commands.ts';
import { listenForHome } from './listen-home.ts';
import { listenForInstallation } from './listen-installation.ts';
import { listenForMessages } from './listen-messages.ts';
import { listenForQuestions } from './listen-questions.ts';
import { listenForViews } from './listen-views.ts';
import { createReceiver, type SlackReceiver } from './receiver.ts';

/** What people do, from here on to whoever handles it. */
export type Ears = Omit<SlackReceiver, 'bolt'>;

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

/** Everything that people do reaches the bot here, and what ended processes have left unhandled. */
export function createEars(config: SlackConfig, parts: Parts): Ears {
	const { access, services, logger } = parts;
	const receiver = createReceiver({ config, access, logger });
	const inbox = createInbox(services.storage, { platform: 'slack', owner: createProcessIdentity(), logger });
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
		...receiver,
		async start() {
			const how = await receiver.start();
			sweeping = setInterval(takeUp, LEFT_BEHIND_MS).unref();
			// Nobody waits for it: some of it waits for its turn in a channel.
			void takeUp();
			return how;
		},
		async stop() {
			clearInterval(sweeping);
			await receiver.stop();
		},
	};
}
