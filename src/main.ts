import { constants } from 'node:os';
import closeWithGrace from 'close-with-grace';
import type { Logger } from 'pino';
import { readArguments, USAGE } from '../adapters/console/arguments.ts';
import { type Console, createInteractiveConsole } from '../adapters/console/interactive.ts';
import { createScript, performLines, type Script } from '../adapters/console/piped.ts';
import { createRunsInHand, type RunsInHand } from '../adapters/console/runs-in-hand.ts';
import { welcome } from '../adapters/console/welcome.ts';
import type { CommandServices } from '../commands/command.ts';
import { settingsOf } from '../commands/settings.ts';
import { loadSamples, openExamples } from '../examples/examples.ts';
import { type Config, readConfig } from './config.ts';
import { toUserError } from './errors.ts';
import { checkHealth } from './health.ts';
import { createLogger, secretsOf } from './log.ts';
import { createPreparedModel } from './model/prepared.ts';
import type { SubmittedRun } from './runs/run-request.ts';
import { serveChats } from './serve-chats.ts';
import { openServices, type Services } from './services.ts';
import { createKnownSecrets } from './toolset/http/known-secrets.ts';

const HISTORY_FILE = 'data/console-history';
/** A running program is given this long to be stopped and journalled when the process is asked to end. Docker kills after 10 s. */
const GRACE_MS = 8000;

/** Wires the parts together for one way of using them, and takes them down again. Resolves with the exit status. */
async function main(args: readonly string[]): Promise<number> {
	const { mode, text, json, allowWrites, help, problem } = readArguments(args);
	if (help) process.stdout.write(USAGE);
	if (problem !== undefined) process.stderr.write(`${problem}\n${USAGE}`);
	if (help || problem !== undefined) return help ? 0 : 2;

	const config = readConfig();
	if (mode === 'health') return checkHealth(config);
	if (mode === undefined && config.slack) return serveChats(config);
	const atConsole = mode === undefined || mode === 'console';
	const streams = { output: process.stdout, errors: process.stderr };
	if (atConsole && process.stdin.isTTY && process.stdout.isTTY) {
		const person = createInteractiveConsole({ ...streams, input: process.stdin, historyFile: HISTORY_FILE, allowWrites });
		return withServices(config, person, async ({ services, runs, resume }) => {
			process.stdout.write(welcome(config, services.sampleQuestions));
			await person.converse(services, runs, () => resume(allowWrites));
			return 0;
		});
	}
	const script = createScript({ ...streams, json, allowWrites, echo: atConsole });
	return withServices(config, script, async ({ services, resume, interruption }) => {
		const perform = async () => {
			if (mode === 'ask') return script.perform(text, services);
			if (!json) process.stdout.write(welcome(config, services.sampleQuestions));
			await Promise.all((await resume(allowWrites)).map((run) => run.finished));
			return interruption.aborted || performLines(process.stdin, script, services, interruption);
		};
		const answered = await perform();
		if (interruption.aborted) return statusOf('SIGINT');
		return answered ? 0 : 1;
	});
}

/** What a way of using the bot is given. */
interface Use {
	readonly services: CommandServices;
	readonly runs: RunsInHand;
	/** Takes up the runs of processes that have ended. */
	readonly resume: (allowWrites: boolean) => Promise<readonly SubmittedRun[]>;
	/** Aborted by the first SIGINT, after the runs in hand were told to stop. */
	readonly interruption: AbortSignal;
}

async function withServices(config: Config, front: Console | Script, use: (given: Use) => Promise<number>): Promise<number> {
	const knownSecrets = createKnownSecrets(secretsOf(config));
	const logger = createLogger({ level: config.logLevel, scrub: knownSecrets.scrub, destination: front.log });
	const examples = openExamples();
	const runs = createRunsInHand();
	let services: Services | undefined;
	let closing: Promise<void> | undefined;
	const close = () => {
		closing ??= (async () => {
			await services?.close();
			await examples.close();
		})();
		return closing;
	};
	const ends = watchForEnds(runs, logger, close);
	try {
		const samples = await loadSamples();
		services = await openServices({
			config,
			logger,
			knownSecrets,
			openConversation: (key) => {
				const conversation = front.conversation(key);
				return conversation && runs.shownIn(conversation);
			},
			fallbackModel: createPreparedModel(samples),
			exampleUrl: examples.url,
			operatorAtConsole: true,
		});
		await examples.connectOnFirstRun(services, 'console:local');
		const queue = runs.watch(services.runs);
		const sampleQuestions = config.model.configured ? [] : samples.map(({ question }) => question);
		return await use({
			services: { ...services, runs: queue, sampleQuestions, settings: settingsOf(config) },
			runs,
			resume: (allowWrites) => queue.resume({ allowWrites }),
			interruption: ends.interruption,
		});
	} catch (error) {
		if (toUserError(error).code === 'internal') logger.fatal({ err: error }, 'unexpected error');
		throw error;
	} finally {
		ends.unwatch();
		await close();
	}
}

/**
 * The ways a process ends before its work is done. SIGINT stops the runs in hand, for good, and ends what waits for them; without any, and when
 * it comes again, it ends the process. Everything else leaves the runs to the next start.
 */
function watchForEnds(runs: RunsInHand, logger: Logger, close: () => Promise<void>) {
	const interruption = new AbortController();
	let status = 1;
	const grace = closeWithGrace(
		{
			delay: GRACE_MS,
			logger: false,
			skip: ['SIGINT'],
			onTimeout: () => process.exit(status),
			onSecondSignal: (signal) => process.exit(statusOf(signal)),
		},
		async ({ err, signal }) => {
			if (err) logger.fatal({ err }, 'unexpected error');
			if (signal) status = statusOf(signal);
			await close();
			process.exit(status);
		},
	);
	const leave = (as: number) => {
		status = as;
		grace.close();
	};
	const interrupt = () => {
		if (interruption.signal.aborted) process.exit(statusOf('SIGINT'));
		const stopping = runs.stopAll();
		interruption.abort();
		if (!stopping) leave(statusOf('SIGINT'));
	};
	process.on('SIGINT', interrupt);
	// The reader of a pipe may leave early (`| head`); what it was not shown is left to the next start.
	process.stdout.on('error', () => leave(statusOf('SIGPIPE')));
	return {
		interruption: interruption.signal,
		unwatch() {
			process.off('SIGINT', interrupt);
			grace.uninstall();
		},
	};
}

/** As a shell gives the status of a process that a signal ended. */
function statusOf(signal: NodeJS.Signals): number {
	return 128 + constants.signals[signal];
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
