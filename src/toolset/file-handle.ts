import { isJsonObject } from '../json.ts';
import type { FileHandle, JsonSchema } from './tool.ts';

/** What a handle is called in declarations. Documents cannot claim it: their titles are not read. */
export const FILE_HANDLE_NAME = 'FileHandle';

/** The schema of a `FileHandle`: of the value of a response that is no text, and of an argument that may be one. */
export const FILE_HANDLE_SCHEMA: JsonSchema = {
	title: FILE_HANDLE_NAME,
	type: 'object',
	properties: { file: { type: 'string' }, name: { type: 'string' }, mediaType: { type: 'string' }, bytes: { type: 'integer' } },
	required: ['file', 'name', 'mediaType', 'bytes'],
	additionalProperties: false,
};

export function isFileHandleSchema({ title, type, required }: JsonSchema): boolean {
	return title === FILE_HANDLE_NAME && type === 'object' && Array.isArray(required) && required.includes('mediaType');
}

/** Whether a value has the shape of a handle. Whether there is such a file only the run's files know. */
export function isFileHandle(value: unknown): value is FileHandle {
	return (
		isJsonObject(value) &&
		Object.keys(value).length === 4 &&
		typeof value.file === 'string' &&
		typeof value.name === 'string' &&
		typeof value.mediaType === 'string' &&
		typeof value.bytes === 'number'
	);
}

/** The handles in a value, at most `most`, each file once, in the order of the value. Looks 20 levels deep. */
export function fileHandlesIn(value: unknown, most: number): FileHandle[] {
	const found = new Map<string, FileHandle>();
	const look = (node: unknown, depth: number): void => {
		if (found.size >= most || depth > 20 || typeof node !== 'object' || node === null) return;
		if (isFileHandle(node)) found.set(node.file, found.get(node.file) ?? node);
		else for (const inner of Object.values(node)) look(inner, depth + 1);
	};
	look(value, 0);
	return [...found.values()];
}
