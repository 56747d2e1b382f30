/** Says that it is ready, and when its input ends does all that is done to functions, to the same ones as other processes do at the same time. */
import { once } from 'node:events';
import { pino } from 'pino';
import { moved, withFailure, withFeedback, withSuccess } from '../../../src/repository/lifecycle.ts';
import { createFunctionStore } from '../../../src/repository/store/function-store.ts';
import { openStorage } from '../../../src/storage/open.ts';
import { exampleFor, ROUNDS, SHARED_ARGUMENTS, versionOf, WORKSPACE } from './shared-work.ts';

const [url = '', name = ''] = process.argv.slice(2);
const storage = await openStorage(url, { logger: pino({ level: 'silent' }) });
const functions = createFunctionStore(storage);
await functions.list(WORKSPACE);
process.stdout.write('ready');
await once(process.stdin.resume(), 'end');

const shared = { name: 'shared', version: 1 };
const flipped = { name: 'flipped', version: 1 };

/** One after another, so that a process never takes back more dislikes than it gave. */
async function rate(): Promise<void> {
	for (const change of [1, 1, -1] as const) {
		await functions.change(WORKSPACE, shared, (record) => withFeedback(record, change, new Date().toISOString()));
	}
}

async function round(n: number): Promise<void> {
	const run = `${name}-${n}`;
	const at = new Date().toISOString();
	const example = exampleFor(n % SHARED_ARGUMENTS, run);
	const success = { use: { run, at }, question: `question of ${run}`, example: example.digest };
	await Promise.all([
		functions.change(WORKSPACE, shared, (record) => withSuccess(record, success), [example]),
		functions.change(WORKSPACE, shared, (record) => withFailure(record, { run: `${run}-failed`, at })),
		rate(),
		functions.change(WORKSPACE, flipped, (record) =>
			moved(record, record.state === 'quarantined' ? 'candidate' : 'quarantined', { at, cause: 'drift', reason: run }),
		),
		functions.add(versionOf(`return '${run}'`), [exampleFor(n, run)]),
		functions.add(versionOf(`return 'everybody ${n}'`), [exampleFor(n, run)]),
	]);
}

for (let n = 0; n < ROUNDS; n++) await round(n);
await storage.close();
