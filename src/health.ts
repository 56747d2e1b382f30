import pino, { type Logger } from 'pino';
import type { Config } from './config.ts';
import { messageOf, UserError } from './errors.ts';
import { isJsonObject } from './json.ts';
import type { Report } from './observability/readiness.ts';
import { DEFAULT_LIMITS } from './sandbox/limits.ts';
import { createSandbox } from './sandbox/pool.ts';
import type { OpsConfig } from './settings/observability.ts';
import { openStorage } from './storage/open.ts';
import { requireRoundTrip } from './storage/round-trip.ts';

/** For starting the sandbox's process, which a run's own time limit does not count. */
const START_MS = 10_000;

/** For an answer of the running bot, whose looks take 2 s at most. */
const ANSWER_MS = 5_000;

/**
 * The container's health check. Where the bot has a server for its operator, it is asked whether it does its work. Else: the storage can be written and
 * read, and the sandbox runs a program on this machine within the configured limits. Resolves with the exit status and says on standard error, in one
 * line, what is wrong.
 */
export async function checkHealth(config: Config): Promise<number> {
	try {
		// Which port it is cannot be known from here when any free one will do.
		if (config.ops && config.ops.port !== 0) await checkRunning(config.ops);
		else await checkMachine(config);
		return 0;
	} catch (error) {
		const text = error instanceof UserError ? error.userMessage : messageOf(error);
		process.stderr.write(`${text.replaceAll(/\s+/g, ' ')}\n`);
		return 1;
	}
}

/** The process that serves, by what it says of itself. */
async function checkRunning({ host, port }: OpsConfig): Promise<void> {
	const everywhere = host === '0.0.0.0' || host === '::';
	const url = `http://${everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}/readyz`;
	const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) }).catch((error: unknown) => {
		throw new UserError('network', `No answer from ${url}: the bot does not run, or OPS_PORT is another one there.`, { cause: error });
	});
	if (!response.ok) throw new Error(notReady(await response.text()));
}

function notReady(body: string): string {
	const { phase, checks = {} } = reportIn(body);
	const failed = Object.entries(checks).filter(([, { ok }]) => !ok);
	return failed.length === 0 ? `The bot is ${phase}.` : failed.map(([name, { detail }]) => `${name}: ${detail}`).join('; ');
}

function reportIn(body: string): Partial<Report> {
	try {
		const parsed: unknown = JSON.parse(body);
		if (isJsonObject(parsed) && 'phase' in parsed) return parsed;
	} catch {
		// No JSON at all.
	}
	throw new UserError('configuration', 'Another program answers on the port that OPS_PORT names. Set another one for the bot.');
}

async function checkMachine(config: Config): Promise<void> {
	const logger = pino({ level: 'silent' });
	await checkStorage(config, logger);
	await checkSandbox(config, logger);
}

async function checkStorage({ databaseUrl }: Config, logger: Logger): Promise<void> {
	const storage = await openStorage(databaseUrl, { logger });
	try {
		await requireRoundTrip(storage);
	} finally {
		await storage.close();
	}
}

async function checkSandbox({ runTimeoutMs, sandbox: { memoryMb } }: Config, logger: Logger): Promise<void> {
	const sandbox = createSandbox({ size: 1, logger });
	try {
		const outcome = await sandbox.run({
			code: 'return 6 * 7;',
			tools: {},
			seed: { now: 0, random: 0 },
			limits: { ...DEFAULT_LIMITS, wallMs: runTimeoutMs, memoryMb },
			callTool: async () => ({ ok: false, kind: 'unknown-tool', message: 'there are no tools' }),
			signal: AbortSignal.timeout(START_MS + runTimeoutMs),
		});
		if (outcome.kind !== 'returned' || outcome.answer.value !== 42) throw new Error(`The sandbox does not work here: ${outcome.kind}.`);
	} finally {
		await sandbox.close();
	}
}
