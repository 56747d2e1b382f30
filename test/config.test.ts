import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { readConfig, settings } from '../src/config.ts';

describe('readConfig', () => {
	test('an empty environment is a working configuration without a model', () => {
		const config = readConfig({});
		assert.equal(config.model.configured, false);
		assert.equal(config.model.name, 'gpt-4o-mini');
		assert.equal(config.model.embedding, undefined);
		assert.equal(config.databaseUrl, 'sqlite://data/toolcoder.sqlite');
	});

	test('every wrong setting is named at once, with what would be right', () => {
		assert.throws(
			() => readConfig({ OPENAI_BASE_URL: 'localhost:11434', RUN_CONCURRENCY: 'many', LOG_LEVEL: 'loud' }),
			/OPENAI_BASE_URL must be an http.*\n.*RUN_CONCURRENCY must be a whole number from 1 to 1000\n.*LOG_LEVEL must be/s,
		);
	});

	test('variables set to nothing count as unset', () => {
		const config = readConfig({ OPENAI_API_KEY: ' ', OPENAI_BASE_URL: '', MODEL: '', RUN_CONCURRENCY: '' });
		assert.equal(config.model.configured, false);
		assert.equal(config.model.name, 'gpt-4o-mini');
		assert.equal(config.runConcurrency, 32);
	});

	test('a server without a key counts as a configured model', () => {
		assert.equal(readConfig({ OPENAI_BASE_URL: 'http://localhost:11434/v1' }).model.configured, true);
	});

	test('only variables with the prefix can be named as credentials', () => {
		const { toolsetSecrets } = readConfig({ OPENAI_API_KEY: 'sk-model', TOOLSET_SECRET_TMDB: 'abc', TOOLSET_SECRET_EMPTY: '' });
		assert.deepEqual([...toolsetSecrets], [['TMDB', { value: 'abc' }]]);
	});

	test('where a secret may go is read with it, and a pin that cannot be read is named with the other wrong settings', () => {
		const pins = { TOOLSET_SECRET_TMDB_HOSTS: 'api.tmdb.test', TOOLSET_SECRET_TMDB_WORKSPACES: 'slack:T1' };
		const { toolsetSecrets } = readConfig({ TOOLSET_SECRET_TMDB: 'abc', ...pins });
		assert.deepEqual([...toolsetSecrets], [['TMDB', { value: 'abc', hosts: ['api.tmdb.test:443'], workspaces: ['slack:T1'] }]]);
		const wrong = { TOOLSET_SECRET_TMDB: 'abc', TOOLSET_SECRET_TMDB_HOSTS: 'https://api.tmdb.test/3' };
		assert.throws(() => readConfig(wrong), /Wrong settings.*\n {2}TOOLSET_SECRET_TMDB_HOSTS must be hosts/);
		assert.throws(() => readConfig({ ...wrong, PORT: 'x' }), /PORT must be.*\n.*TMDB_HOSTS must be/);
	});

	test('a bot of Discord needs its token alone', () => {
		assert.equal(readConfig({ DISCORD_ADMINS: '80351110224678912' }).discord, undefined);
		assert.deepEqual(readConfig({ DISCORD_TOKEN: 'MTIz.abc-_.def' }).discord, {
			token: 'MTIz.abc-_.def',
			admins: [],
			shards: 'auto',
			apiUrl: 'https://discord.com/api',
		});
		const more = { DISCORD_TOKEN: 'a.b.c', DISCORD_ADMINS: '80351110224678912, 80351110224678913', DISCORD_GUILD: '197038439483310086' };
		const { discord } = readConfig({ ...more, DISCORD_SHARDS: '4' });
		assert.deepEqual([discord?.admins.length, discord?.guild, discord?.shards], [2, '197038439483310086', 4]);
	});

	test('wrong settings of Discord are named, and a token among them is not repeated', () => {
		const wrong = { DISCORD_TOKEN: 'Bot MTIz.abc.def', DISCORD_ADMINS: 'dana', DISCORD_GUILD: 'films', DISCORD_SHARDS: '0' };
		assert.throws(
			() => readConfig({ ...wrong, DISCORD_API_URL: 'https://discord.com/api/' }),
			(error: Error) => {
				for (const name of [...Object.keys(wrong), 'DISCORD_API_URL']) assert.match(error.message, new RegExp(`${name} must be`));
				return !error.message.includes('MTIz');
			},
		);
	});

	test('.env.example documents exactly the settings there are', () => {
		const documented = readFileSync(new URL('../.env.example', import.meta.url), 'utf8').matchAll(/^([A-Z_]+)=/gm);
		assert.deepEqual([...documented].map((match) => match[1]).sort(), Object.keys(settings).sort());
	});
});
