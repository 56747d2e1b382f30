import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig } from '../../src/config.ts';

const problemsOf = (environment: Record<string, string>) => {
	try {
		readConfig(environment);
		return '';
	} catch (error) {
		return String(error);
	}
};

describe('settings of several processes', () => {
	it('refuses what is none, and roles without a place to meet', () => {
		assert.match(problemsOf({ REDIS_URL: 'http://redis:6379' }), /REDIS_URL must be redis:\/\//);
		assert.match(problemsOf({ REDIS_URL: 'redis://' }), /REDIS_URL must be/);
		assert.match(problemsOf({ ROLE: 'boss' }), /ROLE must be one of all, front, worker/);
		assert.match(problemsOf({ WORKSPACE_CONCURRENCY: '0' }), /WORKSPACE_CONCURRENCY must be a whole number/);
		for (const ROLE of ['front', 'worker']) assert.match(problemsOf({ ROLE }), new RegExp(`ROLE ${ROLE} needs REDIS_URL`));
		assert.match(problemsOf({ ROLE: 'front', DATABASE_URL: 'sqlite://bot.sqlite' }), /needs REDIS_URL/);
		const apart = { REDIS_URL: 'redis://redis:6379', DATABASE_URL: 'sqlite://data/toolcoder.sqlite' };
		for (const ROLE of ['front', 'worker'])
			assert.match(problemsOf({ ROLE, ...apart }), /needs a database that all processes share: remove DATABASE_URL/);
	});

	it('are one process with a file when nothing is set', () => {
		assert.partialDeepStrictEqual(readConfig({}), { role: 'all', databaseUrl: 'sqlite://data/toolcoder.sqlite', workspaceConcurrency: 24 });
		assert.equal(readConfig({}).queueUrl, undefined);
	});

	it('take one Redis server for the database and for handing runs over, whichever of both names it', () => {
		const url = 'redis://redis:6379';
		assert.partialDeepStrictEqual(readConfig({ REDIS_URL: url, ROLE: 'worker' }), { databaseUrl: url, queueUrl: url, role: 'worker' });
		const named = [{}, { REDIS_URL: url }, { DATABASE_URL: url }, { DATABASE_URL: url, REDIS_URL: url }].map(
			(set) => readConfig(set).databaseSetting,
		);
		assert.deepEqual(named, ['DATABASE_URL', 'REDIS_URL', 'DATABASE_URL', 'DATABASE_URL']);
		assert.partialDeepStrictEqual(readConfig({ DATABASE_URL: url, ROLE: 'front' }), { databaseUrl: url, queueUrl: url, role: 'front' });
		assert.partialDeepStrictEqual(readConfig({ DATABASE_URL: 'sqlite://bot.sqlite', REDIS_URL: url }), {
			databaseUrl: 'sqlite://bot.sqlite',
			queueUrl: url,
		});
	});
});
