import { type Arguments, readArguments, USAGE } from '../adapters/console/arguments.ts';
import type { Front } from '../adapters/console/front.ts';
import { filesFolder } from '../adapters/console/save-files.ts';
import { CONSOLE_WORKSPACE } from '../adapters/console/session.ts';
import { welcome } from '../adapters/console/welcome.ts';
import { slackInstallations } from '../adapters/slack/access/installations.ts';
import { settingsOf } from '../commands/settings.ts';
import { type Examples, loadSamples, openExamples } from '../examples/examples.ts';
import { noChat } from './checks/chats.ts';
import { type Config, readConfig } from './config.ts';
import { type Chats, createChats } from './create-chats.ts';
import { runDataCommand } from './data/data-command.ts';
import { type Ends, watchForEnds } from './ends.ts';
import { toUserError } from './errors.ts';
import { checkHealth } from './health.ts';
import { createLogger, secretsOf } from './log.ts';
import { createPreparedModel } from './model/prepared.ts';
import { type Operations, startOperations } from './observability/operations.ts';
import { rotateKey } from './rotate-key.ts';
import { openServices, type ServiceOptions, type Services } from './services.ts';
import { checkSettings, requireStart } from './start-checks.ts';
import { requireRoundTrip } from './storage/round-trip.ts';
import { createKnownSecrets } from './toolset/http/known-secrets.ts';
import { toolsetCredentials } from './toolset/reseal-credentials.ts';

const HISTORY_FILE = 'data/console-history';

/** Does what the arguments ask for. Resolves with the exit status; rejects when it cannot begin. */
async function main(args: readonly string[]): Promise<number> {
	const asked = readArguments(args);
	const { mode, help, problem } = asked;
	if (help) process.stdout.write(USAGE);
	if (problem !== undefined) process.stderr.write(`${problem}\n${USAGE}`);
	if (help || problem !== undefined) return help ? 0 : 2;

	const config = readConfig();
	if (mode === 'health') return checkHealth(config);
	if (mode === 'check') return checkSettings(config);
	if (mode === 'export' || mode === 'erase' || mode === 'import') {
		return runDataCommand(mode, config, { subject: asked.text, yes: asked.yes, output: process.stdout });
	}
	if (mode === 'rotate-key') return rotateKey(config, [toolsetCredentials, slackInstallations]);
	const chatsSetUp = config.slack !== undefined || config.discord !== undefined;
	// A front or a worker is of no use at a console, least of all at one that nobody sees.
	const inChats = mode === undefined ? chatsSetUp || config.role !== 'all' : mode === 'chats' || mode === 'chats and console';
	if (inChats && !chatsSetUp) throw noChat();
	const atConsole = mode === undefined ? !inChats : mode !== 'chats';
	return serve({ config, inChats, front: atConsole ? await frontOf(asked, config) : undefined });
}

/** Loads it only where it is served: with what draws tables it takes the processor 50 ms. */
async function frontOf(asked: Arguments, { databaseUrl }: Config): Promise<Front> {
	const { createFront } = await import('../adapters/console/front.ts');
	return createFront({
		...asked,
		input: process.stdin,
		output: process.stdout,
		errors: process.stderr,
		historyFile: HISTORY_FILE,
		filesFolder: filesFolder(databaseUrl),
	});
}

/** What one process serves, all of it on one storage. */
interface Served {
	readonly config: Config;
	readonly inChats: boolean;
	/** The console, where it is served. */
	readonly front: Front | undefined;
}

/** What is open so far. */
interface Parts {
	readonly examples: Examples;
	operations?: Operations;
	services?: Services;
	chats?: Chats;
}

/** Serves until nobody asks any more or the process is asked to end, and takes everything down. */
async function serve(served: Served): Promise<number> {
	const { config, front } = served;
	const knownSecrets = createKnownSecrets(secretsOf(config));
	const logger = await createLogger({ level: config.logLevel, scrub: knownSecrets.scrub, destination: front?.log });
	const parts: Parts = { examples: openExamples() };
	let closing: Promise<void> | undefined;
	const close = (graceMs: number) => {
		closing ??= closeAll(parts, graceMs);
		return closing;
	};
	const ends = watchForEnds({ logger, shutdownMs: config.shutdownMs, close, stopRuns: front?.stopRuns });
	try {
		return await answer(served, parts, ends, { logger, knownSecrets });
	} catch (error) {
		if (toUserError(error).code === 'internal') logger.fatal({ err: error }, 'unexpected error');
		throw error;
	} finally {
		await ends.finish();
	}
}

/** Opens the parts one after the other, and has them answer. */
async function answer(
	{ config, inChats, front }: Served,
	parts: Parts,
	ends: Ends,
	log: Pick<ServiceOptions, 'logger' | 'knownSecrets'>,
): Promise<number> {
	await requireStart(config, { logger: log.logger, inChats });
	// The console alone is no server: several may be open beside it.
	const operating = { ops: inChats ? config.ops : undefined, traces: config.traces };
	parts.operations = await startOperations({ config: operating, scrub: log.knownSecrets.scrub, logger: log.logger });
	const samples = await loadSamples();
	const services = await openServices({
		config,
		...log,
		openConversation: (key) => parts.chats?.conversation(key) ?? front?.conversation(key),
		...(inChats && { isLocal: (key: string) => front?.conversation(key) !== undefined }),
		fallbackModel: createPreparedModel(samples),
		exampleUrl: parts.examples.url,
	});
	parts.services = services;
	const sampleQuestions = config.model.configured ? [] : samples.map(({ question }) => question);
	const given = { ...services, sampleQuestions, settings: settingsOf(config) };
	const connectExamples = (workspaceId: string) => parts.examples.connectOnFirstRun(services, workspaceId);
	// Without a model, the samples are all that a chat can be answered, and they are about the films.
	const ready = async (workspaceId: string) => (config.model.configured ? undefined : connectExamples(workspaceId));
	if (inChats) parts.chats = await createChats({ config, services: given, logger: log.logger, welcome: ready });
	if (front) await connectExamples(CONSOLE_WORKSPACE);
	const chats = (await parts.chats?.start({ listen: config.role !== 'worker' })) ?? [];
	parts.operations.serving({ looks: looksOf(services, parts.chats), load: () => services.runs.load() });
	if (front) {
		const ofOperator = { ...given, readDocument: services.readDocumentAsOperator };
		return front.serve({ services: ofOperator, chats, welcome: welcome(config, sampleQuestions), interruption: ends.interruption });
	}
	process.stdout.write(`${chats.join('\n')} Ctrl-C stops.\n`);
	await services.runs.resume();
	return Promise.race([ends.never, untilLost(parts.chats)]);
}

/** Rejects with the cause once no chat tells of anything any more: whoever supervises the process hears of it, and a restart mends what it can. */
async function untilLost(chats: Chats | undefined): Promise<never> {
	throw (await chats?.lost) ?? noChat();
}

/** What an operator hears of while the bot serves. */
function looksOf({ storage, runs }: Services, chats: Chats | undefined) {
	return { storage: () => requireRoundTrip(storage), chats: () => chats?.ready(), queue: () => runs.trouble() };
}

/**
 * First nothing comes in, then the runs end, those that take longer than `graceMs` where they stand; then what waits to be posted is dropped (it comes
 * again), and the storage closes.
 */
async function closeAll({ examples, operations, services, chats }: Parts, graceMs: number): Promise<void> {
	const until = performance.now() + graceMs;
	operations?.stopping();
	await chats?.stop();
	await services?.runs.close({ graceMs: Math.max(0, until - performance.now()) });
	await chats?.close();
	await services?.close();
	await examples.close();
	await operations?.close();
}

main(process.argv.slice(2)).then(
	(status) => {
		process.exitCode = status;
	},
	(error: unknown) => {
		process.stderr.write(`${toUserError(error).userMessage}\n`);
		process.exitCode = 1;
	},
);
