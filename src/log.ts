import pino, { type Logger } from 'pino';
import type { Config, SlackConfig } from './config.ts';
import type { Scrubber } from './toolset/http/scrub.ts';

export interface LogOptions {
	readonly level: string;
	/** Takes every known secret out of a text. */
	readonly scrub: Scrubber;
	/** Where lines go; standard error unless a test reads them. */
	readonly destination?: NodeJS.WritableStream;
}

/** Control characters but tab and line feed as JSON writes them; DEL and C1 stand in it as they are. An escaped backslash is matched to be left alone. */
const ESCAPED_CONTROL = /\\(?:\\|u00[01][0-9a-f]|[bfr])|[\u007f-\u009f]/g;

/**
 * What chats hand out that works like a token and is known to no setting: Slack's tokens of installed workspaces, addresses to answer at, the ticket
 * of a WebSocket's address; Discord's tokens of interactions, in its addresses and by the word they begin with (`interaction:` in base64).
 */
const CHAT_SECRETS: readonly (readonly [RegExp, string])[] = [
	[/\b(?:xox[a-z](?:\.xox[a-z])?|xapp)-[\w+/=%-]{4,}/gi, '[secret]'],
	[/(hooks\.slack\.com\/[a-z]+\/)[\w/+=%-]+/gi, '$1[secret]'],
	[/(\.slack\.com\/link\/?\?(?:[^"\s]*&)?ticket=)[\w+/=%-]+/gi, '$1[secret]'],
	[/(\/(?:webhooks|interactions)\/\d{15,20}\/)[\w.=%-]{20,}/g, '$1[secret]'],
	[/\baW50ZXJhY3Rpb246[\w+/=%-]{4,}/g, '[secret]'],
];

/**
 * The log: JSON lines on standard error (standard output belongs to answers), readable ones on a terminal. Every line is scrubbed,
 * after it was serialised: pino's own redaction knows only fixed paths, and secrets turn up inside messages of errors.
 */
export async function createLogger({ level, scrub, destination = process.stderr }: LogOptions): Promise<Logger> {
	const isTerminal = 'isTTY' in destination && destination.isTTY === true;
	// What an API wrote into an error must not steer the terminal that the log is read on.
	const clean = (line: string) => (isTerminal ? line.replaceAll(ESCAPED_CONTROL, (match) => (match === '\\\\' ? match : '')) : line);
	const target = isTerminal ? await readable(destination) : destination;
	return pino(
		{ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
		{ write: (line: string) => target.write(clean(scrubLine(line, scrub))) },
	);
}

/** Loaded only for a terminal. */
async function readable(destination: NodeJS.WritableStream): Promise<NodeJS.WritableStream> {
	const { default: pretty } = await import('pino-pretty');
	return pretty({ colorize: true, destination, ignore: 'pid,hostname' });
}

/** What the line says is scrubbed, not how it says it: a secret with a quotation mark in it must not break the JSON of the line. */
function scrubLine(line: string, scrub: Scrubber): string {
	let scrubbed: string;
	try {
		scrubbed = `${JSON.stringify(scrub(JSON.parse(line)))}\n`;
	} catch {
		scrubbed = scrub(line);
	}
	return CHAT_SECRETS.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), scrubbed);
}

type SecretSettings = Pick<Config, 'model' | 'databaseUrl' | 'encryptionKey' | 'slack' | 'discord' | 'toolsetSecrets'> &
	Partial<Pick<Config, 'mcpCommands' | 'previousEncryptionKeys'>>;

/** Every secret this process was started with: keys, those of chats and of toolsets, and passwords inside addresses. */
export function secretsOf({
	model,
	databaseUrl,
	encryptionKey,
	previousEncryptionKeys = [],
	slack,
	discord,
	toolsetSecrets,
	mcpCommands,
}: SecretSettings): string[] {
	const passwords = [databaseUrl, model.baseUrl ?? ''].flatMap(passwordsOf);
	const handed = [...(mcpCommands?.values() ?? [])].flatMap(({ environment }) => Object.values(environment));
	const operators = [...[...toolsetSecrets.values()].map(({ value }) => value), ...handed];
	const chats = [...(slack ? secretsOfSlack(slack) : []), discord?.token ?? ''];
	return [model.apiKey ?? '', encryptionKey ?? '', ...previousEncryptionKeys, ...chats, ...operators, ...passwords].filter(
		(secret) => secret !== '',
	);
}

function secretsOfSlack({ delivery, access }: SlackConfig): string[] {
	return [
		delivery.mode === 'socket' ? delivery.appToken : delivery.signingSecret,
		...(access.kind === 'oauth' ? [access.clientSecret, access.encryptionKey] : [access.botToken]),
	];
}

/** As it is written in the address, and as it is meant. */
function passwordsOf(address: string): string[] {
	const { password = '' } = URL.parse(address) ?? {};
	try {
		return [password, decodeURIComponent(password)];
	} catch {
		return [password];
	}
}
