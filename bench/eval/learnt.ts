import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { hashJson } from '../../src/json.ts';

/** What a strategy has learnt from whole tasks. */
export interface Learnt {
	/** Keeps the folder as it is behind this task, whose row is about to be written. Nothing may be under way. */
	keep(task: string): Promise<void>;
}

/**
 * Opens a strategy's folder as it was behind the last of these tasks, whose rows are on disk: what was learnt from one that was cut off is forgotten. It is
 * asked again, and would else know its own answer; and a replay, which has whole tasks only, would come to other prompts.
 */
export async function openLearnt(folder: string, tasks: readonly string[]): Promise<Learnt> {
	const copies = `${folder}.kept`;
	const done = [...tasks];
	const copyOf = () => path.join(copies, hashJson(done).slice(0, 16));
	await mkdir(copies, { recursive: true });
	const isKept = (await readdir(copies)).includes(path.basename(copyOf()));
	// Without a copy, rows were taken out by hand: what there is then is the best there is.
	if (isKept || done.length === 0) await rm(folder, { recursive: true, force: true });
	if (isKept) await cp(copyOf(), folder, { recursive: true });
	await mkdir(folder, { recursive: true });
	return {
		async keep(task) {
			// A kill before the row is written finds the copy before this one.
			const before = path.basename(copyOf());
			done.push(task);
			const unfinished = path.join(copies, 'unfinished');
			await rm(unfinished, { recursive: true, force: true });
			await cp(folder, unfinished, { recursive: true });
			await rm(copyOf(), { recursive: true, force: true });
			await rename(unfinished, copyOf());
			const old = (await readdir(copies)).filter((name) => name !== before && name !== path.basename(copyOf()));
			await Promise.all(old.map((name) => rm(path.join(copies, name), { recursive: true })));
		},
	};
}
