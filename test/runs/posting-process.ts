/**
 * A process that posts messages of these keys, all at once, and then ends.
 *
 *     node posting-process.ts <database url> <address of the world> <key,key,…>
 */
import { pino } from 'pino';
import { createPostings } from '../../src/runs/postings.ts';
import { createProcessIdentity } from '../../src/runs/process-identity.ts';
import { openStorage } from '../../src/storage/open.ts';

const [url = '', world = '', keys = ''] = process.argv.slice(2);
const logger = pino({ level: 'silent' });
const storage = await openStorage(url, { logger });
const postings = createPostings(storage, { owner: createProcessIdentity(), logger });
await Promise.all(
	keys.split(',').map((key) =>
		postings.post(key, {
			send: async () => (await fetch(`${world}/send-${key}`, { method: 'POST' })).text(),
			find: async () => undefined,
		}),
	),
);
await storage.close();
