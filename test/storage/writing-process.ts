/** Writes records until it has written so many, or until it is killed, and prints the key of each one that was acknowledged. */
import { pino } from 'pino';
import { openStorage } from '../../src/storage/open.ts';

const [url = '', name = '', count] = process.argv.slice(2);
const storage = await openStorage(url, { logger: pino({ level: 'silent' }) });
const records = storage.records('writes');
const last = count === 'forever' ? Number.POSITIVE_INFINITY : Number(count);
for (let n = 0; n < last; n++) {
	const key = `${name}-${n}`;
	await records.put(key, { n, text: 'x'.repeat(500) });
	// Not writeSync: a pipe that nobody has emptied yet refuses it with EAGAIN.
	await new Promise((written) => process.stdout.write(`${key}\n`, written));
}
await storage.close();
