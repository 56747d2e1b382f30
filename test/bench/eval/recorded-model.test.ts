import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { ModelMissing } from '../../../bench/eval/outage.ts';
import { recordedRun, recordTo, replayFrom } from '../../../bench/eval/recorded-model.ts';
import { ask, completionBody, errorBody, quickClient, sendJson, startServer } from '../../model/model-server.ts';

/** Nothing is there. */
const GONE = 'http://127.0.0.1:1/api/v1';

async function temporaryFile(context: TestContext): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-eval-'));
	context.after(() => rm(folder, { recursive: true, force: true }));
	return path.join(folder, 'tapes', 'recording.jsonl');
}

const saying = (content: string) => ask({ messages: [{ role: 'user', content }] });

/** Records these texts, each as a task of its own; replies count up. */
async function record(context: TestContext, file: string, texts: readonly string[]): Promise<void> {
	const server = await startServer(context, (response, index) => sendJson(response, 200, completionBody(`reply ${index}`)));
	const tape = await recordTo(file, 'run-1', server.baseUrl);
	const model = tape.model(quickClient(server.baseUrl, { fetch: tape.fetch }));
	for (const text of texts) {
		await model.complete(saying(text));
		await tape.keep([saying(text)]);
	}
}

async function replayed(file: string) {
	const tape = await replayFrom(file, GONE);
	const model = tape.model(quickClient(GONE, { fetch: tape.fetch }));
	return { tape, say: async (text: string) => (await model.complete(saying(text))).text };
}

test('a recording that is missing, or something else, is named', async (context) => {
	const file = await temporaryFile(context);
	await assert.rejects(replayFrom(file, GONE), /There is no recording .*Make one with --record/);
	await record(context, file, []);
	await writeFile(file, '{"a":1}\n');
	await assert.rejects(replayFrom(file, GONE), /is no recording of this program/);
	await assert.rejects(recordTo(file, 'run-1', GONE), /is no recording of this program/);
});

test('a recording of another run is not mixed with this one', async (context) => {
	const file = await temporaryFile(context);
	assert.equal(await recordedRun(file), undefined);
	await record(context, file, ['a']);
	assert.equal(await recordedRun(file), 'run-1');
	await assert.rejects(recordTo(file, 'run-2', GONE), /recording of another run/);
});

test('a request that is not recorded is refused with what differs, and asks nobody again', async (context) => {
	const file = await temporaryFile(context);
	await record(context, file, ['Count the films of 1999.', 'Something else']);
	const { say } = await replayed(file);
	await assert.rejects(say('Count the films of 2001.'), (error) => {
		assert.ok(error instanceof ModelMissing);
		assert.match(error.message, /messages\.0\.content: "Count the films of 1999\." was recorded, "Count the films of 2001\." is asked/);
		return true;
	});
});

test('another model is another request', async (context) => {
	const file = await temporaryFile(context);
	await record(context, file, ['a']);
	const tape = await replayFrom(file, GONE);
	const model = tape.model(quickClient(GONE, { fetch: tape.fetch, model: 'm2' }));
	await assert.rejects(model.complete(saying('a')), /differs in model: "m1" was recorded, "m2" is asked/);
});

test('equal requests are answered in their recorded order, then as the last time', async (context) => {
	const file = await temporaryFile(context);
	await record(context, file, ['a', 'b', 'a']);
	const { say, tape } = await replayed(file);
	assert.equal(tape.run, 'run-1');
	assert.deepEqual([await say('a'), await say('a'), await say('a'), await say('b')], ['reply 0', 'reply 2', 'reply 2', 'reply 1']);
});

test('what was answered before a replay stopped is not answered again', async (context) => {
	const file = await temporaryFile(context);
	await record(context, file, ['a', 'a']);
	const { say, tape } = await replayed(file);
	tape.skip([saying('a')]);
	assert.equal(await say('a'), 'reply 1');
});

test('what a server refuses of a request is replayed, too', async (context) => {
	const file = await temporaryFile(context);
	const server = await startServer(context, (response, _index, { body }) =>
		'temperature' in body
			? sendJson(response, 400, errorBody('no temperature here', { param: 'temperature' }))
			: sendJson(response, 200, completionBody('warm')),
	);
	const tape = await recordTo(file, 'run-1', server.baseUrl);
	await tape.model(quickClient(server.baseUrl, { fetch: tape.fetch })).complete(saying('a'));
	await tape.keep([saying('a')]);
	assert.equal(await (await replayed(file)).say('a'), 'warm');
});

test('outages, and tasks that came to no end, are not recorded', async (context) => {
	const file = await temporaryFile(context);
	const server = await startServer(context, (response, index) =>
		index === 0 ? sendJson(response, 503, errorBody('busy')) : sendJson(response, 200, completionBody('reply')),
	);
	const tape = await recordTo(file, 'run-1', server.baseUrl);
	const model = tape.model(quickClient(server.baseUrl, { fetch: tape.fetch }));
	await model.complete(saying('kept'));
	await model.complete(saying('cut off'));
	await tape.keep([saying('kept')]);
	const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
	assert.equal(lines.length, 2);
	assert.match(lines[1] ?? '', /kept/);
});

test('a recording goes on behind a line that a kill cut off', async (context) => {
	const file = await temporaryFile(context);
	await record(context, file, ['a']);
	await appendFile(file, '{"request":"12');
	assert.equal(await (await replayed(file)).say('a'), 'reply 0');
	await record(context, file, ['b']);
	const { say } = await replayed(file);
	assert.deepEqual([await say('a'), await say('b')], ['reply 0', 'reply 0']);
});
