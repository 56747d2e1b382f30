import { type APIApplication, REST, Routes } from 'discord.js';
import type { Check } from '../../../src/checks/check.ts';
import type { DiscordConfig } from '../../../src/config.ts';
import { UserError } from '../../../src/errors.ts';
import { explainDiscordError } from '../outbound/discord-errors.ts';
import { makeRequest } from './make-request.ts';

/** Discord answers within a second; it is asked once. */
const TIMEOUT_MS = 8000;

/** That Discord takes the token. */
export function checkDiscord({ token, apiUrl }: DiscordConfig): Check {
	return {
		settings: 'DISCORD_TOKEN',
		async run(signal) {
			const rest = new REST({ api: apiUrl, makeRequest, timeout: TIMEOUT_MS, retries: 0, rejectOnRateLimit: () => true }).setToken(token);
			try {
				const { name } = (await rest.get(Routes.currentApplication(), { signal })) as APIApplication;
				return `Discord takes the token of the application ${name}.`;
			} catch (error) {
				throw (
					explainDiscordError(error) ??
					new UserError('network', 'Discord cannot be asked. Check the network and DISCORD_API_URL.', { cause: error })
				);
			} finally {
				rest.clearHandlerSweeper();
				rest.clearHashSweeper();
			}
		},
	};
}
