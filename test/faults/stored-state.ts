import { DatabaseSync } from 'node:sqlite';
import { createClient } from '@keyv/redis';
import { pino } from 'pino';
import type { Run } from '../../src/runs/run.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';

/** What the bot has stored, looked at from outside. */
export interface StoredState {
	readonly storage: Storage;
	/** Of the event of a message, once it was accepted. */
	runOf(workspaceId: string, event: string): Promise<string | undefined>;
	isUnfinished(run: string): Promise<boolean>;
	/** What the journal of the run holds: the steps that are done, and the tools of the calls that were answered. */
	journal(run: string): Promise<Journalled>;
	/** Records that are to be gone when nothing is left to do for the run. */
	leftovers(run: string): Promise<readonly string[]>;
	/** What is held at this moment, but for what is remembered on purpose. */
	holds(): Promise<readonly Hold[]>;
	/** Deliveries that were not handled. */
	undelivered(): Promise<readonly string[]>;
	close(): Promise<void>;
}

export interface Hold {
	readonly key: string;
	readonly owner: string;
	/** Until it lapses. */
	readonly leftMs: number;
}

export interface Journalled {
	readonly steps: readonly string[];
	readonly calls: readonly string[];
}

/** Holds that outlive what they were for, since a late delivery or a late click must still find them; the sign of life of a
 * process; and what is done once a day. */
const REMEMBERED = /^(slack-(delivery|handled|left)|approval|question|process|retention)\//;
/** Namespaces of what is open; the keys name the run. */
const OF_OPEN_RUNS = ['unfinished-runs', 'runs-waiting', 'runs-at-work', 'run-stops', 'run-files', 'run-file-contents'];

export async function openStoredState(url: string): Promise<StoredState> {
	const storage = await openStorage(url, { logger: pino({ level: 'silent' }) });
	const claims = url.startsWith('redis') ? await redisClaims(url) : sqliteClaims(url.slice('sqlite://'.length));
	const keys = async (namespace: string) => (await Array.fromAsync(storage.records(namespace).keys())).map((key) => `${namespace}/${key}`);
	return {
		storage,
		async runOf(workspaceId, event) {
			const record = await storage.records<{ runId: string }>('run-events').get(`${encodeURIComponent(workspaceId)}/${event}`);
			return record?.runId;
		},
		isUnfinished: async (run) => (await storage.records<Run>('unfinished-runs').get(run)) !== undefined,
		async journal(run) {
			const entries = await Array.fromAsync(storage.records<{ tool?: string; response?: object }>('journal').entries(`${run}/`));
			return {
				steps: entries.flatMap(([key]) => (key.startsWith(`${run}/step/`) ? [key.slice(`${run}/step/`.length)] : [])),
				calls: entries.flatMap(([, { tool, response }]) => (tool !== undefined && response ? [tool] : [])),
			};
		},
		leftovers: async (run) => (await Promise.all(OF_OPEN_RUNS.map(keys))).flat().filter((key) => key.includes(run)),
		holds: async () => (await claims.held()).filter(({ key }) => !REMEMBERED.test(key)),
		undelivered: () => keys('slack-inbox'),
		async close() {
			await claims.close();
			await storage.close();
		},
	};
}

interface Claims {
	held(): Promise<readonly Hold[]>;
	close(): Promise<void>;
}

function sqliteClaims(file: string): Claims {
	const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
	const held = database.prepare('SELECT key, owner, expires FROM claims WHERE expires > ?');
	return {
		async held() {
			const now = Date.now();
			return held.all(now).map(({ key, owner, expires }) => ({ key: String(key), owner: String(owner), leftMs: Number(expires) - now }));
		},
		close: async () => database.close(),
	};
}

/** As `src/storage/redis-storage.ts` names them. */
async function redisClaims(url: string): Promise<Claims> {
	const prefix = 'toolcoder:@claims:';
	const client = createClient({ url });
	await client.connect();
	return {
		async held() {
			const keys: string[] = [];
			for await (const found of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) keys.push(...found);
			const held = await Promise.all(
				keys.map(async (key) => ({ key: key.slice(prefix.length), owner: (await client.get(key)) ?? '', leftMs: await client.pTTL(key) })),
			);
			return held.filter(({ leftMs }) => leftMs > 0);
		},
		close: () => client.close(),
	};
}
