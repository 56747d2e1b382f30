import type { Logger } from 'pino';
import type { SlackConfig } from '../../../src/config.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import type { Access } from './access.ts';
import { createOAuthAccess } from './oauth-access.ts';
import { createTokenAccess } from './token-access.ts';

export interface AccessOptions {
	readonly config: SlackConfig;
	readonly storage: Storage;
	readonly logger: Logger;
}

/** For the one workspace of a bot token, or for all that install the app. */
export function createAccess({ config, storage, logger }: AccessOptions): Access {
	const settings = { apiUrl: config.apiUrl, logger };
	return config.access.kind === 'token'
		? createTokenAccess(config.access.botToken, settings)
		: createOAuthAccess(config.access, storage, settings);
}
