import { Writable } from 'node:stream';
import type { ProgressLine } from './progress-line.ts';
import type { TerminalOutput } from './terminal-output.ts';

/** Where log lines go while a console is up: above its progress line and prompt where both share a terminal, else straight to `errors`. */
export function createLogAbove(errors: TerminalOutput, progressLine: ProgressLine): TerminalOutput {
	if (!errors.isTTY) return errors;
	const above = new Writable({
		write(chunk, _encoding, done) {
			progressLine.above(() => errors.write(chunk));
			done();
		},
	});
	return Object.assign(above, { isTTY: true });
}
