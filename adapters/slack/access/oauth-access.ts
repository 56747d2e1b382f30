import { type AuthorizeResult, InstallProvider } from '@slack/oauth';
import type { WebClient } from '@slack/web-api';
import type { SlackConfig } from '../../../src/config.ts';
import { UserError } from '../../../src/errors.ts';
import { createSeal, deriveKey } from '../../../src/storage/sealed.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { explainSlackError } from '../outbound/slack-errors.ts';
import { refusalOf } from '../outbound/slack-failure.ts';
import type { Access } from './access.ts';
import { createInstallations } from './installations.ts';
import { BOT_SCOPES } from './scopes.ts';
import { createWebClient, type WebClientSettings, webClientOptions } from './web-client.ts';

type OAuthConfig = Extract<SlackConfig['access'], { kind: 'oauth' }>;

/** What Slack says to a token that was taken back. */
const DEAD_TOKEN: ReadonlySet<unknown> = new Set(['invalid_auth', 'token_revoked', 'token_expired', 'account_inactive', 'not_authed']);

/** As many workspaces as install the app. Tokens that expire are renewed where they are used. */
export function createOAuthAccess(config: OAuthConfig, storage: Storage, settings: WebClientSettings): Access {
	const { clientId, clientSecret, encryptionKey, previousEncryptionKeys } = config;
	const { store, organisationOf, count } = createInstallations({ storage, seal: createSeal(encryptionKey, previousEncryptionKeys) });
	const stateSecret = deriveKey(encryptionKey, 'slack-oauth-state').toString('hex');
	const clientOptions = webClientOptions(settings);
	const provider = new InstallProvider({
		clientId,
		clientSecret,
		stateSecret,
		installationStore: store,
		authorizationUrl: new URL('../oauth/v2/authorize', settings.apiUrl).href,
		logger: clientOptions.logger,
		clientOptions,
	});
	const clients = new Map<string, { readonly token: string; readonly client: WebClient }>();

	async function authorize(team: string): Promise<AuthorizeResult & { readonly botToken: string }> {
		const result = await unwrapped(provider.authorize({ teamId: team, enterpriseId: undefined, isEnterpriseInstall: false }));
		const { botToken } = result;
		if (!botToken) throw new UserError('configuration', 'The app was installed without a bot. Install it again at /slack/install.');
		return { ...result, botToken };
	}

	async function clientOf(team: string): Promise<WebClient> {
		const { botToken: token } = await authorize(team);
		const known = clients.get(team);
		if (known?.token === token) return known.client;
		const client = createWebClient(token, settings, team);
		clients.set(team, { token, client });
		return client;
	}

	/**
	 * Whether Slack has taken the token back. Such an event may come late, when the app was installed anew; and an organisation's token goes on serving
	 * its other workspaces. Rejects when Slack does not say.
	 */
	async function isDead(team: string): Promise<boolean> {
		try {
			await (await clientOf(team)).auth.test();
			return false;
		} catch (error) {
			const unknown = error instanceof UserError && error.code === 'not-found';
			if (unknown || DEAD_TOKEN.has(refusalOf(error))) return true;
			throw explainSlackError(error) ?? error;
		}
	}

	return {
		authorize: (source) => unwrapped(provider.authorize(source)),
		pages: [
			{
				path: '/slack/install',
				method: 'GET',
				handler: (request, response) => void provider.handleInstallPath(request, response, {}, { scopes: [...BOT_SCOPES] }),
			},
			{
				path: '/slack/oauth_redirect',
				method: 'GET',
				handler: (request, response) => void provider.handleCallback(request, response),
			},
		],
		ownTeams: async () => [],
		clientOf,
		async botUserId(team) {
			return (await authorize(team)).botUserId ?? '';
		},
		async check() {
			const installed = await count();
			if (installed === 0) return 'no workspace yet (install it at /slack/install)';
			return installed === 1 ? 'one workspace' : `${installed} workspaces`;
		},
		async forget(team) {
			if (!(await isDead(team))) return false;
			const enterpriseId = await organisationOf(team);
			await store.deleteInstallation({ teamId: team, enterpriseId: undefined, isEnterpriseInstall: false });
			if (enterpriseId) await store.deleteInstallation({ teamId: undefined, enterpriseId, isEnterpriseInstall: true });
			clients.delete(team);
			return true;
		},
	};
}

/** The library wraps whatever the store rejects with. */
async function unwrapped<T>(work: Promise<T>): Promise<T> {
	try {
		return await work;
	} catch (error) {
		if (error instanceof Error && error.cause instanceof UserError) throw error.cause;
		throw error;
	}
}
