import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { DEFAULT_MAX_RESPONSE_BYTES } from '../http/egress.ts';
import type { OperatorCommand } from './operator-command.ts';

/** Of what a server writes to its standard error, kept for the log. */
const LAST_WORDS = 1_000;

/**
 * A process of its own for the server. Its environment is `PATH`, `HOME` and what describes user and terminal (`getDefaultEnvironment` of the client),
 * and what its command line names. A message of more than 8 MB ends it.
 */
export function createStdioTransport({ command, args, environment }: OperatorCommand): {
	readonly transport: StdioClientTransport;
	readonly lastWords: () => string;
} {
	const transport = new StdioClientTransport({
		command,
		args: [...args],
		env: { ...environment },
		stderr: 'pipe',
		maxBufferSize: DEFAULT_MAX_RESPONSE_BYTES,
	});
	let words = '';
	transport.stderr?.on('data', (chunk: Buffer) => {
		words = (words + chunk.toString('utf8')).slice(-LAST_WORDS);
	});
	return { transport, lastWords: () => words };
}
