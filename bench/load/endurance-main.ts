/**
 * `npm run bench:endurance`: 20,000 runs in a row (about 20 minutes on two processors), and what becomes of memory meanwhile. `-- --runs 2000 --every 200`
 * is a look of two minutes.
 */
import { parseArgs } from 'node:util';
import { measureEndurance } from './endurance.ts';
import { enduranceVerdict, sampleHeading, sampleLine } from './endurance-report.ts';
import { wholeNumber } from './options.ts';

const { values } = parseArgs({
	options: {
		runs: { type: 'string', default: '20000' },
		every: { type: 'string', default: '500' },
		concurrency: { type: 'string', default: '16' },
	},
});
const runs = wholeNumber('runs', values.runs);
const every = wholeNumber('every', values.every);
const concurrency = wholeNumber('concurrency', values.concurrency);

process.stdout.write(sampleHeading());
const measured = await measureEndurance({ runs, every, concurrency, onSample: (sample) => process.stdout.write(sampleLine(sample)) });
process.stdout.write(enduranceVerdict(measured, runs / 10));
