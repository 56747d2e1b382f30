import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createKnownSecrets } from '../../../src/toolset/http/known-secrets.ts';

describe('createKnownSecrets', () => {
	test('the log is cleared of the settings and of what anybody typed in', () => {
		const known = createKnownSecrets(['sk-model']);
		assert.equal(known.scrub('sk-model hunter2hunter2 trustno1trustno1'), '[secret] hunter2hunter2 trustno1trustno1');
		known.add('slack:TA', 'hunter2hunter2');
		known.add('slack:TB', 'trustno1trustno1');
		assert.equal(known.scrub('sk-model hunter2hunter2 trustno1trustno1'), '[secret] [secret] [secret]');
		assert.deepEqual(known.scrub({ a: ['Basic hunter2hunter2'] }), { a: ['Basic [secret]'] });
	});

	test('a workspace hears of its own only', () => {
		const known = createKnownSecrets([]);
		known.add('slack:TA', 'hunter2hunter2');
		known.add('slack:TA', 'hunter2hunter2');
		known.add('slack:TA', 'trustno1trustno1');
		assert.deepEqual(known.of('slack:TA'), ['hunter2hunter2', 'trustno1trustno1']);
		assert.deepEqual(known.of('slack:TB'), []);
	});

	test('access tokens are hidden until two more were issued to the same toolset, and push out nothing that was typed in', () => {
		const known = createKnownSecrets([]);
		known.add('slack:TA', 'hunter2hunter2');
		for (const count of [1, 2, 3, 3]) known.addIssued('slack:TA', 'crm', `token-number-${count}`);
		known.addIssued('slack:TA', 'erp', 'token-of-another');
		for (let count = 0; count < 100; count += 1) known.addIssued('slack:TA', 'busy', `busy-token-${count}`);
		assert.deepEqual(known.of('slack:TA'), [
			...['hunter2hunter2', 'token-number-2', 'token-number-3', 'token-of-another', 'busy-token-98', 'busy-token-99'],
		]);
		assert.deepEqual(known.of('slack:TB'), []);
		assert.equal(known.scrub('token-number-1 token-number-3 hunter2hunter2'), 'token-number-1 [secret] [secret]');
	});

	test('words that somebody typed in for a password stay in the log', () => {
		const known = createKnownSecrets([]);
		known.add('slack:TA', 'somebody:error');
		assert.equal(known.scrub('error: somebody:error'), 'error: [secret]');
	});

	test('the newest of a workspace are kept', () => {
		const known = createKnownSecrets([]);
		for (let count = 0; count < 60; count += 1) known.add('slack:TA', `secret number ${count}`);
		assert.equal(known.of('slack:TA').length, 50);
		assert.equal(known.of('slack:TA').at(-1), 'secret number 59');
	});
});
