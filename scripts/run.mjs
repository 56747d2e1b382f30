// Runs a program of this project on Node 26, whatever Node the host has (20 or newer).
// Installs the locked dependencies first where they are missing or out of date, so that a fresh clone just works.
// Plain JavaScript on purpose: it is the one file that an old Node reads.
//
//   node scripts/run.mjs <file.ts> [arguments]     or     node scripts/run.mjs --test <files>

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const REQUIRED_MAJOR = 26;
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const stamp = path.join(root, 'node_modules', '.installed-from');

function installWhereNeeded() {
	const lock = createHash('sha256')
		.update(readFileSync(path.join(root, 'package-lock.json')))
		.digest('hex');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
	process.stderr.write('Installing dependencies (first run only)…\n');
	npm(['ci']);
	writeFileSync(stamp, lock);
}

/** The host's Node when it is new enough, else the one pinned in package.json, built into node_modules on first use. */
function nodeExecutable() {
	if (Number(process.versions.node.split('.')[0]) >= REQUIRED_MAJOR) return process.execPath;
	const bundled = path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
	if (!existsSync(bundled) || spawnSync(bundled, ['--version']).status !== 0) {
		process.stderr.write(`Fetching Node ${REQUIRED_MAJOR} (this host has ${process.version})…\n`);
		npm(['rebuild', 'node', '--ignore-scripts=false']);
	}
	return bundled;
}

function npm(args) {
	const done = spawnSync('npm', args, {
		cwd: root,
		// Standard input belongs to the program (a piped question), standard output to its answer.
		stdio: ['ignore', process.stderr, process.stderr],
		shell: process.platform === 'win32',
	});
	if (done.status !== 0) {
		process.stderr.write(`npm ${args.join(' ')} failed. Check the network and the messages above, then run the same command again.\n`);
		process.exit(1);
	}
}

installWhereNeeded();
const node = nodeExecutable();
// Type stripping by API still warns that it is experimental; people who ask questions need not know.
const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...process.argv.slice(2)], {
	stdio: 'inherit',
	env: {
		// What Node has compiled once it need not compile again: a start takes a third less, and so do the tests.
		NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'node'),
		...process.env,
		PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`,
	},
});
// A terminal sends Ctrl-C to the whole process group; only signals sent to this process alone need passing on.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// Told to end, npm and its shell end without passing it on. Whoever starts the bot with npm must not be left with one that nobody can find.
const { ppid } = process;
if (process.env.npm_lifecycle_event) setInterval(() => process.ppid === ppid || child.kill('SIGTERM'), 500).unref();
child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
