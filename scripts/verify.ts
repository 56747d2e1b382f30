/** `npm test`: format and lint, types, then every test. Stops at the first that fails, with its exit status. */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const bin = (name: string) => path.join(root, 'node_modules', '.bin', name);

/** Tests that need a server of their own installed. CI has it, and fails without; elsewhere they are left out, and that is said. */
function testFiles(): string[] {
	const files = globSync('test/**/*.test.ts', { cwd: root });
	if (process.env.CI || !spawnSync('redis-server', ['--version']).error) return files;
	process.stdout.write('\nredis-server is not installed: the tests of the Redis storage are left out (apt-get install redis-server).\n');
	return files.filter((file) => !path.basename(file).startsWith('redis-'));
}

const checks: [what: string, command: string, args: string[]][] = [
	['Format and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
	['Types', bin('tsc'), ['--project', 'tsconfig.json']],
	// Many tests wait for a chat that takes a message a second, so more files at once than there are processors.
	['Tests', process.execPath, ['--disable-warning=ExperimentalWarning', '--test', '--test-concurrency=4', ...testFiles()]],
];

for (const [what, command, args] of checks) {
	process.stdout.write(`\n${what}\n`);
	const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
	if (status !== 0) {
		process.stderr.write(`\n${what}: failed.\n`);
		process.exit(status ?? 1);
	}
}
