import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { consoleFolder, jsonLines, runConsole } from './console-process.ts';

const QUESTION = 'How many movies did Sofia Coppola direct?';
const WRITE = 'Put Arrival on my watchlist.';

describe('functions that are called at the console', () => {
	test('what cannot be called is told, and the status says so', async (context) => {
		const folder = await consoleFolder(context);
		const lines = [
			QUESTION,
			'/functions run nothing',
			'/functions run countDirectedMovies',
			'/functions run countDirectedMovies directorName=a b',
		];
		const { code, output } = await runConsole({ folder, input: `${lines.join('\n')}\n` });
		assert.equal(code, 1);
		for (const part of [
			'There is no stored function named nothing',
			'`directorName` is missing.',
			'For example: /functions run',
			'`b` is one too many',
		])
			assert.ok(output.includes(part), `${part} is missing in:\n${output}`);
	});

	test('the result is shown as an answer is', async (context) => {
		const folder = await consoleFolder(context);
		const { code, output, errors } = await runConsole({ folder, input: `${QUESTION}\n/functions run countDirectedMovies Greta Gerwig\n` });
		assert.equal(code, 0, errors + output);
		assert.match(
			output,
			/Reuse of countDirectedMovies\n\s+return await countDirectedMovies\('Greta Gerwig'\);\n[\s\S]+Result\n {2}countDirectedMovies\('Greta Gerwig'\): 4\n.*0 model calls/,
		);
		const { output: json } = await runConsole({ folder, args: ['ask', '--json', '/functions run countDirectedMovies “Sofia Coppola”'] });
		assert.partialDeepStrictEqual(
			jsonLines(json).find(({ type }) => type === 'result'),
			{ value: 8, totals: { modelCalls: 0 } },
		);
	});

	test('its writes go out as the console was started, and not without', async (context) => {
		const folder = await consoleFolder(context);
		const asked = await runConsole({ folder, args: ['ask', '--allow-writes', WRITE] });
		assert.equal(asked.code, 0, asked.output);
		const call = '/functions run addMovieToWatchlist Her';
		const refused = await runConsole({ folder, args: ['ask', call] });
		assert.deepEqual([refused.code, /which changes data, and nobody is here to approve it/.test(refused.output)], [1, true]);
		const dry = await runConsole({ folder, args: ['ask', '--dry-run', call] });
		assert.match(dry.output, /Dry run: nothing was changed\. The program would make this call\./);
		const allowed = await runConsole({ folder, args: ['ask', '--allow-writes', call] });
		assert.equal(allowed.code, 0, allowed.output);
		assert.match(allowed.output, /addMovieToWatchlist\('Her'\): /);
	});
});
