import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { type Fixture, openFixture, type Script, WORKSPACE } from './fixture.ts';
import { openNext } from './things.ts';

const BYTES = Buffer.from([37, 80, 68, 70, 0, 255, 10]);
const HANDLE = { name: 'may.pdf', mediaType: 'application/pdf', bytes: BYTES.length };
const QUESTION = 'Give me the report of May.';
const SCAFFOLD = "async function report(): Promise<FileHandle> {}\nconst file = await report();\nreturn answer('Here it is.', file);";
const program = (body: string) =>
	`async function report(): Promise<FileHandle> {\n${body}\n}\nconst file = await report();\nreturn answer('Here it is.', file);`;
const replies = (code: string): Script => ({ scaffold: [SCAFFOLD], plan: [code], implement: [code] });

/** Reports that can be fetched and handed in; `GET /slow` is answered when it is released. */
async function openReports(
	context: TestContext,
): Promise<{ bot: Fixture; requests: string[]; uploads: Buffer[]; release: () => void; slow: Promise<void> }> {
	const requests: string[] = [];
	const uploads: Buffer[] = [];
	const released = Promise.withResolvers<void>();
	const slow = Promise.withResolvers<void>();
	const server = createServer(async (incoming, response) => {
		requests.push(`${incoming.method} ${incoming.url}`);
		const chunks: Buffer[] = [];
		for await (const chunk of incoming) chunks.push(chunk as Buffer);
		if (incoming.url === '/slow') {
			slow.resolve();
			await released.promise;
		}
		if (incoming.method === 'PUT') uploads.push(Buffer.concat(chunks));
		if (incoming.url === '/reports/may') response.setHeader('content-disposition', 'attachment; filename=may.pdf');
		response.setHeader('content-type', incoming.url === '/reports/may' ? 'application/pdf' : 'application/json');
		response.end(incoming.url === '/reports/may' ? BYTES : '{"ok":true}');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const bot = await openFixture();
	context.after(async () => {
		released.resolve();
		await bot.close();
		server.close();
	});
	const json = { 200: { description: '', content: { 'application/json': { schema: { type: 'object' } } } } };
	const document = {
		openapi: '3.1.0',
		info: { title: 'Reports' },
		servers: [{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }],
		paths: {
			'/reports/may': { get: { operationId: 'getReport', responses: { 200: { description: '', content: { 'application/pdf': {} } } } } },
			'/archive': { put: { operationId: 'archive', requestBody: { required: true, content: { 'application/pdf': {} } }, responses: json } },
			'/slow': { get: { operationId: 'getSlow', responses: json } },
		},
	};
	await bot.services.catalogue.add(
		{ workspaceId: WORKSPACE, name: 'reports', source: 'reports.json', addedAt: '2026-01-01', addedBy: 'test' },
		JSON.stringify(document),
	);
	return { bot, requests, uploads, release: released.resolve, slow: slow.promise };
}

describe('a file', () => {
	test('is answered by its handle, handed in with its bytes, and explained to the model', async (context) => {
		const { bot, uploads } = await openReports(context);
		const code = program('  const file = await reports.getReport();\n  await reports.archive({ body: file });\n  return file;');
		const asked = await bot.ask(QUESTION, replies(code), { allowWrites: true });
		assert.equal(asked.end.type, 'result', JSON.stringify(asked.end));
		const { file, ...shown } = (asked.end.type === 'result' ? asked.end.value : {}) as { file: string };
		assert.deepEqual(shown, HANDLE);
		assert.match(file, /^[0-9a-f]{16}$/);
		assert.deepEqual(uploads, [BYTES]);
		const prompt = asked.requests.find(({ stage }) => stage === 'implement')?.messages.at(-1)?.content ?? '';
		assert.match(prompt, /reports\.getReport\(\): Promise<FileHandle>/);
		assert.match(prompt, /reports\.archive\(args: \{ body: string \| FileHandle/);
		assert.match(prompt, /FileHandle: a file as/);
	});

	test('that was fetched before a crash is there for the rest of the run', async (context) => {
		const { bot, requests, uploads, release, slow } = await openReports(context);
		const code = program(
			'  const file = await reports.getReport();\n  await reports.getSlow();\n  await reports.archive({ body: file });\n  return file;',
		);
		void bot.ask(QUESTION, replies(code));
		await slow;
		await bot.leave();
		release();
		const next = await openNext(context, bot);
		const { ends } = await next.resume({}, { confirm: () => true });
		assert.equal(ends[0]?.type, 'result', JSON.stringify(ends[0]));
		assert.deepEqual(uploads, [BYTES]);
		assert.equal(requests.filter((request) => request === 'GET /reports/may').length, 1);
	});

	test('is gone when the run is closed, and means nothing in another', async (context) => {
		const { bot, uploads } = await openReports(context);
		const first = await bot.ask(QUESTION, replies(program('  return await reports.getReport();')));
		const value = first.end.type === 'result' ? first.end.value : null;
		for await (const [key] of bot.services.storage.records('run-files').entries()) assert.fail(`${key} is left`);
		const reuse = program(
			`  await reports.archive({ body: ${JSON.stringify(value)} as FileHandle });\n  return await reports.getReport();`,
		);
		const repaired = program('  return await reports.getReport();');
		const second = await bot.ask('And once more?', { ...replies(reuse), reflect: [repaired] }, { allowWrites: true });
		assert.match(JSON.stringify(second.requests.at(-1)?.messages), /is no file of this run/);
		assert.deepEqual(uploads, []);
	});
});
