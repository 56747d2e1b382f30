import { lstat, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Reply, text } from '../../commands/command.ts';
import { messageOf, UserError } from '../../src/errors.ts';
import type { Progress } from '../../src/pipeline/progress.ts';
import type { RunFiles } from '../../src/runs/files.ts';
import type { Run } from '../../src/runs/run.ts';
import { fileHandlesIn } from '../../src/toolset/file-handle.ts';
import { plainFileName } from '../../src/toolset/http/file-name.ts';

/** What became of a file that an answer names. */
export type SavedFile = {
	/** Its handle in the answer's value. */
	readonly file: string;
	readonly name: string;
} & ({ readonly path: string } | { readonly problem: string });

/**
 * Saves the files that an answer names, each once, at most a hundred, as long as the run still has them: they go when it is closed. Anything else than an
 * answer has none. Never rejects: an answer is worth showing without its files.
 */
export type SaveFiles = (run: Run, event: Progress) => Promise<readonly SavedFile[]>;

type FileBlock = Extract<Reply[number], { kind: 'file' }>;

/** A run holds 32 MB; small files may be many, and nobody opens more. */
const MOST_FILES = 100;
/** Files of one name in a run, before it is given up. */
const MOST_OF_A_NAME = 100;

/** `files` beside the database, where that is a file of this machine; else `data/files`. Relative to the working directory, as the setting is. */
export function filesFolder(databaseUrl: string): string {
	const database = /^sqlite:\/\/(?!:memory:)(.+)$/.exec(databaseUrl)?.[1];
	return path.join(database === undefined ? 'data' : path.dirname(database), 'files');
}

/** Saves as `<folder>/<run>/<name>`, for its owner alone. Nothing is overwritten: another file of a name gets a number, the same one is left as it is. */
export function createFileSaver(files: Pick<RunFiles, 'of'>, folder: string): SaveFiles {
	return async (run, event) => {
		if (event.type !== 'result') return [];
		const saved: SavedFile[] = [];
		// One after the other: two of them may have one name.
		for (const { file, name } of fileHandlesIn(event.value, MOST_FILES)) {
			try {
				const found = await files.of(run.id).get(file);
				if (!found) continue;
				const own = path.join(folder, plainFileName(run.id, ''));
				saved.push({ file, name, path: await save(own, plainFileName(found.name, found.mediaType), found.content) });
			} catch (error) {
				saved.push({ file, name, problem: error instanceof UserError ? error.userMessage : messageOf(error) });
			}
		}
		return saved;
	};
}

/**
 * The reply with its files saved as `<folder>/<name>`, in the same way, and a line in place of each that tells the path. Rejects with a UserError `storage`
 * when one cannot be saved.
 */
export async function saveReplyFiles(reply: Reply, folder: string): Promise<Reply> {
	const shown: Reply[number][] = [];
	for (const block of reply) shown.push(block.kind === 'file' ? text(`Saved as ${await saveText(folder, block)}`) : block);
	return shown;
}

async function saveText(folder: string, { name, mediaType, content }: FileBlock): Promise<string> {
	try {
		return await save(folder, plainFileName(name, mediaType), Buffer.from(content, 'utf8'));
	} catch (error) {
		if (error instanceof UserError) throw error;
		throw new UserError('storage', `${name} could not be saved in ${folder} (${messageOf(error)}). See to the folder, then try again.`, {
			cause: error,
		});
	}
}

async function save(folder: string, name: string, content: Uint8Array): Promise<string> {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const { name: stem, ext } = path.parse(name);
	for (let number = 1; number <= MOST_OF_A_NAME; number += 1) {
		const file = path.join(folder, number === 1 ? name : `${stem}-${number}${ext}`);
		try {
			await writeFile(file, content, { flag: 'wx', mode: 0o600 });
			return file;
		} catch (error) {
			if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
			// A run that goes on in another process shows its answer again.
			if (await holds(file, content)) return file;
		}
	}
	throw new UserError('storage', `${folder} has ${MOST_OF_A_NAME} files of that name already. Move them elsewhere.`);
}

async function holds(file: string, content: Uint8Array): Promise<boolean> {
	const found = await lstat(file);
	return found.isFile() && found.size === content.length && (await readFile(file)).equals(content);
}
