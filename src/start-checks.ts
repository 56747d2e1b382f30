import pino, { type Logger } from 'pino';
import { checkRole } from './checks/chats.ts';
import { type Check, type Finding, runChecks } from './checks/check.ts';
import { checkMcpCommands } from './checks/mcp-commands.ts';
import { checkModel } from './checks/model-server.ts';
import { checkPort } from './checks/port.ts';
import { checkEncryptionKey, checkQueue, checkStorage } from './checks/storage-checks.ts';
import type { Config } from './config.ts';
import { UserError } from './errors.ts';
import { openStorage } from './storage/open.ts';
import type { Storage } from './storage/storage.ts';
import { toolsetCredentials } from './toolset/reseal-credentials.ts';

const QUIET = pino({ level: 'silent' });

export interface StartChecksOptions {
	readonly logger: Logger;
	/** Whether the bot will be in its chats: else nothing is asked over the network but the storage. */
	readonly inChats: boolean;
}

/**
 * Looks at all that the settings name before anything is opened. Rejects with one UserError that names everything wrong, each with cause and next
 * step, within 10 s, or twice that where something is wrong. What is only away at the moment, or optional, is logged.
 */
export async function requireStart(config: Config, options: StartChecksOptions): Promise<void> {
	const wrong = (findings: readonly Finding[]) => findings.some(({ kind, optional }) => kind === 'wrong' && !optional);
	// What opens the parts for good tells the log of them; told here as well, each would be there twice.
	const findings = await withChecks(config, { ...options, logger: QUIET }, async (checks) => {
		const first = await runChecks(checks.filter(({ costly }) => !costly));
		return wrong(first) ? [...first, ...(await runChecks(checks.filter(({ costly }) => costly)))] : first;
	});
	const [told, ...others] = findings.filter(({ kind }) => kind !== 'works');
	if (!told) return;
	if (wrong(findings)) {
		throw new UserError('configuration', others.length === 0 ? told.text : `The bot cannot start:\n${linesOf([told, ...others])}`);
	}
	for (const { settings, text } of [told, ...others]) options.logger.warn({ settings }, text);
}

/**
 * Does nothing but look, and says on standard output what works, or on standard error what does not, and what the database warns of. Resolves with the
 * exit status.
 */
export async function checkSettings(config: Config): Promise<number> {
	const warnings = new Set<string>();
	const note = { write: (line: string) => warnings.add(String(JSON.parse(line).msg)) };
	const options = { logger: QUIET, inChats: true };
	const findings = await withChecks(config, options, (checks) => runChecks(checks), pino({ level: 'warn' }, note));
	const isWrong = findings.some(({ kind }) => kind === 'wrong');
	const away = findings.filter(({ kind }) => kind === 'away');
	if (isWrong) process.stderr.write(`Wrong settings:\n${linesOf(findings.filter(({ kind }) => kind === 'wrong'))}\n`);
	else process.stdout.write(`All settings work:\n${linesOf(findings.filter(({ kind }) => kind === 'works'))}\n`);
	if (away.length > 0) process.stderr.write(`Could not be told:\n${linesOf(away)}\n`);
	if (warnings.size > 0) process.stderr.write(`Worth a look:\n${[...warnings].map((text) => `  ${text}`).join('\n')}\n`);
	return isWrong ? 1 : 0;
}

function linesOf(findings: readonly Finding[]): string {
	return findings.map(({ settings, text }) => `  ${settings}: ${text}`).join('\n');
}

async function withChecks<T>(
	config: Config,
	options: StartChecksOptions,
	look: (checks: readonly Check[]) => Promise<T>,
	storageLogger = QUIET,
): Promise<T> {
	const storage = openStorage(config.databaseUrl, { logger: storageLogger });
	storage.catch(() => {});
	try {
		return await look(await checksOf(config, storage, options));
	} finally {
		await storage.then(
			(opened) => opened.close(),
			() => {},
		);
	}
}

async function checksOf(config: Config, storage: Promise<Storage>, { inChats, logger }: StartChecksOptions): Promise<readonly Check[]> {
	return [
		checkStorage(config, storage),
		...checkQueue(config, logger),
		checkEncryptionKey(config, storage, [toolsetCredentials]),
		...checkModel(config, inChats),
		...checkMcpCommands(config),
		...(inChats ? checkRole(config) : []),
		...(inChats ? await checksOfChats(config, storage, logger) : []),
		...(inChats && config.ops ? [checkPort('OPS_PORT', config.ops)] : []),
	];
}

/** Loads only what is configured, as `createChats` does. */
async function checksOfChats({ slack, discord, role }: Config, storage: Promise<Storage>, logger: Logger): Promise<readonly Check[]> {
	const checks: Check[] = [];
	if (slack) {
		const { checkSlack } = await import('../adapters/slack/access/check-slack.ts');
		checks.push(...checkSlack(slack, { storage, logger, listens: role !== 'worker' }));
	}
	if (discord) {
		const { checkDiscord } = await import('../adapters/discord/access/check-discord.ts');
		checks.push(checkDiscord(discord));
	}
	return checks;
}
