import { readFile, truncate } from 'node:fs/promises';

/** The lines of a file that is appended to, none where it is missing. What a kill left of a last one is taken out of the file: the next one starts anew. */
export async function readLines(file: string): Promise<string[]> {
	const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return Buffer.alloc(0);
		throw error;
	});
	const whole = bytes.lastIndexOf('\n') + 1;
	if (whole < bytes.length) await truncate(file, whole);
	return bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
}
