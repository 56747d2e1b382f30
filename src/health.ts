import pino, { type Logger } from 'pino';
import type { Config } from './config.ts';
import { messageOf, UserError } from './errors.ts';
import { DEFAULT_LIMITS } from './sandbox/limits.ts';
import { createSandbox } from './sandbox/pool.ts';
import { openStorage } from './storage/open.ts';

/** For starting the sandbox's process, which a run's own time limit does not count. */
const START_MS = 10_000;

/**
 * The container's health check: the storage can be written and read, and the sandbox runs a program on this machine within the configured limits.
 * Resolves with the exit status and says on standard error, in one line, what is wrong.
 */
export async function checkHealth(config: Config): Promise<number> {
	const logger = pino({ level: 'silent' });
	try {
		await checkStorage(config, logger);
		await checkSandbox(config, logger);
		return 0;
	} catch (error) {
		const text = error instanceof UserError ? error.userMessage : messageOf(error);
		process.stderr.write(`${text.replaceAll(/\s+/g, ' ')}\n`);
		return 1;
	}
}

async function checkStorage({ databaseUrl }: Config, logger: Logger): Promise<void> {
	const storage = await openStorage(databaseUrl, { logger });
	try {
		const probe = storage.records<{ at: string }>('health');
		const at = new Date().toISOString();
		await probe.put('probe', { at });
		if ((await probe.get('probe')) === undefined) throw new Error('The storage lost a record.');
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
