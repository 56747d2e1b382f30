import { constants } from 'node:os';
import closeWithGrace from 'close-with-grace';
import { createSlack, type Slack } from '../adapters/slack/slack.ts';
import { settingsOf } from '../commands/settings.ts';
import { loadSamples, openExamples } from '../examples/examples.ts';
import type { Config } from './config.ts';
import { createLogger, secretsOf } from './log.ts';
import { createPreparedModel } from './model/prepared.ts';
import { openServices, type Services } from './services.ts';
import { createKnownSecrets } from './toolset/http/known-secrets.ts';

/** Runs are stopped and journalled within this when the process is asked to end. Docker kills after 10 s. */
const GRACE_MS = 8000;

/** Answers in the chats that are configured until the process is asked to end. Resolves with the exit status; rejects when it cannot begin. */
export async function serveChats(config: Config): Promise<number> {
	const knownSecrets = createKnownSecrets(secretsOf(config));
	const logger = createLogger({ level: config.logLevel, scrub: knownSecrets.scrub });
	const examples = openExamples();
	const samples = await loadSamples();
	let slack: Slack | undefined;
	let services: Services | undefined;
	const close = async () => {
		// First nothing comes in, then the runs end where they stand and what waits to be posted is dropped (it comes again), then the storage closes.
		await slack?.stop();
		await Promise.all([services?.runs.close(), slack?.close()]);
		await services?.close();
		await examples.close();
	};
	const ended = untilEnded(close, (error) => logger.fatal({ err: error }, 'unexpected error'));
	try {
		services = await openServices({
			config,
			logger,
			knownSecrets,
			openConversation: (key) => slack?.conversation(key),
			fallbackModel: createPreparedModel(samples),
			exampleUrl: examples.url,
			operatorAtConsole: false,
		});
		if (config.slack) {
			const sampleQuestions = config.model.configured ? [] : samples.map(({ question }) => question);
			slack = createSlack({
				config: config.slack,
				services: { ...services, sampleQuestions, settings: settingsOf(config) },
				modelConfigured: config.model.configured,
				logger,
			});
			// Without a model, the samples are all it can answer, and they are about the films.
			if (!config.model.configured) for (const id of await slack.workspaces()) await examples.connectOnFirstRun(services, id);
			process.stdout.write(`${await slack.start()} Ctrl-C stops.\n`);
		}
		await services.runs.resume();
	} catch (error) {
		ended.uninstall();
		await close();
		throw error;
	}
	return ended.status;
}

/** Ends on SIGINT, SIGTERM and errors nobody caught, after `close`; a second signal ends at once. */
function untilEnded(close: () => Promise<void>, report: (error: Error) => void): { readonly status: Promise<number>; uninstall(): void } {
	const { promise, resolve } = Promise.withResolvers<number>();
	const grace = closeWithGrace(
		{
			delay: GRACE_MS,
			logger: false,
			onTimeout: () => process.exit(1),
			onSecondSignal: (signal) => process.exit(128 + constants.signals[signal]),
		},
		async ({ err, signal }) => {
			if (err) report(err);
			await close();
			resolve(err ? 1 : signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1);
		},
	);
	return { status: promise, uninstall: () => grace.uninstall() };
}
