import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { createEgress } from '../../../src/toolset/http/egress.ts';
import type { McpRoute } from '../../../src/toolset/mcp/connect.ts';
import type { OperatorCommand } from '../../../src/toolset/mcp/operator-command.ts';
import { readMcpSnapshot } from '../../../src/toolset/mcp/read-snapshot.ts';
import { addressOf } from '../../../src/toolset/mcp/source.ts';
import { type McpToolsetOptions, openMcpToolset } from '../../../src/toolset/mcp/toolset.ts';
import type { ToolResponse, Toolset } from '../../../src/toolset/tool.ts';
import { freePort } from '../../adapters/slack/free-port.ts';

const ROOT = path.join(import.meta.dirname, '../../..');

/** The reference servers of the protocol, as they are published. */
export function referenceServer(name: 'everything' | 'filesystem' | 'memory', ...args: string[]): OperatorCommand {
	const script = path.join(ROOT, `node_modules/@modelcontextprotocol/server-${name}/dist/index.js`);
	return { command: process.execPath, args: [script, ...args], environment: {} };
}

/** One that misbehaves (`test/fixtures/mcp/odd-server.ts`). Its diary is a file of its own. */
export async function oddServer(context: TestContext, ...modes: string[]) {
	const folder = await temporaryFolder(context);
	const file = path.join(folder, 'diary');
	const script = path.join(ROOT, 'test/fixtures/mcp/odd-server.ts');
	const command: OperatorCommand = { command: process.execPath, args: [script, file, ...modes], environment: {} };
	const lines = async () => (await readFile(file, 'utf8')).trim().split('\n');
	return {
		command,
		/** What it was called and told, without its process ids. */
		diary: async () => (await lines()).filter((line) => !line.startsWith('pid ')),
		/** Of every process that was started, the latest last. */
		pids: async () => (await lines()).filter((line) => line.startsWith('pid ')).map((line) => Number(line.slice(4))),
	};
}

export async function temporaryFolder(context: TestContext): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-mcp-'));
	context.after(() => rm(folder, { recursive: true, force: true }));
	return folder;
}

/** The everything server over streamable HTTP on a free port. `stop` ends it, and may be called before the test ends. */
export async function serveEverything(context: TestContext, given?: number) {
	const port = given ?? (await freePort());
	const { command, args } = referenceServer('everything', 'streamableHttp');
	const child = spawn(command, [...args], { env: { PATH: process.env.PATH, PORT: String(port) }, stdio: ['ignore', 'ignore', 'pipe'] });
	const exited = once(child, 'exit');
	const stop = async () => {
		child.kill('SIGKILL');
		await exited;
	};
	context.after(stop);
	await once(child.stderr, 'data');
	return { port, url: `http://127.0.0.1:${port}/mcp`, stop };
}

export function commandRoute(command: OperatorCommand): McpRoute {
	return { kind: 'command', name: 'it', command };
}

export function httpRoute(context: TestContext, url: string, more: object = {}): McpRoute {
	const egress = createEgress({ allowPrivateHosts: [], allowLoopback: true });
	context.after(() => egress.close());
	return { kind: 'http', url, egress, ...more };
}

export interface Opened extends Toolset {
	/** Calls by name, with a signal that never comes. */
	ask(name: string, args?: Parameters<Toolset['call']>[1], signal?: AbortSignal): Promise<ToolResponse>;
	/** The value of a call that must succeed. */
	value(name: string, args?: Parameters<Toolset['call']>[1]): Promise<unknown>;
	readonly text: string;
}

/** Reads the server's tools, opens a toolset of them, and closes it with the test. */
export async function openServer(context: TestContext, route: McpRoute, options: Partial<McpToolsetOptions> = {}): Promise<Opened> {
	const address = route.kind === 'http' ? route.url : addressOf(route);
	const text = options.text ?? (await readMcpSnapshot(route, { address, signal: AbortSignal.timeout(30_000) }));
	const toolset = openMcpToolset({ name: 'it', text, address, route, secrets: () => [], ...options });
	context.after(() => toolset.close?.());
	const ask: Opened['ask'] = (name, args = {}, signal = new AbortController().signal) => {
		const tool = toolset.tools.get(name);
		if (!tool) throw new Error(`${name} is none of ${[...toolset.tools.keys()].join(', ')}`);
		return toolset.call(tool, args, { signal });
	};
	return {
		...toolset,
		text,
		ask,
		async value(name, args) {
			const response = await ask(name, args);
			if (!response.ok) throw new Error(`${name}: ${response.kind} ${response.message}`);
			return response.value;
		},
	};
}
