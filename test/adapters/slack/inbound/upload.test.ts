import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import { WebClient } from '@slack/web-api';
import { MOST_UPLOAD_BYTES } from '../../../../adapters/shared/download-text.ts';
import { readUpload } from '../../../../adapters/slack/inbound/upload.ts';
import { addToolsetView } from '../../../../adapters/slack/views/add-toolset.ts';
import { UserError } from '../../../../src/errors.ts';
import { serve } from '../../../toolset/http/local-server.ts';
import { createWorld } from '../outbound/outbound-fixture.ts';

const TOKEN = 'xoxb-T1';

interface Scene {
	readonly file: object;
	/** Of Slack's API; of the file server unless told. */
	readonly apiUrl?: string;
	readonly answer?: (response: ServerResponse) => void;
}

/** Reads a file of which Slack tells this; `{here}` stands for the server that has it. */
async function read({ file, apiUrl, answer = (response) => response.end('{}') }: Scene) {
	await using world = await createWorld();
	const tokens: (string | undefined)[] = [];
	const server = await serve(({ headers }, response) => {
		tokens.push(headers.authorization);
		answer(response);
	});
	try {
		world.api.answer('files.info', { file: JSON.parse(JSON.stringify(file).replaceAll('{here}', server.origin)) });
		const clientOf = async () => new WebClient(TOKEN, { slackApiUrl: apiUrl ?? `${server.origin}/api/` });
		const outcome = await readUpload('T1', 'F1', { outbound: world.outbound, access: { clientOf } }).catch((error: unknown) => error);
		return { outcome, tokens };
	} finally {
		await server.close();
	}
}

function refused(outcome: unknown, words: RegExp): void {
	assert.ok(outcome instanceof UserError, String(outcome));
	assert.equal(outcome.code, 'document');
	assert.match(outcome.userMessage, words);
}

describe('the token goes nowhere but to Slack', { concurrency: 4 }, () => {
	const files: readonly (readonly [what: string, file: object, words: RegExp])[] = [
		['an external file', { is_external: true, url_private: '{here}/a' }, /outside Slack/],
		['an external file by its mode', { mode: 'external', url_private: '{here}/a' }, /outside Slack/],
		['no address', { name: 'a' }, /did not hand the file over/],
	];
	for (const [what, file, words] of files) {
		test(what, async () => {
			const { outcome, tokens } = await read({ file });
			refused(outcome, words);
			assert.deepEqual(tokens, []);
		});
	}

	test('an address of another server', async () => {
		const { outcome, tokens } = await read({ file: { url_private: '{here}/a' }, apiUrl: 'https://slack.com/api/' });
		refused(outcome, /did not hand the file over/);
		assert.deepEqual(tokens, []);
	});

	for (const address of [
		'http://files.slack.com/a',
		'https://files.slack.com.evil.test/a',
		'https://files.slack.com@evil.test/a',
		'nothing',
		'file:///etc/hosts',
	]) {
		test(address, async () => refused((await read({ file: { url_private: address } })).outcome, /did not hand the file over/));
	}

	test('a server that sends it on', async () => {
		const elsewhere: (string | undefined)[] = [];
		const other = await serve(({ headers }, response) => {
			elsewhere.push(headers.authorization);
			response.end('{}');
		});
		const answer = (response: ServerResponse) => response.writeHead(302, { location: `${other.origin}/b` }).end();
		refused((await read({ file: { url_private: '{here}/a' }, answer })).outcome, /did not hand the file over/);
		assert.deepEqual(elsewhere, []);
		await other.close();
	});
});

describe('a file is read', { concurrency: 4 }, () => {
	test('with the token, from the server of the API', async () => {
		const file = { name: 'things.json', size: 9, url_private: '{here}/other', url_private_download: '{here}/a' };
		const { outcome, tokens } = await read({ file, answer: (response) => response.end('\ufeff{"a":"ü"}') });
		assert.deepEqual(outcome, { name: 'things.json', text: '{"a":"ü"}' });
		assert.deepEqual(tokens, [`Bearer ${TOKEN}`]);
	});

	test('no further than the limit, whatever its size is said to be', async () => {
		let sent = 0;
		const answer = async (response: ServerResponse) => {
			response.setMaxListeners(0);
			const part = Buffer.alloc(1 << 20, 'a');
			while (!response.destroyed && sent < 64) {
				sent++;
				if (!response.write(part)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
			}
			response.end();
		};
		refused((await read({ file: { size: 10, url_private: '{here}/a' }, answer })).outcome, /larger than 10 MB/);
		assert.ok(sent < 64, 'it was read to its end');
	});

	test('up to the limit, which the form tells', async () => {
		const most = 'a'.repeat(MOST_UPLOAD_BYTES);
		const { outcome } = await read({ file: { name: 'a', url_private: '{here}/a' }, answer: (response) => response.end(most) });
		assert.equal((outcome as { text: string }).text.length, MOST_UPLOAD_BYTES);
		refused((await read({ file: { size: MOST_UPLOAD_BYTES + 1, url_private: '{here}/a' } })).outcome, /larger than 10 MB/);
		assert.match(JSON.stringify(addToolsetView()), /up to 10 MB/);
	});

	test('or not, when it is not there', async () => {
		const answer = (response: ServerResponse) => response.writeHead(404).end('gone');
		refused((await read({ file: { url_private: '{here}/a' }, answer })).outcome, /did not hand the file over/);
	});
});
