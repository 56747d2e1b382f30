import { constants } from 'node:os';
import closeWithGrace from 'close-with-grace';
import type { Logger } from 'pino';

/** Runs are stopped and journalled within this when the process is asked to end. Docker kills after 10 s. */
const GRACE_MS = 8000;

export interface EndsOptions {
	readonly logger: Logger;
	/** Takes everything down, once, however often it is called. */
	readonly close: () => Promise<void>;
	/** Stops for good what the console has asked; false when there is nothing. Absent without a console. */
	readonly stopRuns: (() => boolean) | undefined;
}

/** The ways a process ends. */
export interface Ends {
	/** Aborted by the first SIGINT, after what the console has asked was told to stop. */
	readonly interruption: AbortSignal;
	/** For work that only these ends end: pending until then. */
	readonly never: Promise<never>;
	/** The end when the work is done: closes as the others do, and within the same time. */
	finish(): Promise<void>;
}

/**
 * Watches for the ends before the work is done: signals, errors that nobody caught, and a reader of the console's output that has left. Everything
 * is closed and the process ended within 8 s; a second signal ends it at once. At a console SIGINT first stops what goes on there, and ends the
 * process only when that is nothing. The status is that of a shell, and 0 for a process without a console that was asked to end: it is a server.
 */
export function watchForEnds({ logger, close, stopRuns }: EndsOptions): Ends {
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
			if (signal) status = !stopRuns && signal === 'SIGTERM' ? 0 : statusOf(signal);
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
		const stopping = stopRuns?.() ?? false;
		interruption.abort();
		if (!stopping) leave(stopRuns ? statusOf('SIGINT') : 0);
	};
	process.on('SIGINT', interrupt);
	// The reader of a pipe may leave early (`| head`); what it was not shown is left to the next start.
	if (stopRuns) process.stdout.on('error', () => leave(statusOf('SIGPIPE')));
	return {
		interruption: interruption.signal,
		never: new Promise(() => {}),
		async finish() {
			const late = setTimeout(() => process.exit(status), GRACE_MS);
			await close();
			clearTimeout(late);
			process.off('SIGINT', interrupt);
			grace.uninstall();
		},
	};
}

/** As a shell gives the status of a process that a signal ended. */
export function statusOf(signal: NodeJS.Signals): number {
	return 128 + constants.signals[signal];
}
