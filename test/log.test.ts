import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { createLogger } from '../src/log.ts';
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
