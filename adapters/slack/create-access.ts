import type { Logger } from 'pino';
import type { SlackConfig } from '../../src/config.ts';
import type { Storage } from '../../src/storage/storage.ts';
import type { Access } from './access.ts';
import { createOAuthAccess } from './oauth-access.ts';
import { createTokenAccess } from './token-access.ts';
import { webClientOptions } from './web-client.ts';

export interface AccessOptions {
	readonly config: SlackConfig;
	readonly storage: Storage;
	readonly logger: Logger;
}

/** For the one workspace of a bot token, or for all that install the app. */
export function createAccess({ config, storage, logger }: AccessOptions): Access {
	const settings = { apiUrl: config.apiUrl, logger };
	const clientOptions = webClientOptions(settings);
	return config.access.kind === 'token'
		? { ...createTokenAccess(config.access.botToken, settings), clientOptions }
		: { ...createOAuthAccess(config.access, storage, settings), clientOptions };
}
