/** `npm test`: format and lint, types, then every test. Stops at the first that fails, with its exit status. */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const bin = (name: string) => path.join(root, 'node_modules', '.bin', name);

const checks: [what: string, command: string, args: string[]][] = [
	['Format and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
	['Types', bin('tsc'), ['--project', 'tsconfig.json']],
	['Tests', process.execPath, ['--test', ...globSync('test/**/*.test.ts', { cwd: root })]],
];

for (const [what, command, args] of checks) {
	process.stdout.write(`\n${what}\n`);
	const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
	if (status !== 0) {
		process.stderr.write(`\n${what}: failed.\n`);
		process.exit(status ?? 1);
	}
}
