/** `npm test`: format and lint, types, then every test. Stops at the first that fails, with its exit status. */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.dirname(import.meta.dirname);
const bin = (name: string) => path.join(root, 'node_modules', '.bin', name);

/** Tests that need a server of their own installed. CI has it, and fails without; elsewhere they are left out, and that is said. */
function testFiles(): string[] {
	const files = globSync('test/**/*.test.ts', { cwd: root });
	if (process.env.CI || !spawnSync('redis-server', ['--version']).error) return files;
	process.stdout.write('\nredis-server is not installed: the tests of the Redis storage are left out (apt-get install redis-server).\n');
	return files.filter((file) => !path.basename(file).startsWith('redis-'));
}

/** Many small files of tests, none of which changes the process that it runs in. */
const TOGETHER = [
	'adapters/discord/forms',
	'adapters/discord/render',
	'adapters/shared',
	'adapters/slack/render',
	'adapters/slack/views',
	'code',
	'model',
	'settings',
	'toolset',
	'toolset/http',
	'toolset/openapi',
	'toolset/search',
].map((folder) => path.join('test', folder));

/** Hooks outside of a suite would be those of all files in the process. */
const HOOKS_OF_FILE = /^(before|after)(Each)?\(/m;

/**
 * The same tests in fewer processes: the files of each of these folders are imported by one, since to load the same modules once more takes more of the
 * processor than most of their tests do (131 files: 84 s in processes of their own, 47 s together).
 */
function inFewerProcesses(files: readonly string[]): string[] {
	const folder = mkdtempSync(path.join(tmpdir(), 'toolcoder-tests-'));
	process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
	const isAlone = (file: string) =>
		!TOGETHER.includes(path.dirname(file)) || HOOKS_OF_FILE.test(readFileSync(path.join(root, file), 'utf8'));
	const groups = Map.groupBy(files, (file) => (isAlone(file) ? file : path.dirname(file)));
	return [...groups].map(([name, members]) => {
		if (members.includes(name)) return name;
		const together = path.join(folder, `${name.replaceAll(path.sep, '-')}.test.mjs`);
		const imports = members.map((file) => `import ${JSON.stringify(pathToFileURL(path.join(root, file)).href)};\n`);
		writeFileSync(together, imports.join(''));
		return together;
	});
}

const checks: [what: string, command: string, args: string[]][] = [
	['Format and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
	['Types', bin('tsc'), ['--project', 'tsconfig.json']],
	// Many tests wait for a chat that takes a message a second, so more files at once than there are processors.
	[
		'Tests',
		process.execPath,
		['--disable-warning=ExperimentalWarning', '--test', '--test-concurrency=4', ...inFewerProcesses(testFiles())],
	],
];

for (const [what, command, args] of checks) {
	process.stdout.write(`\n${what}\n`);
	const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
	if (status !== 0) {
		process.stderr.write(`\n${what}: failed.\n`);
		process.exit(status ?? 1);
	}
}
