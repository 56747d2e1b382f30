import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { createLogger, secretsOf } from '../src/log.ts';
import { createScrubber } from '../src/toolset/http/scrub.ts';

test('no secret reaches the log, wherever it stands in a line', () => {
	let written = '';
	const destination = new Writable({
		write(chunk, _encoding, done) {
			written += chunk;
			done();
		},
	});
	const logger = createLogger({ level: 'info', scrub: createScrubber(['hunter2hunter2']), destination });
	logger.info({ url: 'https://x.test/?key=hunter2hunter2' }, 'sent hunter2hunter2');
	logger.error({ err: new Error('refused hunter2hunter2', { cause: new Error('hunter2hunter2') }) }, 'failed');
	assert.doesNotMatch(written, /hunter2/);
	assert.equal(written.trim().split('\n').length, 2);
	for (const line of written.trim().split('\n')) assert.equal(typeof JSON.parse(line).time, 'string');
});

test('the secrets of a configuration are its keys and the passwords inside its addresses', () => {
	const model = {
		apiKey: 'sk-key',
		baseUrl: 'https://me:proxy%20word@llm.test/v1',
		name: 'm',
		timeoutMs: 1,
		concurrency: 1,
		configured: true,
	};
	const secrets = secretsOf({ model, databaseUrl: 'redis://bot:p%40ss%zz@db.test', toolsetSecrets: new Map([['CRM', 'crm-token']]) });
	assert.deepEqual(secrets, ['sk-key', 'crm-token', 'p%40ss%zz', 'proxy%20word', 'proxy word']);
	assert.deepEqual(
		secretsOf({ model: { ...model, apiKey: undefined, baseUrl: undefined }, databaseUrl: 'nonsense', toolsetSecrets: new Map() }),
		[],
	);
});

test('on a terminal no control character of an API reaches it', () => {
	let written = '';
	const terminal = Object.assign(
		new Writable({
			write(chunk, _encoding, done) {
				written += chunk;
				done();
			},
		}),
		{ isTTY: true },
	);
	const logger = createLogger({ level: 'info', scrub: createScrubber([]), destination: terminal });
	logger.info({ path: 'C:\\bin\\report' }, 'said \u001b[2J\u009b31m\rover\u0007');
	assert.match(written, /said \[2J31mover/);
	assert.match(written, /C:(\\)+bin(\\)+report/);
	assert.doesNotMatch(stripVTControlCharacters(written), /[^\P{Cc}\n]/u);
});
