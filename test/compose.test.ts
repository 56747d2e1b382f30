import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { readConfig, settings } from '../src/config.ts';

interface Service {
	readonly environment?: Readonly<Record<string, string | number>>;
	readonly command?: string;
	readonly stop_grace_period?: string;
	readonly ports?: readonly string[];
	readonly scale?: number;
}

const root = path.dirname(import.meta.dirname);
const { services } = parse(readFileSync(path.join(root, 'compose.yaml'), 'utf8'), { merge: true }) as {
	readonly services: Readonly<Record<'bot' | 'worker' | 'redis', Service>>;
};
const environmentOf = (service: Service) =>
	Object.fromEntries(Object.entries(service.environment ?? {}).map(([name, value]) => [name, String(value)]));

describe('compose.yaml', () => {
	it('sets what there is to set, and nothing that is refused', () => {
		for (const service of [services.bot, services.worker]) {
			for (const name of Object.keys(service.environment ?? {})) assert.ok(Object.hasOwn(settings, name), name);
		}
		const config = readConfig(environmentOf(services.bot));
		assert.partialDeepStrictEqual(config, { role: 'all', queueUrl: 'redis://redis:6379', databaseUrl: 'redis://redis:6379' });
		// A copy of .env.example, or what it was before, may name a file.
		const worker = readConfig({ DATABASE_URL: 'sqlite://data/toolcoder.sqlite', ...environmentOf(services.worker) });
		assert.partialDeepStrictEqual(worker, { role: 'worker', databaseUrl: config.databaseUrl });
	});

	it('gives a process more time to end than it takes', () => {
		for (const service of [services.bot, services.worker]) {
			const grace = Number(/^(\d+)s$/.exec(service.stop_grace_period ?? '')?.[1]);
			assert.ok(grace * 1000 > readConfig(environmentOf(service)).shutdownMs);
		}
	});

	it('has a Redis that keeps what it was given, and workers only where they are asked for', () => {
		assert.match(services.redis.command ?? '', /--appendonly yes --maxmemory-policy noeviction/);
		assert.equal(services.worker.scale, 0);
		assert.deepEqual(services.worker.ports, []);
	});
});

describe('the Dockerfile', () => {
	it('takes along every folder that the bot runs from', () => {
		const copied = readFileSync(path.join(root, 'Dockerfile'), 'utf8');
		for (const folder of ['src', 'adapters', 'commands', 'examples']) assert.match(copied, new RegExp(`COPY ${folder} `));
	});
});
