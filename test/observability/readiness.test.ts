import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UserError } from '../../src/errors.ts';
import { createReadiness } from '../../src/observability/readiness.ts';

describe('readiness', () => {
	test('is none before and after the work, and nothing is looked at then', async () => {
		const readiness = createReadiness();
		let looked = 0;
		assert.deepEqual(await readiness.report(), { ready: false, phase: 'starting', checks: {} });
		readiness.serving({ storage: async () => void looked++ });
		readiness.stopping();
		assert.deepEqual(await readiness.report(), { ready: false, phase: 'stopping', checks: {} });
		// A start that is overtaken by its end.
		readiness.serving({});
		assert.equal((await readiness.report()).phase, 'stopping');
		assert.equal(looked, 0);
	});

	test('is there when every look says nothing', async () => {
		const readiness = createReadiness();
		readiness.serving({ storage: async () => undefined, chats: () => undefined });
		const ok = { ok: true, detail: 'ok' };
		assert.deepEqual(await readiness.report(), { ready: true, phase: 'serving', checks: { storage: ok, chats: ok } });
	});

	test('is none when one says why, rejects, throws or does not answer; the others are told all the same', async () => {
		const readiness = createReadiness(20);
		readiness.serving({
			fine: () => undefined,
			chats: () => 'Slack: reconnecting.',
			storage: async () => {
				throw new UserError('storage', 'The database is away.', { cause: new Error('hunter2') });
			},
			broken: () => assert.fail('hunter2'),
			slow: () => new Promise(() => {}),
		});
		const { ready, checks } = await readiness.report();
		assert.equal(ready, false);
		const { broken, ...others } = checks;
		assert.deepEqual(others, {
			fine: { ok: true, detail: 'ok' },
			chats: { ok: false, detail: 'Slack: reconnecting.' },
			storage: { ok: false, detail: 'The database is away.' },
			slow: { ok: false, detail: 'no answer within 0.02 s' },
		});
		assert.equal(broken?.ok, false);
		assert.doesNotMatch(JSON.stringify(checks), /hunter2/);
	});

	test('is looked at once for all who ask at the same time', async () => {
		const readiness = createReadiness();
		let looked = 0;
		readiness.serving({ storage: async () => void looked++ });
		await Promise.all([readiness.report(), readiness.report()]);
		await readiness.report();
		assert.equal(looked, 1);
	});

	test('that ends while it is looked at is none', async () => {
		const readiness = createReadiness();
		const { promise, resolve } = Promise.withResolvers<undefined>();
		readiness.serving({ storage: () => promise });
		const report = readiness.report();
		readiness.stopping();
		resolve(undefined);
		const { ready, phase } = await report;
		assert.deepEqual([ready, phase], [false, 'stopping']);
	});
});
