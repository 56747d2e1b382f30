import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { SessionRecord } from '../contract.ts';

/** Reading 28 states takes a second; a script that hangs must not hang the harness. */
const LIMIT_MS = 60_000;

const verdictSchema = z.object({ failed: z.array(z.number()) });

export interface StateQuestion {
	/** In the order of the suite's questions, from 0. */
	readonly number: number;
	readonly answer: string;
	readonly session: Pick<SessionRecord, 'log' | 'state'>;
}

/**
 * Whether a session ended as question `number` wants it, by the suite's own `check_state.py`, which asks a simulator for all sessions of a run: a server
 * on loopback gives it this record for each of them, so nothing is read or begun where strategies are at work. Undefined where there is no Python.
 * Rejects with an Error when the script fails.
 */
export async function isGoalReached(
	script: string,
	salt: number,
	{ number, answer, session }: StateQuestion,
): Promise<boolean | undefined> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-eval-state-'));
	const server = createServer(({ url = '' }, response) => response.end(JSON.stringify(url.endsWith('/log') ? session.log : session.state)));
	try {
		const answers = path.join(folder, 'answers.jsonl');
		await writeFile(answers, `${JSON.stringify({ id: number, answer })}\n`);
		const options = ['--base', await listening(server), '--prefix', 'session-', '--salt', String(salt), '--answers', answers];
		// No bytecode: the suite's folder is somebody else's.
		const { stdout } = await promisify(execFile)('python3', ['-B', script, ...options], { timeout: LIMIT_MS });
		return !verdictSchema.parse(JSON.parse(stdout)).failed.includes(number);
	} catch (error) {
		if (isMissingPython(error)) return undefined;
		throw new Error(`${script} gave no verdict: ${error instanceof Error ? error.message : error}`, { cause: error });
	} finally {
		server.closeAllConnections();
		server.close();
		await rm(folder, { recursive: true });
	}
}

async function listening(server: Server): Promise<string> {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function isMissingPython(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'ENOENT' && 'syscall' in error && error.syscall === 'spawn python3';
}
