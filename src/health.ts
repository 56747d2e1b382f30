import pino from 'pino';
import type { Config } from './config.ts';
import { toUserError } from './errors.ts';
import { DEFAULT_LIMITS } from './sandbox/limits.ts';
import { createSandbox } from './sandbox/pool.ts';
import { openStorage } from './storage/open.ts';

/**
 * The container's health check: the storage can be written and read, and the sandbox runs a program on this machine. Resolves with the exit
 * status and says on standard error what is wrong.
 */
export async function checkHealth(config: Config): Promise<number> {
	const logger = pino({ level: 'silent' });
	try {
		const storage = await openStorage(config.databaseUrl, { logger });
		const probe = storage.records<{ at: string }>('health');
		const at = new Date().toISOString();
		await probe.put('probe', { at });
		const read = await probe.get('probe');
		await storage.close();
		if (read === undefined) throw new Error('the storage lost a record');

		const sandbox = createSandbox({ size: 1, logger });
		const outcome = await sandbox.run({
			code: 'return 6 * 7;',
			tools: {},
			seed: { now: 0, random: 0 },
			limits: DEFAULT_LIMITS,
			callTool: async () => ({ ok: false, kind: 'unknown-tool', message: 'there are no tools' }),
			signal: AbortSignal.timeout(DEFAULT_LIMITS.wallMs),
		});
		await sandbox.close();
		if (outcome.kind === 'returned' && outcome.answer.value === 42) return 0;
		process.stderr.write(`The sandbox does not work here: ${outcome.kind}.\n`);
	} catch (error) {
		process.stderr.write(`${toUserError(error).userMessage}\n`);
	}
	return 1;
}
