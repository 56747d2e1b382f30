import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { createScript } from '../../../adapters/console/piped.ts';
import { createFileSaver, filesFolder, saveReplyFiles } from '../../../adapters/console/save-files.ts';
import { newSession } from '../../../adapters/console/session.ts';
import { UserError } from '../../../src/errors.ts';
import { createRunFiles } from '../../../src/runs/files.ts';
import { openStorage } from '../../../src/storage/open.ts';
import { resultOf, run } from '../shared/run.ts';
import { openFolder } from './console-session.ts';

async function open(context: TestContext) {
	const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	context.after(() => storage.close());
	const folder = path.join(await openFolder(context), 'files');
	const files = createRunFiles(storage);
	const put = async (name: string, content: string, runId = run.id) => ({
		...(await files.of(runId).put({ name, mediaType: 'text/plain', content: Buffer.from(content) })),
	});
	return { folder, files, put, save: createFileSaver(files, folder), own: path.join(folder, run.id) };
}

const pathsOf = (saved: readonly object[]) => saved.map((file) => ('path' in file ? file.path : file));

describe('the files of an answer', () => {
	test('are not saved when it names none, has none of its own, or is no answer; nothing is made on disk for them', async (context) => {
		const { save, put, files, folder } = await open(context);
		const foreign = await put('theirs.txt', 'x', 'other-run');
		assert.deepEqual(await save(run, resultOf([1, 'may.txt'])), []);
		assert.deepEqual(await save(run, resultOf(foreign)), []);
		assert.deepEqual(await save(run, { type: 'status', text: 'files' }), []);
		const gone = await put('may.txt', 'May');
		await files.discard(run.id);
		assert.deepEqual(await save(run, resultOf(gone)), []);
		await assert.rejects(stat(folder), { code: 'ENOENT' });
	});

	test('are saved under their names, for their owner alone, each once', async (context) => {
		const { save, put, own } = await open(context);
		const may = await put('may.txt', 'May');
		const saved = await save(run, resultOf([may, { again: may }]));
		assert.deepEqual(saved, [{ file: may.file, name: 'may.txt', path: path.join(own, 'may.txt') }]);
		assert.equal(await readFile(path.join(own, 'may.txt'), 'utf8'), 'May');
		assert.equal((await stat(path.join(own, 'may.txt'))).mode & 0o077, 0);
	});

	test('are never written outside of the folder', async (context) => {
		const { save, put, folder, own } = await open(context);
		for (const name of ['../../out.txt', '/etc/out.txt', '..', '%2e%2e%2fout.txt', 'a\\..\\out.txt', '.']) {
			const [saved] = pathsOf(await save(run, resultOf(await put(name, name))));
			assert.equal(path.dirname(String(saved)), own, name);
		}
		assert.deepEqual(await readdir(path.dirname(folder)), ['files']);
		assert.deepEqual(await readdir(folder), [run.id]);
	});

	test('overwrite nothing: another file of the name gets a number, and the same one is not saved twice', async (context) => {
		const { save, put, own, folder } = await open(context);
		await mkdir(own, { recursive: true });
		await writeFile(path.join(own, 'may.txt'), 'mine');
		await writeFile(path.join(folder, 'target'), 'mine, too');
		await symlink(path.join(folder, 'target'), path.join(own, 'june.txt'));
		const files = [await put('may.txt', 'May'), await put('may.txt', 'May 2'), await put('june.txt', 'June')];
		const expected = ['may-2.txt', 'may-3.txt', 'june-2.txt'].map((name) => path.join(own, name));
		for (const _ of [1, 2]) assert.deepEqual(pathsOf(await save(run, resultOf(files))), expected);
		assert.equal(await readFile(path.join(own, 'may.txt'), 'utf8'), 'mine');
		assert.equal(await readFile(path.join(folder, 'target'), 'utf8'), 'mine, too');
	});

	test('that cannot be saved are told with the reason, and the others are saved', async (context) => {
		const { put, files, folder } = await open(context);
		await writeFile(folder, 'a file where the folder should be');
		const saved = await createFileSaver(files, folder)(run, resultOf(await put('may.txt', 'May')));
		assert.match(JSON.stringify(saved), /"name":"may\.txt","problem":"[^"]*(?:ENOTDIR|EEXIST)/);
		assert.equal(await readFile(folder, 'utf8'), 'a file where the folder should be');
	});

	for (const json of [false, true]) {
		test(`are told with their paths${json ? ' (JSON)' : ''}`, async (context) => {
			const { save, put, own, folder } = await open(context);
			const output = new PassThrough();
			const { conversation } = await createScript({ output, errors: output, saveFiles: save, filesFolder: folder, json });
			const may = await put('may.txt', 'May');
			await conversation(newSession())?.show(run, resultOf(may), 0);
			output.end();
			const said = await text(output);
			const file = path.join(own, 'may.txt');
			if (json) assert.deepEqual(JSON.parse(said.trim().split('\n').at(-1) ?? '').files, [{ file: may.file, name: 'may.txt', path: file }]);
			else assert.match(said, new RegExp(`may\\.txt \\(3 bytes\\)\\n[\\s\\S]*\\n {2}saved as ${file}\\n$`));
		});
	}
});

describe('the files of a reply', () => {
	const file = (name: string, content: string) => ({ kind: 'file', name, mediaType: 'application/json', content }) as const;
	const words = { kind: 'text', text: 'Exported.' } as const;

	test('are saved, and told with their paths in their place', async (context) => {
		const folder = path.join(await openFolder(context), 'files');
		const saved = path.join(folder, 'functions.json');
		for (const _ of [1, 2]) {
			const reply = await saveReplyFiles([words, file('functions.json', '{"a":"é"}')], folder);
			assert.deepEqual(reply, [words, { kind: 'text', text: `Saved as ${saved}` }]);
		}
		assert.equal(await readFile(saved, 'utf8'), '{"a":"é"}');
		assert.equal((await stat(saved)).mode & 0o077, 0);
		assert.deepEqual(await readdir(folder), ['functions.json']);
	});

	test('overwrite nothing, and stay within the folder', async (context) => {
		const folder = await openFolder(context);
		const reply = await saveReplyFiles([file('a.json', '1'), file('a.json', '2'), file('../../b.json', '3'), file('..', '4')], folder);
		const expected = ['a.json', 'a-2.json', 'b.json', 'file.json'].map((name) => `Saved as ${path.join(folder, name)}`);
		assert.deepEqual(
			reply.map((block) => block.kind === 'text' && block.text),
			expected,
		);
	});

	test('that cannot be saved are an error with the reason', async (context) => {
		const folder = path.join(await openFolder(context), 'files');
		await writeFile(folder, 'a file where the folder should be');
		const told = /^functions\.json could not be saved in .*files \((?:ENOTDIR|EEXIST).*\)\. See to the folder, then try again\.$/;
		await assert.rejects(saveReplyFiles([file('functions.json', '1')], folder), (error) => {
			assert.ok(error instanceof UserError && error.code === 'storage');
			assert.match(error.userMessage, told);
			return true;
		});
	});
});

test('they are beside the database, where that is a file', () => {
	assert.equal(filesFolder('sqlite://data/toolcoder.sqlite'), 'data/files');
	assert.equal(filesFolder('sqlite:///var/lib/bot/bot.sqlite'), '/var/lib/bot/files');
	assert.equal(filesFolder('sqlite://bot.sqlite'), 'files');
	for (const elsewhere of ['sqlite://:memory:', 'redis://localhost:6379/0']) assert.equal(filesFolder(elsewhere), 'data/files');
});
