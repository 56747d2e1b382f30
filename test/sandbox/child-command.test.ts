import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { childCommand } from '../../src/sandbox/child-command.ts';
import { PROCESS_LIMITS } from '../../src/sandbox/limits.ts';

/** Runs other code in a process started as a sandbox child is, as a program would that has broken out of its isolate. */
async function probe(expression: string): Promise<unknown> {
	const { file, args, env } = childCommand();
	const code = `(async () => { try { return ${expression}; } catch (error) { return error.code ?? error.name; } })().then((v) => process.stdout.write(JSON.stringify(v ?? null)))`;
	const probing = args.map((arg, index) => (args[index - 1] === '--eval' ? code : arg));
	const { stdout } = await promisify(execFile)(file, probing, { cwd: '/', env });
	return JSON.parse(stdout);
}

describe('the process of a sandbox child', { concurrency: true }, () => {
	const denied: readonly [what: string, expression: string][] = [
		['reads no system file', "require('fs').readFileSync('/etc/passwd', 'utf8')"],
		['reads no source of the bot', `require('fs').readFileSync(${JSON.stringify(import.meta.filename)}, 'utf8')`],
		['reads no environment of its parent', "require('fs').readFileSync('/proc/' + process.ppid + '/environ', 'utf8')"],
		['lists no folder', "require('fs').readdirSync('/')"],
		['writes no file', "require('fs').writeFileSync('/tmp/escaped', 'x')"],
		['starts no process', "require('child_process').execFileSync('/bin/sh', ['-c', 'id']).toString()"],
		['starts no thread', "new (require('worker_threads').Worker)('1', { eval: true })"],
		['opens no connection', "await new Promise((resolve, reject) => require('net').connect(80, '127.0.0.1', resolve).on('error', reject))"],
		['asks no name server', "await require('dns/promises').lookup('localhost')"],
		['opens no inspector', "require('inspector').open(0)"],
	];
	for (const [what, expression] of denied) {
		it(what, async () => {
			assert.equal(await probe(expression), 'ERR_ACCESS_DENIED');
		});
	}

	it('has no environment but its time zone', async () => {
		// `_` is the command, which some shells export.
		const { _, ...env } = (await probe('process.env')) as Record<string, string>;
		assert.deepEqual(env, { TZ: 'UTC' });
	});

	it('is held to its limits by the system', async () => {
		const limits = (await probe('process.report.getReport().userLimits')) as Record<string, { soft: unknown; hard: unknown }>;
		const { dataMb, cpuSeconds } = PROCESS_LIMITS;
		assert.deepEqual(limits.cpu_time_seconds, { soft: cpuSeconds, hard: cpuSeconds });
		assert.deepEqual(limits.data_seg_size_bytes, { soft: dataMb * 2 ** 20, hard: dataMb * 2 ** 20 });
		assert.deepEqual(limits.file_size_blocks, { soft: 0, hard: 0 });
	});

	it('has no WebAssembly, and so no JIT', async () => {
		assert.equal(await probe('typeof WebAssembly'), 'undefined');
	});

	it('has the one file it may read: the native library', async () => {
		assert.deepEqual(await probe("process.permission.has('fs.read', process.argv[1])"), true);
	});
});
