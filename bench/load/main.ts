/**
 * `npm run bench:load`: hundreds of questions at once, of a bot on its own and of several on Redis, one of which is killed. `-- --only even,busy,redis`
 * picks, `-- --questions 20 --latency 50` asks fewer of a faster model, `-- --places 40` lets more runs than model calls go on at once, and
 * `-- --profile <folder>` writes processor profiles of the bot.
 */
import { parseArgs } from 'node:util';
import { measureLoad } from './measure-load.ts';
import { measureWorkers } from './measure-workers.ts';
import { refuse, wholeNumber } from './options.ts';
import { busyQuestions, evenQuestions } from './questions.ts';
import { loadReport, workersReport } from './report.ts';

const { values } = parseArgs({
	options: {
		only: { type: 'string', default: 'even,busy,redis' },
		questions: { type: 'string', default: '500' },
		latency: { type: 'string', default: '1000' },
		concurrency: { type: 'string', default: '32' },
		places: { type: 'string' },
		workers: { type: 'string', default: '3' },
		profile: { type: 'string' },
	},
});

const total = wholeNumber('questions', values.questions);
const latencyMs = wholeNumber('latency', values.latency);
const concurrency = wholeNumber('concurrency', values.concurrency);
const places = wholeNumber('places', values.places ?? values.concurrency);
const workers = wholeNumber('workers', values.workers);
const nodeOptions = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];

const scenarios: Record<string, () => Promise<string>> = {
	even: async () => {
		const questions = evenQuestions(total, 10);
		return loadReport('Ten workspaces that ask alike', await measureLoad({ questions, latencyMs, concurrency, places, nodeOptions }));
	},
	busy: async () => {
		const questions = busyQuestions(total);
		return loadReport(
			'One busy workspace and nine small ones',
			await measureLoad({ questions, latencyMs, concurrency, places, nodeOptions }),
		);
	},
	redis: async () => {
		const each = Math.ceil(places / workers);
		const options = { questions: evenQuestions(total, 10), latencyMs, workers, places: each, modelConcurrency: concurrency };
		return workersReport('Several workers on Redis, one of them killed', await measureWorkers(options));
	},
};

const chosen = values.only.split(',');
const unknown = chosen.filter((name) => !Object.hasOwn(scenarios, name));
if (unknown.length > 0) refuse(`There is no ${unknown.join(', ')}. There are ${Object.keys(scenarios).join(', ')}.`);
for (const name of chosen) process.stdout.write((await scenarios[name]?.()) ?? '');
