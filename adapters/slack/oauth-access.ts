import { type AuthorizeResult, InstallProvider } from '@slack/oauth';
import type { WebClient } from '@slack/web-api';
import type { SlackConfig } from '../../src/config.ts';
import { UserError } from '../../src/errors.ts';
import { createSeal, deriveKey } from '../../src/storage/sealed.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { createInstallations } from './installations.ts';
import { BOT_SCOPES } from './scopes.ts';
import { refusalOf } from './slack-failure.ts';
import { createWebClient, type WebClientSettings, webClientOptions } from './web-client.ts';
import type { WorkspaceAccess } from './workspace-access.ts';

type OAuthConfig = Extract<SlackConfig['access'], { kind: 'oauth' }>;

/** What Slack says to a token that was taken back. */
const DEAD_TOKEN: ReadonlySet<unknown> = new Set(['invalid_auth', 'token_revoked', 'token_expired', 'account_inactive', 'not_authed']);

/** As many workspaces as install the app. Tokens that expire are renewed where they are used. */
export function createOAuthAccess(config: OAuthConfig, storage: Storage, settings: WebClientSettings): WorkspaceAccess {
	const { clientId, clientSecret, encryptionKey } = config;
	const { store, organisationOf, count } = createInstallations({ storage, seal: createSeal(encryptionKey) });
	const stateSecret = deriveKey(encryptionKey, 'slack-oauth-state').toString('hex');
	const clientOptions = webClientOptions(settings);
	const provider = new InstallProvider({
		clientId,
		clientSecret,
		stateSecret,
		installationStore: store,
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

	/** An organisation's token serves other workspaces, too: it goes when Slack itself refuses it. */
	async function forgetOrganisation(team: string): Promise<void> {
		const enterpriseId = await organisationOf(team);
		if (!enterpriseId) return;
		try {
			await (await clientOf(team)).auth.test();
		} catch (error) {
			if (DEAD_TOKEN.has(refusalOf(error))) await store.deleteInstallation({ teamId: undefined, enterpriseId, isEnterpriseInstall: true });
		}
	}

	return {
		installation: {
			clientId,
			clientSecret,
			stateSecret,
			installationStore: store,
			scopes: [...BOT_SCOPES],
			installerOptions: { authorizationUrl: new URL('../oauth/v2/authorize', settings.apiUrl).href, clientOptions },
		},
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
			await store.deleteInstallation({ teamId: team, enterpriseId: undefined, isEnterpriseInstall: false });
			await forgetOrganisation(team);
			clients.delete(team);
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
