/** Says that it is ready, and when its input ends adds one to a record, so many times. Others do the same at the same time. */
import { once } from 'node:events';
import { pino } from 'pino';
import { openStorage } from '../../src/storage/open.ts';

const [url = '', times] = process.argv.slice(2);
const storage = await openStorage(url, { logger: pino({ level: 'silent' }) });
const counts = storage.records<{ n: number }>('counts');
await counts.get('key');
process.stdout.write('ready');
await once(process.stdin.resume(), 'end');
for (let turn = 0; turn < Number(times); turn++) await counts.change('key', (value) => ({ n: (value?.n ?? 0) + 1 }));
await storage.close();
