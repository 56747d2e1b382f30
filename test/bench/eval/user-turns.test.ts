import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createUserTurns } from '../../../bench/eval/user-turns.ts';

test('a user who has said everything answers nothing more', async () => {
	const user = createUserTurns(['one']);
	assert.equal(user.next(), 'one');
	await assert.rejects(user.answer({ kind: 'input', text: 'And?' }), /nothing more to say/);
	assert.equal(user.next(), undefined);
});

test('an option that the user does not name is not chosen for them, and they still say it', async () => {
	const user = createUserTurns(['the blue one']);
	await assert.rejects(user.answer({ kind: 'choose', text: 'Which?', options: ['red', 'green'] }), /names none of these options/);
	assert.equal(user.next(), 'the blue one');
});

test('the option that says most of what the user says is chosen', async () => {
	const user = createUserTurns(['A double room, please']);
	assert.equal(await user.answer({ kind: 'choose', text: 'Which?', options: ['Room', 'Double Room', 'Suite'] }), 'Double Room');
	assert.equal(user.next(), undefined);
});

for (const [said, meant] of [
	['No, not yet', false],
	["Don't do that", false],
	['Cancel it', false],
	['Yes, please', true],
	['Nobody minds', true],
	['Go ahead', true],
] as const) {
	test(`${said} is a ${meant ? 'yes' : 'no'}`, async () => {
		assert.equal(await createUserTurns([said]).answer({ kind: 'confirm', text: 'Shall I?' }), meant);
	});
}

test('what is asked for as a text is taken as it is said', async () => {
	assert.equal(await createUserTurns(['no idea']).answer({ kind: 'input', text: 'Which?' }), 'no idea');
});
