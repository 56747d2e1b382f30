/** Says that it is ready, and when its input ends asks so many questions at once. Writes how many of them were admitted. Others do the same at the same time. */
import { once } from 'node:events';
import { pino } from 'pino';
import { UserError } from '../../src/errors.ts';
import { createBudgets } from '../../src/runs/budgets.ts';
import { openStorage } from '../../src/storage/open.ts';
import { question } from './budget-world.ts';

const [url = '', times, limits = '{}'] = process.argv.slice(2);
const storage = await openStorage(url, { logger: pino({ level: 'silent' }) });
const budgets = createBudgets({ storage, limits: JSON.parse(limits) });
await budgets.today('slack:T1', 'U1');
process.stdout.write('ready\n');
await once(process.stdin.resume(), 'end');
const admitted = await Promise.all(
	Array.from({ length: Number(times) }, () =>
		budgets.admit(question()).then(
			() => 1,
			(error) => {
				if (error instanceof UserError && error.code === 'over-budget') return 0;
				throw error;
			},
		),
	),
);
process.stdout.write(`${admitted.filter(Boolean).length}\n`);
await storage.close();
