import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import type { Records, Storage } from '../storage/storage.ts';
import type { CallFiles, FileHandle } from '../toolset/tool.ts';

/** Of one file: no response is larger (`DEFAULT_MAX_RESPONSE_BYTES`). */
export const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** Of all files of a run: what people can be shown at once, and four times what a tool can give. */
export const MAX_RUN_BYTES = 32 * 1024 * 1024;

export interface RunFiles {
	/**
	 * The files of one run, on disk once `put` resolves, so that a run that is resumed finds them. The same file put twice is one. Beyond 8 MB a file, or
	 * 32 MB a run, `put` rejects with a UserError `bad-input`. A run's files are to be put in one process at a time, as runs are answered.
	 */
	of(runId: string): CallFiles;
	/** Deletes the files of a run, which is done when nothing is left to do for it: its answer has been shown by then, with its files. */
	discard(runId: string): Promise<void>;
}

type FileRecord = Omit<FileHandle, 'file'>;

interface Kept {
	readonly about: Records<FileRecord>;
	readonly contents: Records<{ readonly base64: string }>;
}

/** Every method rejects with a UserError `storage` when the storage fails. */
export function createRunFiles(storage: Storage): RunFiles {
	const kept: Kept = { about: storage.records('run-files'), contents: storage.records('run-file-contents') };
	return {
		of: (runId) => new StoredFiles(runId, kept),
		async discard(runId) {
			// Contents by their own keys: of a file that could not be listed there is nothing else.
			for (const records of [kept.contents, kept.about]) for await (const key of records.keys(`${runId}/`)) await records.delete(key);
		},
	};
}

class StoredFiles implements CallFiles {
	readonly #runId: string;
	readonly #kept: Kept;
	/** Bytes of the run, those of puts under way included; known once `#counted` resolves. */
	#bytes = 0;
	#counted: Promise<void> | undefined;

	constructor(runId: string, kept: Kept) {
		this.#runId = runId;
		this.#kept = kept;
	}

	async put({ name, mediaType, content }: Parameters<CallFiles['put']>[0]): Promise<FileHandle> {
		const file = createHash('sha256').update(`${name}\0${mediaType}\0`).update(content).digest('hex').slice(0, 16);
		const key = `${this.#runId}/${file}`;
		const record: FileRecord = { name, mediaType, bytes: content.length };
		if (await this.#kept.about.get(key)) return { file, ...record };
		if (content.length > MAX_FILE_BYTES) throw tooLarge(`The file ${name} is larger than ${MAX_FILE_BYTES / 2 ** 20} MB.`);
		await this.#count();
		// Reserved before it is written, so that files that come at once do not pass the limit together.
		if (this.#bytes + content.length > MAX_RUN_BYTES) {
			throw tooLarge(`The files of this run are larger than ${MAX_RUN_BYTES / 2 ** 20} MB together.`);
		}
		this.#bytes += content.length;
		try {
			await this.#kept.contents.put(key, { base64: Buffer.from(content).toString('base64') });
			// Last: what is listed is whole.
			await this.#kept.about.put(key, record);
		} catch (error) {
			this.#bytes -= content.length;
			throw error;
		}
		return { file, ...record };
	}

	async get(id: string): Promise<Parameters<CallFiles['put']>[0] | undefined> {
		const key = `${this.#runId}/${id}`;
		const record = await this.#kept.about.get(key);
		const content = record && (await this.#kept.contents.get(key));
		return record && content && { name: record.name, mediaType: record.mediaType, content: Buffer.from(content.base64, 'base64') };
	}

	/** What an earlier program, or an earlier process, has left. A storage that fails is asked anew by the next put. */
	#count(): Promise<void> {
		this.#counted ??= this.#stored().then((bytes) => {
			this.#bytes += bytes;
		});
		const counted = this.#counted;
		counted.catch(() => {
			if (this.#counted === counted) this.#counted = undefined;
		});
		return counted;
	}

	async #stored(): Promise<number> {
		let sum = 0;
		for await (const [, { bytes }] of this.#kept.about.entries(`${this.#runId}/`)) sum += bytes;
		return sum;
	}
}

function tooLarge(what: string): UserError {
	return new UserError('bad-input', `${what} Fetch fewer or smaller files.`);
}
