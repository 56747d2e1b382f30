import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from './config.ts';
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
 * The log: JSON lines on standard error (standard output belongs to answers), readable ones on a terminal. Every line is scrubbed as a whole,
 * after it was serialised: pino's own redaction knows only fixed paths, and secrets turn up inside messages of errors.
 */
export function createLogger({ level, scrub, destination = process.stderr }: LogOptions): Logger {
	const isTerminal = 'isTTY' in destination && destination.isTTY === true;
	// What an API wrote into an error must not steer the terminal that the log is read on.
	const clean = (line: string) => (isTerminal ? line.replaceAll(ESCAPED_CONTROL, (match) => (match === '\\\\' ? match : '')) : line);
	const target = isTerminal ? pretty({ colorize: true, destination, ignore: 'pid,hostname' }) : destination;
	return pino(
		{ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
		{ write: (line: string) => target.write(clean(scrub(line))) },
	);
}

/** Every secret this process was started with: the key of the model, those of toolsets, and passwords inside addresses. */
export function secretsOf({ model, databaseUrl, toolsetSecrets }: Pick<Config, 'model' | 'databaseUrl' | 'toolsetSecrets'>): string[] {
	const passwords = [databaseUrl, model.baseUrl ?? ''].flatMap(passwordsOf);
	return [model.apiKey ?? '', ...toolsetSecrets.values(), ...passwords].filter((secret) => secret !== '');
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
