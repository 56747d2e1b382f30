/** `npm run eval`: what a suite's tasks come to with a strategy, or several, and any model behind an OpenAI-compatible server. */

import { createTypeChecker } from '../../src/code/check.ts';
import { readConfig } from '../../src/config.ts';
import { statusOf } from '../../src/ends.ts';
import { toUserError, UserError } from '../../src/errors.ts';
import { createLogger, secretsOf } from '../../src/log.ts';
import { createModelClient } from '../../src/model/client.ts';
import { createSandbox } from '../../src/sandbox/pool.ts';
import { createScrubber } from '../../src/toolset/http/scrub.ts';
import { evaluate } from './evaluate.ts';
import { fileError } from './file-error.ts';
import { openSuite } from './open-suite.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { reportOf, writeReport } from './report/report.ts';
import { createStrategy, STRATEGY_NAMES } from './strategies/index.ts';

/** Of paths below it, when no server is named. */
const ANY_SERVER = 'https://api.openai.com/v1';

/** Resolves with the exit status. */
async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
	if (args.length === 0 || args.includes('--help')) {
		process.stdout.write(USAGE);
		return args.length === 0 ? 2 : 0;
	}
	const options = readOptions(args);
	// Before a folder is made for it.
	const unknown = options.strategies.find((name) => !STRATEGY_NAMES.includes(name));
	if (unknown !== undefined) {
		throw new UserError(
			'bad-input',
			`There is no strategy ${unknown}. --strategy takes ${STRATEGY_NAMES.join(', ')}, several separated by commas.`,
		);
	}
	const config = readConfig();
	if (!config.model.configured && options.replay === undefined) {
		throw new UserError(
			'model-not-configured',
			'No model server is set. Set OPENAI_BASE_URL, or OPENAI_API_KEY for OpenAI, or name a recording with --replay.',
		);
	}
	const logger = await createLogger({ level: config.logLevel, scrub: createScrubber(secretsOf(config)) });
	const suite = await openSuite(options.suite, options.salt);
	const sandbox = createSandbox({ size: config.sandbox.processes, logger });
	const checker = createTypeChecker({ logger });
	const { apiKey, baseUrl, timeoutMs, concurrency } = config.model;
	try {
		const { rows, tasks } = await evaluate(options, {
			...{ suite, sandbox, checker, logger, signal, createStrategy, progress: process.stderr, modelUrl: baseUrl ?? ANY_SERVER },
			createModel: (fetch) =>
				createModelClient({
					...{ apiKey, baseUrl, timeoutMs, logger, model: options.model },
					maxConcurrency: Math.max(concurrency, options.concurrency),
					...(fetch && { fetch }),
				}),
		});
		const report = reportOf(rows, { ...suite, tasks }, settingsOf(options));
		const file = await writeReport(options.out, report);
		process.stdout.write(`${report.terminal}\n${file}\n`);
		return 0;
	} finally {
		await Promise.all([sandbox.close(), checker.close()]);
	}
}

function settingsOf({ base, strategies, limit, only, record: _record, out: _out, ...others }: Options) {
	return {
		...others,
		strategies: strategies.join(', '),
		...(limit !== undefined && { limit }),
		...(only && { only: only.join(', ') }),
		base,
	};
}

/** Aborted by Ctrl-C or a request to end; a second one ends the process where it stands. Rows are on disk already. */
function endings(): AbortSignal {
	const ending = new AbortController();
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.on(signal, () => {
			if (ending.signal.aborted) process.exit(statusOf(signal));
			process.exitCode = statusOf(signal);
			ending.abort(new UserError('stopped', 'Stopped. The same command goes on where it stopped.'));
		});
	}
	return ending.signal;
}

const signal = endings();
main(process.argv.slice(2), signal).then(
	(status) => process.exit(process.exitCode ?? status),
	(error: unknown) => {
		const told = signal.aborted ? signal.reason : fileError(error);
		const { userMessage, code, cause } = toUserError(told);
		process.stderr.write(`${userMessage}\n`);
		if (code === 'internal') process.stderr.write(`${cause instanceof Error ? cause.stack : cause}\n`);
		process.exit(process.exitCode ?? 1);
	},
);
