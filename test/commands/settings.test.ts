import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settingsOf } from '../../commands/settings.ts';
import { readConfig, settings } from '../../src/config.ts';

const shownFor = (environment: Record<string, string>) => settingsOf(readConfig(environment)).shown;
const shownValue = (name: string, environment: Record<string, string> = {}) =>
	shownFor(environment).find((setting) => setting.name === name)?.value;

const SECRETS = {
	OPENAI_API_KEY: 'sk-secret-1',
	OPENAI_BASE_URL: 'https://user:secret-2@models.example.com/v1?key=secret-3',
	DATABASE_URL: 'rediss://bot:secret-4@db.example.com:6380/0',
	ENCRYPTION_KEY: 'secret-5'.repeat(8),
	SLACK_BOT_TOKEN: 'xoxb-secret-6',
	SLACK_APP_TOKEN: 'xapp-secret-7',
	TOOLSET_SECRET_CRM: 'secret-8',
};

describe('/settings', () => {
	test('shows no secret', () => {
		const text = JSON.stringify(settingsOf(readConfig(SECRETS)));
		assert.doesNotMatch(text, /secret-|xox|xapp-|bot:|user:/);
		assert.match(text, /models\.example\.com/);
		assert.match(text, /Redis at db\.example\.com:6380/);
	});

	test('names only variables that exist', () => {
		for (const { variable } of [...shownFor({}), ...shownFor(SECRETS)]) {
			for (const name of variable.split(', ')) assert.ok(name in settings, name);
		}
	});

	test('shows what is set, and what is not', () => {
		assert.match(shownValue('model') ?? '', /^none: sample questions/);
		assert.equal(shownValue('model', { OPENAI_API_KEY: 'k', MODEL: 'gpt-x' }), 'gpt-x');
		assert.equal(shownValue('model server', { OPENAI_API_KEY: 'k' }), 'api.openai.com');
		assert.match(shownValue('embedding model', { OPENAI_API_KEY: 'k' }) ?? '', /^none/);
		assert.equal(shownValue('embedding model', { OPENAI_API_KEY: 'k', EMBEDDING_MODEL: 'embed-x' }), 'embed-x');
		assert.equal(shownValue('questions at once', { RUN_CONCURRENCY: '7' }), '7');
		assert.equal(shownValue('questions of a workspace at once', { WORKSPACE_CONCURRENCY: '5' }), '5');
		const kept = ['0', '1', '90'].map((days) => shownValue('answered questions are kept', { RUN_RETENTION_DAYS: days }));
		assert.deepEqual(kept, ['for ever', '1 day', '90 days']);
		assert.equal(shownFor({ REDIS_URL: 'redis://redis:6379' }).find(({ name }) => name === 'storage')?.variable, 'REDIS_URL');
		assert.equal(shownValue('time limit of a program', { RUN_TIMEOUT_SECONDS: '90' }), '90 s');
		assert.equal(shownValue('memory of a program', { SANDBOX_MEMORY_MB: '128' }), '128 MB');
		assert.equal(shownValue('sandbox processes', { SANDBOX_PROCESSES: '3' }), '3');
		assert.equal(shownValue('storage'), 'SQLite file data/toolcoder.sqlite');
		assert.equal(shownValue('prices of models'), 'not set');
		assert.equal(shownValue('price of gpt-x', { MODEL_PRICES: 'gpt-x=0.15/0.60' }), '$0.15 in, $0.6 out, for a million tokens');
		assert.equal(shownValue('questions of a person a minute'), '20');
		assert.equal(shownValue('questions of a person a minute', { USER_QUESTIONS_PER_MINUTE: '0' }), 'no limit');
		assert.equal(shownValue('tokens of a workspace a day'), 'no limit');
		assert.equal(shownValue('tokens of a workspace a day', { WORKSPACE_DAILY_TOKENS: '2000000' }), '2,000,000');
		assert.match(shownValue('typed credentials') ?? '', /^cannot be stored/);
		assert.match(shownValue('typed credentials', SECRETS) ?? '', /^stored/);
	});
});
