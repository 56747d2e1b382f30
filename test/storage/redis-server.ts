import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface RedisServer {
	readonly url: string;
	/** SIGKILL, as when the machine's memory runs out. */
	kill(): Promise<void>;
	/** On the same port, with the files it left. */
	start(): Promise<void>;
	/** Stops it and removes its folder. */
	dispose(): Promise<void>;
}

/** A Redis server of its own on a free port, in a temporary folder, with the settings the bot asks for. */
export async function startRedisServer(...settings: string[]): Promise<RedisServer> {
	if (spawnSync('redis-server', ['--version']).error) {
		throw new Error(
			'These tests need redis-server. Install it: `apt-get install -y redis-server`, `apk add redis` or `brew install redis`.',
		);
	}
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-redis-'));
	const port = await freePort();
	const flags = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes', ...settings];
	let server: ChildProcess;

	async function start(): Promise<void> {
		const child = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] });
		server = child;
		for await (const line of createInterface({ input: child.stdout })) {
			if (!line.includes('Ready to accept connections')) continue;
			child.stdout.resume();
			return;
		}
		throw new Error('redis-server did not start');
	}
	async function kill(): Promise<void> {
		if (server.exitCode !== null || server.signalCode !== null) return;
		const exited = once(server, 'exit');
		server.kill('SIGKILL');
		await exited;
	}

	await start();
	return {
		url: `redis://127.0.0.1:${port}`,
		kill,
		start,
		dispose: async () => {
			await kill();
			await rm(folder, { recursive: true });
		},
	};
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	server.close();
	await once(server, 'close');
	if (address === null || typeof address === 'string') throw new Error('no port');
	return address.port;
}
