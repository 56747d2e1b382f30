/**
 * A process whose run waits for a person.
 *
 *     node approving-process.ts <database url> <run as JSON> <write as JSON>
 *
 * Prints the id of the approval, and then what was decided, as JSON.
 */
import { pino } from 'pino';
import { createApprovals } from '../../src/runs/approvals.ts';
import { openStorage } from '../../src/storage/open.ts';

const [url = '', run = '', write = ''] = process.argv.slice(2);
const storage = await openStorage(url, { logger: pino({ level: 'silent' }) });
const approvals = createApprovals(storage);
const { id } = await approvals.open(JSON.parse(run), JSON.parse(write));
process.stdout.write(`${id}\n`);
process.stdout.write(`${JSON.stringify(await approvals.wait(id, new AbortController().signal))}\n`);
await storage.close();
