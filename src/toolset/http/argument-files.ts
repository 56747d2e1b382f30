import type { JsonObject } from '../../json.ts';
import { fileHandlesIn } from '../file-handle.ts';
import { mediaKind } from '../media-kind.ts';
import type { Operation } from '../openapi/operation.ts';
import type { CallFiles } from '../tool.ts';

export interface FileContent {
	readonly name: string;
	readonly mediaType: string;
	readonly content: Uint8Array;
}

/** The content behind a handle's `file`, for the files of one call. */
export type FileLookup = (file: string) => FileContent | undefined;

export type LoadedFiles = { readonly ok: true; readonly lookup: FileLookup } | { readonly ok: false; readonly message: string };

/** Far above what anybody uploads in one call. */
const MOST_FILES = 20;

/**
 * Reads the files that the arguments of a call name, where its body is one that sends files as they are. A file that is none of this run's is a mistake of
 * the program. Rejects when the storage fails.
 */
export async function loadFiles(operation: Operation, args: JsonObject, files: CallFiles | undefined): Promise<LoadedFiles> {
	const contents = new Map<string, FileContent>();
	for (const handle of sendsFiles(operation) ? fileHandlesIn(args, MOST_FILES) : []) {
		const content = await files?.get(handle.file);
		if (content === undefined) {
			return {
				ok: false,
				message: `${JSON.stringify(handle.file.slice(0, 60))} is no file of this run. Give the handle that a tool gave.`,
			};
		}
		contents.set(handle.file, content);
	}
	return { ok: true, lookup: (file) => contents.get(file) };
}

/** In JSON a handle is an object like any other. */
function sendsFiles({ body }: Operation): boolean {
	return body !== undefined && mediaKind(body.contentType.split(';')[0] ?? '') !== 'json';
}

/** For previews, which show handles and no bytes. */
export const withoutContents: FileLookup = (file) => ({ name: file, mediaType: 'application/octet-stream', content: new Uint8Array() });
