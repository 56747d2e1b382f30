import { isJsonObject, type JsonValue } from '../../src/json.ts';
import type { Failure, Result } from '../../src/pipeline/progress.ts';
import type { RunFiles } from '../../src/runs/files.ts';
import type { Run } from '../../src/runs/run.ts';
import { fileHandlesIn, isFileHandle } from '../../src/toolset/file-handle.ts';
import { fileSize } from './file-size.ts';

/** A file that belongs to an answer. */
export interface AnsweredFile {
	/** As the other server called it: 1 to 100 characters, no path. */
	readonly filename: string;
	readonly bytes: Uint8Array;
}

/** A message of Discord takes ten, and an answer may have two of its own. */
const MOST_FILES = 8;

/**
 * The files that an answer names, each once, at most eight. Those of a run that is closed are gone, and left out: they were shown. Rejects with a UserError
 * when the storage fails.
 */
export async function answeredFiles(files: Pick<RunFiles, 'of'>, run: Run, event: Result | Failure): Promise<AnsweredFile[]> {
	if (event.type !== 'result') return [];
	const handles = fileHandlesIn(event.value, MOST_FILES);
	if (handles.length === 0) return [];
	const ofRun = files.of(run.id);
	const found = await Promise.all(handles.map(({ file }) => ofRun.get(file)));
	return found.flatMap((file) => (file ? [{ filename: file.name, bytes: file.content }] : []));
}

/** As deep as `fileHandlesIn` looks for them: values may nest deeper than a call stack goes. */
const DEEPEST = 20;

/** The value with every handle of a file as words: `may.pdf (12 KB)`. */
export function withFileNames(value: JsonValue, depth = 0): JsonValue {
	if (typeof value !== 'object' || value === null || depth > DEEPEST) return value;
	if (isFileHandle(value)) return `${value.name} (${fileSize(value.bytes)})`;
	const within = (inner: JsonValue) => withFileNames(inner, depth + 1);
	if (Array.isArray(value)) return value.map(within);
	return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, within(inner)])) : value;
}
