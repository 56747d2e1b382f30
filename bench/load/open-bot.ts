import { readConfig } from '../../src/config.ts';
import type { Conversation } from '../../src/conversation.ts';
import { createLogger, secretsOf } from '../../src/log.ts';
import { createPreparedModel } from '../../src/model/prepared.ts';
import { openServices, type Services } from '../../src/services.ts';
import { createKnownSecrets } from '../../src/toolset/http/known-secrets.ts';

/** Variables of the environment as in `.env.example`. */
export type Settings = Readonly<Record<string, string>>;

/**
 * The bot as `src/main.ts` opens it, with conversations of whoever measures: those of a chat take one message a second and channel, which would be what is
 * measured.
 */
export async function openBot(settings: Settings, openConversation: (conversation: string) => Conversation): Promise<Services> {
	const config = readConfig(settings);
	const knownSecrets = createKnownSecrets(secretsOf(config));
	return openServices({
		config,
		logger: await createLogger({ level: config.logLevel, scrub: knownSecrets.scrub }),
		knownSecrets,
		fallbackModel: createPreparedModel([]),
		exampleUrl: () => Promise.reject(new Error('the film API is connected by its address')),
		isLocal: () => false,
		openConversation,
	});
}

/** Gives a workspace the film API, as `/toolset add` does. */
export async function connectFilms({ catalogue, readDocument }: Services, workspaceId: string, apiUrl: string): Promise<void> {
	const source = `${apiUrl}/openapi.json`;
	const { text, sourceUrl } = await readDocument(source);
	await catalogue.add({ workspaceId, name: 'movies', source, sourceUrl, addedAt: new Date().toISOString(), addedBy: 'bench' }, text);
}
