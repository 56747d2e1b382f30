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
