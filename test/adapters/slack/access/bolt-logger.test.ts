import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LogLevel } from '@slack/logger';
import { pino } from 'pino';
import { createBoltLogger } from '../../../../adapters/slack/access/bolt-logger.ts';

function record(level: string) {
	const lines: Record<string, unknown>[] = [];
	const logger = createBoltLogger(pino({ level }, { write: (line: string) => lines.push(JSON.parse(line)) }));
	return { lines, logger };
}

describe("the log of Slack's libraries", () => {
	it('goes into the log of this process', () => {
		const { lines, logger } = record('info');
		logger.warn('a socket %s', 'closed', { retries: 2 });
		logger.error(new Error('broken'), 'again');
		logger.info('');
		assert.deepEqual(
			lines.map(({ level, msg }) => [level, msg]),
			[
				[40, 'a socket closed { retries: 2 }'],
				[50, 'broken again'],
				[30, ''],
			],
		);
		assert.match(JSON.stringify(lines[1]?.err), /broken/);
	});

	it('holds whole messages in its debug lines only, which count as traces', () => {
		const { lines, logger } = record('debug');
		logger.debug('http request body: {"text":"private"}');
		assert.deepEqual(lines, []);
	});

	it('keeps the level of this process', () => {
		for (const [level, expected] of [
			['trace', LogLevel.DEBUG],
			['debug', LogLevel.INFO],
			['warn', LogLevel.WARN],
			['silent', LogLevel.ERROR],
		] as const) {
			const { logger } = record(level);
			logger.setLevel(LogLevel.DEBUG);
			logger.setName('web-api');
			assert.equal(logger.getLevel(), expected);
		}
	});
});
