import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Logger } from 'pino';
import { readConfig } from '../src/config.ts';
import { createLogger, secretsOf } from '../src/log.ts';
import { createScrubber, type Scrubber } from '../src/toolset/http/scrub.ts';

test('no secret reaches the log, wherever it stands in a line', async () => {
	let written = '';
	const destination = new Writable({
		write(chunk, _encoding, done) {
			written += chunk;
			done();
		},
	});
	const logger = await createLogger({ level: 'info', scrub: createScrubber(['hunter2hunter2']), destination });
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
	const secrets = secretsOf({
		model,
		databaseUrl: 'redis://bot:p%40ss%zz@db.test',
		toolsetSecrets: new Map([['CRM', { value: 'crm-token' }]]),
	});
	assert.deepEqual(secrets, ['sk-key', 'crm-token', 'p%40ss%zz', 'proxy%20word', 'proxy word']);
	assert.deepEqual(
		secretsOf({ model: { ...model, apiKey: undefined, baseUrl: undefined }, databaseUrl: 'nonsense', toolsetSecrets: new Map() }),
		[],
	);
});

test('every setting of Slack that is a secret is one, in both modes', () => {
	const socket = { SLACK_BOT_TOKEN: 'xoxb-bot', SLACK_APP_TOKEN: 'xapp-app' };
	assert.deepEqual(secretsOf(readConfig(socket)), ['xapp-app', 'xoxb-bot']);
	const http = {
		SLACK_SIGNING_SECRET: 'signing',
		SLACK_CLIENT_ID: 'id',
		SLACK_CLIENT_SECRET: 'client',
		ENCRYPTION_KEY: 'k'.repeat(32),
	};
	assert.deepEqual(new Set(secretsOf(readConfig(http))), new Set(['k'.repeat(32), 'signing', 'client']));
	assert.deepEqual(secretsOf(readConfig({ ENCRYPTION_KEY: 'k'.repeat(32) })), ['k'.repeat(32)]);
});

test('the token of Discord is a secret', () => {
	assert.deepEqual(secretsOf(readConfig({ DISCORD_TOKEN: 'MTIz.abc.def' })), ['MTIz.abc.def']);
});

test('tokens of interactions of Discord are told by their form and by their addresses', async () => {
	const token = `${Buffer.from('interaction:123456789012345678:secret').toString('base64')}`;
	const written = await logged(createScrubber([]), (logger) => {
		logger.info({ url: `https://discord.com/api/v10/webhooks/123456789012345678/${token}/messages/@original` }, `token ${token}`);
		logger.info({ url: 'https://discord.com/api/v10/interactions/123456789012345678/another.token-of-another_form/callback' });
		logger.info({ url: 'https://discord.com/api/v10/channels/123456789012345678/messages' });
	});
	assert.ok(!written.includes(token) && !written.includes('another.token'));
	assert.match(written, /webhooks\/123456789012345678\/\[secret\]\/messages/);
	assert.match(written, /channels\/123456789012345678\/messages/);
});

async function logged(scrub: Scrubber, write: (logger: Logger) => void): Promise<string> {
	let written = '';
	const destination = new Writable({
		write(chunk, _encoding, done) {
			written += chunk;
			done();
		},
	});
	write(await createLogger({ level: 'info', scrub, destination }));
	return written;
}

test('tokens of Slack that no setting knows are told by their form', async () => {
	const tokens = [
		...['xoxb-123456789012-abcDEF', 'xoxp-1-2-3-4f', 'xoxe-1-My0xLTEyMzQ1Njc4OTA=', 'xoxe.xoxp-1-Mi0yLTEyMzQ1', 'XOXS-1234-abcd'],
		'xapp-1-A0123-456-789abcdef',
	];
	const written = await logged(createScrubber([]), (logger) => {
		for (const token of tokens) logger.info({ headers: { authorization: `Bearer ${token}` }, [token]: 1 }, `sent "${token}".`);
		logger.info(
			{ url: 'https://hooks.slack.com/commands/T0123/456/abcDEF' },
			'wss://wss-primary.slack.com/link/?app_id=A1&ticket=1234-abcd-5678',
		);
		logger.info('xox-ray and xapp are words, https://slack.com/api/chat.postMessage is an address');
	});
	for (const token of tokens) assert.ok(!written.includes(token), token);
	assert.doesNotMatch(written, /1234|abcd|My0x|456/i);
	assert.match(written, /hooks\.slack\.com\/commands\/\[secret\]/);
	assert.match(written, /xox-ray and xapp are words, https:\/\/slack\.com\/api\/chat\.postMessage is an address/);
	for (const line of written.trim().split('\n')) JSON.parse(line);
});

test('a secret that looks like a part of a line does not break it', async () => {
	const written = await logged(createScrubber(['","msg":"', 'pass"word', '{"level":']), (logger) =>
		logger.info({ a: 'b' }, 'said pass"word'),
	);
	assert.deepEqual([JSON.parse(written).a, JSON.parse(written).msg], ['b', 'said [secret]']);
});

test('on a terminal no control character of an API reaches it', async () => {
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
	const logger = await createLogger({ level: 'info', scrub: createScrubber([]), destination: terminal });
	logger.info({ path: 'C:\\bin\\report' }, 'said \u001b[2J\u009b31m\rover\u0007');
	assert.match(written, /said \[2J31mover/);
	assert.match(written, /C:(\\)+bin(\\)+report/);
	assert.doesNotMatch(stripVTControlCharacters(written), /[^\P{Cc}\n]/u);
});
