import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import { readUpload } from '../../../../adapters/discord/inbound/upload.ts';
import { MOST_UPLOAD_BYTES } from '../../../../adapters/shared/download-text.ts';
import { UserError } from '../../../../src/errors.ts';
import { serve } from '../../../toolset/http/local-server.ts';

const API = 'https://discord.com/api';

async function refused(reading: Promise<string>, words: RegExp): Promise<void> {
	await assert.rejects(reading, (error) => {
		assert.ok(error instanceof UserError, String(error));
		assert.equal(error.code, 'document');
		assert.match(error.userMessage, words);
		return true;
	});
}

describe('nothing but Discord is asked for a file', () => {
	for (const url of [
		'http://cdn.discordapp.com/ephemeral-attachments/1/2/a.json',
		'https://cdn.discordapp.com.evil.test/a',
		'https://cdn.discordapp.com@evil.test/a',
		'https://cdn.discordapp.com:8443/a',
		'https://discord.com.evil.test/a',
		'http://169.254.169.254/latest/meta-data',
		'file:///etc/hosts',
		'nothing',
		'',
	]) {
		test(url || 'no address', () => refused(readUpload({ url, size: 10 }, API), /Discord did not hand the file over\. Upload it again/));
	}

	test('nor where it sends the request on', async (context) => {
		const other = await serve((_request, response) => void response.end('{}'));
		const server = await serve((_request, response) => void response.writeHead(302, { location: `${other.origin}/b` }).end());
		context.after(() => Promise.all([other.close(), server.close()]));
		await refused(readUpload({ url: `${server.origin}/a`, size: 10 }, `${server.origin}/api`), /did not hand the file over/);
		assert.equal(other.requests.length, 0);
	});
});

describe('a file is read', { concurrency: true }, () => {
	const read = async (answer: (response: ServerResponse) => void, size = 10) => {
		const server = await serve((_request, response) => answer(response));
		try {
			const text = await readUpload({ url: `${server.origin}/attachments/1/2/a.json?ex=1`, size }, `${server.origin}/api`);
			return { text, requests: server.requests };
		} finally {
			await server.close();
		}
	};

	test('without a token, from the server that stands in for Discord', async () => {
		const { text, requests } = await read((response) => response.end('\ufeff{"a":"ü"}'));
		assert.equal(text, '{"a":"ü"}');
		assert.equal(requests[0]?.headers.authorization, undefined);
	});

	test('up to the limit, and no further, whatever its size is said to be', async () => {
		const { text } = await read((response) => response.end('a'.repeat(MOST_UPLOAD_BYTES)));
		assert.equal(text.length, MOST_UPLOAD_BYTES);
		let sent = 0;
		const flood = async (response: ServerResponse) => {
			response.setMaxListeners(0);
			const part = Buffer.alloc(1 << 20, 'a');
			while (!response.destroyed && sent < 64) {
				sent++;
				if (!response.write(part)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
			}
			response.end();
		};
		await refused(read(flood).then(String), /larger than 10 MB/);
		assert.ok(sent < 64, 'it was read to its end');
	});

	test('not at all when it is too large already', () =>
		refused(
			readUpload({ url: 'https://cdn.discordapp.com/a', size: MOST_UPLOAD_BYTES + 1 }, API),
			/larger than 10 MB, the most a form takes\. Give the address/,
		));

	test('or not, when it is not there', async () => {
		await refused(read((response) => response.writeHead(404).end('gone')).then(String), /did not hand the file over/);
		await refused(readUpload({ url: 'http://127.0.0.1:1/a', size: 1 }, 'http://127.0.0.1:1/api'), /did not hand the file over/);
	});
});
