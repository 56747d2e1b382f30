import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { consoleFolder, jsonLines, runConsole } from './console-process.ts';

const QUESTION = 'How many movies did Sofia Coppola direct?';

test('what is exported is saved, or given as JSON, and imported in another place by its path', async (context) => {
	const [folder, other] = [await consoleFolder(context), await consoleFolder(context)];
	const { code, output, errors } = await runConsole({ folder, input: `${QUESTION}\n/functions export\n` });
	assert.equal(code, 0, errors);
	const [, saved = ''] = /^ {2}Saved as (data.files.functions-console-local-[\d-]+\.json)$/m.exec(output) ?? [];
	assert.notEqual(saved, '', output);
	assert.ok(!output.includes('"countDirectedMovies"'), 'the file is not printed');
	const exported = await readFile(path.join(folder, saved), 'utf8');
	assert.match(JSON.stringify(JSON.parse(exported)), /countDirectedMovies/);

	const json = await runConsole({ folder, args: ['ask', '--json', '/functions export'] });
	const blocks = jsonLines(json.output)[0]?.blocks as readonly {
		readonly kind: string;
		readonly name?: string;
		readonly content?: string;
	}[];
	const block = blocks.find(({ kind }) => kind === 'file');
	assert.equal(block?.name, path.basename(saved));
	assert.match(block?.content ?? '', /countDirectedMovies/);

	const imported = await runConsole({ folder: other, input: `/functions import ${path.join(folder, saved)}\n/functions list\n` });
	assert.equal(imported.code, 0, imported.output);
	assert.match(imported.output, /countDirectedMovies/);
	for (const source of ['', ' nothing.json', ` ${path.join(other, 'notes.json')}`]) {
		await writeFile(path.join(other, 'notes.json'), 'Dear diary');
		const wrong = await runConsole({ folder: other, input: `/functions import${source}\n` });
		assert.equal(wrong.code, 1, `${source}: ${wrong.output}`);
		assert.match(wrong.output, /Not done\n {2}\S/);
	}
});

test('what cannot be saved was not done', async (context) => {
	const folder = await consoleFolder(context);
	assert.equal((await runConsole({ folder, input: `${QUESTION}\n` })).code, 0);
	await writeFile(path.join(folder, 'data', 'files'), 'a file where the folder should be');
	const { code, output } = await runConsole({ folder, args: ['ask', '/functions export'] });
	assert.equal(code, 1);
	assert.match(output, /functions-[\w-]+\.json could not be saved in data.files .*See to the folder, then try again\./);
});
