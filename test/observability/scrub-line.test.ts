import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import type { Logger } from 'pino';
import { UserError } from '../../src/errors.ts';
import { createLogger } from '../../src/log.ts';
import { scrubLine } from '../../src/observability/scrub-line.ts';
import { createScrubber } from '../../src/toolset/http/scrub.ts';

const SECRET = 'hunter2hunter2';

async function logged(write: (logger: Logger) => void): Promise<string> {
	let written = '';
	const destination = new Writable({
		write(chunk, _encoding, done) {
			written += chunk;
			done();
		},
	});
	write(await createLogger({ level: 'info', scrub: createScrubber([SECRET]), destination }));
	return written;
}

/** An error as libraries make them: what went out and came back stands in its properties. */
function richError(): Error {
	return Object.assign(new Error('refused'), {
		config: { headers: { authorization: `Bearer ${SECRET}` }, [SECRET]: true },
		response: { status: 401, body: [`no ${SECRET}`] },
	});
}

describe('a secret in an error', () => {
	const errors: readonly (readonly [where: string, error: unknown])[] = [
		['its message', new Error(`refused ${SECRET}`)],
		['its name', Object.assign(new Error('refused'), { name: SECRET })],
		['a cause of its cause', new Error('a', { cause: new Error('b', { cause: new Error(`c ${SECRET}`) }) })],
		['the cause of what people read', new UserError('network', 'It did not work.', { cause: new TypeError(`fetch ${SECRET}`) })],
		['a cause that is no error (left out)', new Error('a', { cause: { sent: SECRET } })],
		['one of several', new AggregateError([new Error('a'), new Error('b', { cause: new Error(SECRET) })], 'all failed')],
		['several in a cause (left out)', new Error('a', { cause: new AggregateError([new Error(SECRET)], 'b') })],
		['its properties', richError()],
		['the properties of its cause (left out)', new Error('a', { cause: richError() })],
		['a buffer of it', Object.assign(new Error('Parse Error'), { rawPacket: Buffer.from(`HTTP/1.1 200\r\nx-key: ${SECRET}\r\n`) })],
		['bytes of it', Object.assign(new Error('a'), { body: new Uint8Array(Buffer.from(`key=${SECRET}`)) })],
		['a text that was thrown', `refused ${SECRET}`],
	];
	for (const [where, error] of errors) {
		test(`in ${where} does not reach the log`, async () => {
			const written = await logged((logger) => logger.error({ err: error }, 'it failed'));
			assert.doesNotMatch(written, /hunter2/);
			assert.ok(!written.includes(Buffer.from(SECRET).join(',')), 'as numbers');
			assert.equal(JSON.parse(written).msg, 'it failed');
			// What pino leaves out of a line cannot be told by it.
			if (!where.endsWith('(left out)')) assert.match(written, /\[secret\]/);
		});
	}

	test('in an error that refers to itself does not either', async () => {
		const error = Object.assign(new Error(SECRET), { self: {} });
		error.self = error;
		error.cause = error;
		assert.doesNotMatch(await logged((logger) => logger.error({ err: error })), /hunter2/);
	});

	test('in an error given instead of a line does not either', async () => {
		assert.doesNotMatch(await logged((logger) => logger.error(new Error(SECRET, { cause: richError() }))), /hunter2/);
	});
});

describe('bytes', () => {
	const scrub = createScrubber([SECRET]);
	const line = (value: unknown) => JSON.parse(scrubLine(JSON.stringify({ value }), scrub)).value;

	test('are shown as text', () => {
		assert.equal(line(Buffer.from('GET / HTTP/1.1')), 'GET / HTTP/1.1');
		assert.equal(line(Buffer.from(`x-key: ${SECRET}`)), 'x-key: [secret]');
	});

	test('what only looks like them stays', () => {
		for (const value of [{ 0: 'a' }, { 0: 256 }, { 0: -1 }, { type: 'Buffer', data: 'x' }, {}, [1, 2], { type: 'Buffer', data: [] }]) {
			assert.deepEqual(line(value), JSON.parse(JSON.stringify(value)));
		}
	});
});
