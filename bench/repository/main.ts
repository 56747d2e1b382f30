/**
 * `npm run bench:functions`: what a filling function repository is worth, and what it costs in wrong answers. `-- --salt 0,7` gives the orders in which
 * the questions are asked (all of 0 to 7 when left out, which takes about two minutes), `-- --json` the raw data.
 */
import { parseArgs } from 'node:util';
import { KINDS } from './kinds.ts';
import { measureSeries, type Series } from './measure.ts';
import { type Character, scriptedModel } from './models.ts';
import { questionsOf } from './questions.ts';
import { missedOf, reportOf } from './report.ts';
import { openSession } from './session.ts';
import { summaryOf } from './summary.ts';

const { values } = parseArgs({
	options: { salt: { type: 'string', default: '0,1,2,3,4,5,6,7' }, json: { type: 'boolean', default: false } },
});
const salts = values.salt.split(',').map(Number);
if (salts.some((salt) => !Number.isSafeInteger(salt))) {
	process.stderr.write(`--salt takes whole numbers, separated by commas, and not ${values.salt}.\n`);
	process.exit(2);
}

/** One series for each order, each in a workspace of its own. */
async function measure(character: Character, repository: boolean): Promise<Series[]> {
	const session = await openSession(scriptedModel(character, questionsOf(KINDS, 0)), { repository });
	try {
		const series: Series[] = [];
		for (const salt of salts) series.push(await measureSeries(session, `bench:${salt}`, questionsOf(KINDS, salt)));
		return series;
	} finally {
		await session.close();
	}
}

const without = await measure('careful', false);
const careful = await measure('careful', true);
const tempted = await measure('tempted', true);

if (values.json) {
	process.stdout.write(`${JSON.stringify({ salts, without, careful, tempted }, undefined, '\t')}\n`);
} else {
	const base = summaryOf(without);
	const kinds = KINDS.filter(({ resembles }) => resembles === undefined).length;
	process.stdout.write(`${base.questions / salts.length} questions about films, in ${salts.length === 1 ? 'one order' : `${salts.length} orders`}: ${kinds} kinds, each asked four times with other names in other words, and
${KINDS.length - kinds} look-alikes, each asked once, which the function of the kind they resemble would answer wrongly. The model's replies are
prepared; repository, prompts, type checker, sandbox and film server are the real ones. Prompt tokens are o200k.

CAREFUL MODEL: answers with a stored function only if its line in the prompt says that it does what is asked.

${reportOf(careful, base)}

${missedOf(careful)}

TEMPTED MODEL: answers with the first offered function that takes the names of the question, whatever it does. A person presses 👎 and Retry
below each wrong answer, at most twice; model calls and prompt tokens include the retries.

${reportOf(tempted, base)}
`);
}
