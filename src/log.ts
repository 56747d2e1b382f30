import pino, { type Logger } from 'pino';
import type { Config, SlackConfig } from './config.ts';
import { currentRun } from './observability/run-context.ts';
import { scrubLine } from './observability/scrub-line.ts';
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
 * The log: JSON lines on standard error (standard output belongs to answers), readable ones on a terminal. Every line is scrubbed,
 * after it was serialised: pino's own redaction knows only fixed paths, and secrets turn up inside messages of errors. What is logged in the course of a
 * run says so: `run` and `workspace`, unless the line has its own.
 */
export async function createLogger({ level, scrub, destination = process.stderr }: LogOptions): Promise<Logger> {
	const isTerminal = 'isTTY' in destination && destination.isTTY === true;
	// What an API wrote into an error must not steer the terminal that the log is read on.
	const clean = (line: string) => (isTerminal ? line.replaceAll(ESCAPED_CONTROL, (match) => (match === '\\\\' ? match : '')) : line);
	const target = isTerminal ? await readable(destination) : destination;
	return pino(
		{ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime, mixin: () => ({ ...currentRun() }) },
		{ write: (line: string) => target.write(clean(scrubLine(line, scrub))) },
	);
}

/** Loaded only for a terminal. */
async function readable(destination: NodeJS.WritableStream): Promise<NodeJS.WritableStream> {
	const { default: pretty } = await import('pino-pretty');
	return pretty({ colorize: true, destination, ignore: 'pid,hostname' });
}

type SecretSettings = Pick<Config, 'model' | 'databaseUrl' | 'encryptionKey' | 'slack' | 'discord' | 'toolsetSecrets'> &
	Partial<Pick<Config, 'mcpCommands' | 'previousEncryptionKeys' | 'queueUrl' | 'traces'>>;

/** Every secret this process was started with: keys, those of chats and of toolsets, and passwords inside addresses. */
export function secretsOf({
	model,
	databaseUrl,
	queueUrl,
	encryptionKey,
	previousEncryptionKeys = [],
	slack,
	discord,
	toolsetSecrets,
	mcpCommands,
	traces,
}: SecretSettings): string[] {
	const passwords = [databaseUrl, queueUrl ?? '', model.baseUrl ?? '', traces?.endpoint ?? ''].flatMap(passwordsOf);
	const handed = [...(mcpCommands?.values() ?? [])].flatMap(({ environment }) => Object.values(environment));
	const operators = [
		...[...toolsetSecrets.values()].map(({ value }) => value),
		...handed,
		...Object.values(traces?.headers ?? {}).flatMap(wordsOf),
	];
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

/** `Bearer <token>` is no less secret without its first word. */
function wordsOf(header: string): string[] {
	return [header, header.split(' ').at(-1) ?? ''];
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
