import path from 'node:path';
import { pino } from 'pino';
import type { Run } from '../../src/runs/run.ts';
import { openStorage } from '../../src/storage/open.ts';

/** The runs that a bot with its standard settings has stored in this folder, of all workspaces, oldest first. */
export async function storedRuns(folder: string): Promise<readonly Run[]> {
	const storage = await openStorage(`sqlite://${path.join(folder, 'data/toolcoder.sqlite')}`, { logger: pino({ level: 'silent' }) });
	try {
		const entries = await Array.fromAsync(storage.records<Run>('runs').entries());
		return entries.map(([, run]) => run).sort((a, b) => (a.id < b.id ? -1 : 1));
	} finally {
		await storage.close();
	}
}
