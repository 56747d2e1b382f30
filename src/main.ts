import { parseArgs } from 'node:util';
import closeWithGrace from 'close-with-grace';
import { type Console, createInteractiveConsole } from '../adapters/console/interactive.ts';
import { createScript, performLines, type Script } from '../adapters/console/piped.ts';
import { welcome } from '../adapters/console/welcome.ts';
import type { CommandServices } from '../commands/command.ts';
import { loadSamples, openExamples } from '../examples/examples.ts';
import { type Config, readConfig } from './config.ts';
import type { Conversation } from './conversation.ts';
import { messageOf, toUserError } from './errors.ts';
import { checkHealth } from './health.ts';
import { createLogger } from './log.ts';
import { createPreparedModel } from './model/prepared.ts';
import { openServices, type Services } from './services.ts';
import { createScrubber } from './toolset/http/scrub.ts';

const HISTORY_FILE = 'data/console-history';
/** A running program is given this long to be stopped and journalled when the process is asked to end. Docker kills after 10 s. */
const GRACE_MS = 8000;

const USAGE = `Usage:
  npm start                                   ask in an interactive console, or pipe questions in, one a line
  npm run ask -- "question or /command"       one question; exits with 0 only when it was answered
      --json                                  progress events and the answer as JSON lines
      --allow-writes                          let the program change data without asking
`;

/** Wires the parts together for one way of using them, and takes them down again. Resolves with the exit status. */
async function main(args: readonly string[]): Promise<number> {
	const { mode, text, json, allowWrites, help, problem } = readArguments(args);
	if (help || problem !== undefined) {
		process.stderr.write(problem ? `${problem}\n${USAGE}` : USAGE);
		return problem ? 2 : 0;
	}
	const config = readConfig();
	if (mode === 'health') return checkHealth(config);
	if (mode === 'ask') {
		const script = createScript(process.stdout, { json, allowWrites });
		return withServices(config, script, async (services) => ((await script.perform(text, services)) ? 0 : 1));
	}
	if (process.stdin.isTTY) {
		const person = createInteractiveConsole(process.stdin, process.stdout, HISTORY_FILE);
		return withServices(config, person, async (services, resume) => {
			process.stdout.write(welcome(config, services.sampleQuestions));
			await resume();
			await person.converse(services);
			return 0;
		});
	}
	const script = createScript(process.stdout, { json, allowWrites, echo: true });
	return withServices(config, script, async (services, resume) => {
		if (!json) process.stdout.write(welcome(config, services.sampleQuestions));
		await resume();
		return (await performLines(process.stdin, script, services)) ? 0 : 1;
	});
}

interface Arguments {
	readonly mode?: 'ask' | 'health';
	/** The question or command of `ask`. */
	readonly text: string;
	readonly json?: boolean;
	readonly allowWrites?: boolean;
	readonly help?: boolean;
	/** What cannot be understood. */
	readonly problem?: string;
}

function readArguments(args: readonly string[]): Arguments {
	try {
		const { values, positionals } = parseArgs({
			args: [...args],
			allowPositionals: true,
			options: { json: { type: 'boolean' }, 'allow-writes': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
		});
		const [mode, ...words] = positionals;
		const text = words.join(' ').trim();
		if (mode !== undefined && mode !== 'ask' && mode !== 'health') return { text, problem: `There is no way of starting called ${mode}.` };
		if (mode === 'ask' && text === '') return { text, problem: 'The question is missing.' };
		return { mode, text, json: values.json, allowWrites: values['allow-writes'], help: values.help };
	} catch (error) {
		return { text: '', problem: messageOf(error) };
	}
}

type Use = (services: CommandServices, resume: () => Promise<void>) => Promise<number>;

async function withServices(config: Config, { conversation }: Pick<Console | Script, 'conversation'>, use: Use): Promise<number> {
	const secrets = [config.model.apiKey ?? '', ...config.toolsetSecrets.values()];
	const logger = createLogger({ level: config.logLevel, scrub: createScrubber(secrets) });
	const samples = await loadSamples();
	const examples = openExamples();
	const openConversation = (key: string): Conversation | undefined => conversation(key);
	let services: Services | undefined;
	let closing: Promise<void> | undefined;
	const close = () => {
		closing ??= (async () => {
			await services?.close();
			await examples.close();
		})();
		return closing;
	};
	const grace = closeWithGrace({ delay: GRACE_MS, logger: false }, async ({ err }) => {
		if (err) logger.fatal({ err }, 'unexpected error');
		await close();
	});
	// The reader of a pipe may leave early (`| head`); the run is left to the next start, as with any other end of this process.
	process.stdout.on('error', () => grace.close());
	try {
		services = await openServices({
			config,
			logger,
			openConversation,
			fallbackModel: createPreparedModel(samples),
			exampleUrl: examples.url,
			operatorAtConsole: true,
		});
		await examples.connectOnFirstRun(services);
		const { runs } = services;
		const resume = async () => {
			const resumed = await runs.resume();
			await Promise.all(resumed.map((run) => run.finished));
		};
		const sampleQuestions = config.model.configured ? [] : samples.map(({ question }) => question);
		return await use({ ...services, sampleQuestions }, resume);
	} finally {
		grace.uninstall();
		await close();
	}
}

main(process.argv.slice(2)).then(
	(status) => {
		process.exitCode = status;
	},
	(error: unknown) => {
		const failure = toUserError(error);
		process.stderr.write(`${failure.userMessage}\n`);
		if (failure.code === 'internal') process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
		process.exitCode = 1;
	},
);
