import { constants } from 'node:os';
import closeWithGrace from 'close-with-grace';
import type { Logger } from 'pino';

/** For runs to end where they stand and be journalled, for what is being posted, and for what is open to be closed. */
const CLOSING_MS = 3_000;

export interface EndsOptions {
	readonly logger: Logger;
	/** From the request to end until the process has ended, whatever still goes on. */
	readonly shutdownMs: number;
	/** Takes everything down, once, however often it is called. What is being answered may go on for `graceMs`. */
	readonly close: (graceMs: number) => Promise<void>;
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
 * is closed and the process ended within `shutdownMs`; a second signal ends it at once. After a signal, what is being answered has that time but for
 * the last 3 s, otherwise none. At a console SIGINT first stops what goes on there, and ends the
 * process only when that is nothing. The status is that of a shell, and 0 for a process without a console that was asked to end: it is a server.
 */
export function watchForEnds({ logger, shutdownMs, close, stopRuns }: EndsOptions): Ends {
	const interruption = new AbortController();
	const graceMs = Math.max(0, shutdownMs - CLOSING_MS);
	let status = 1;
	let asked = false;
	const grace = closeWithGrace(
		{
			delay: shutdownMs,
			logger: false,
			skip: ['SIGINT'],
			onTimeout: () => process.exit(status),
			onSecondSignal: (signal) => process.exit(statusOf(signal)),
		},
		async ({ err, signal }) => {
			if (err) logger.fatal({ err }, 'unexpected error');
			if (signal) {
				asked = true;
				status = !stopRuns && signal === 'SIGTERM' ? 0 : statusOf(signal);
			}
			await close(asked ? graceMs : 0);
			process.exit(status);
		},
	);
	const leave = (as: number) => {
		status = as;
		grace.close();
	};
	const interrupt = () => {
		if (asked || interruption.signal.aborted) process.exit(statusOf('SIGINT'));
		const stopping = stopRuns?.() ?? false;
		interruption.abort();
		if (stopping) return;
		asked = true;
		leave(stopRuns ? statusOf('SIGINT') : 0);
	};
	process.on('SIGINT', interrupt);
	// The reader of a pipe may leave early (`| head`); what it was not shown is left to the next start.
	if (stopRuns) process.stdout.on('error', () => leave(statusOf('SIGPIPE')));
	return {
		interruption: interruption.signal,
		never: new Promise(() => {}),
		async finish() {
			const late = setTimeout(() => process.exit(status), shutdownMs);
			await close(graceMs);
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
