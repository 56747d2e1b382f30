import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { DEFAULT_MAX_RESPONSE_BYTES } from '../http/egress.ts';
import type { OperatorCommand } from './operator-command.ts';
import { killWithUs } from './orphans.ts';

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
	killedWithUs(transport);
	let words = '';
	transport.stderr?.on('data', (chunk: Buffer) => {
		words = (words + chunk.toString('utf8')).slice(-LAST_WORDS);
	});
	return { transport, lastWords: () => words };
}

/** The transport keeps its class: the client asks for the protocol's revision in another process of a plain one only. */
function killedWithUs(transport: StdioClientTransport): void {
	const start = transport.start.bind(transport);
	let release = () => {};
	transport.start = async () => {
		await start();
		if (transport.pid !== null) release = killWithUs(transport.pid);
	};
	// The client keeps what it finds here, and calls it first.
	transport.onclose = () => release();
}
