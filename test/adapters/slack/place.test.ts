import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conversationKey, placeOf, teamOf, workspaceOf } from '../../../adapters/slack/place.ts';

test('a thread and its key stand for one another', () => {
	const place = { team: 'T0AB', channel: 'C12', threadTs: '1700000000.000100' };
	assert.equal(conversationKey(place), 'slack:T0AB/C12/1700000000.000100');
	assert.deepEqual(placeOf(conversationKey(place)), place);
});

test('keys of other platforms, and what only looks like one, are no threads', () => {
	for (const key of [
		'',
		'console:1',
		'discord:1/2/3',
		'slack:T1',
		'slack:T1/C1',
		'slack:T1/C1/x',
		'slack:T1/C1/1.0/2',
		'slack:t1/C1/1.0',
		' slack:T1/C1/1.0',
	]) {
		assert.equal(placeOf(key), undefined, key);
	}
});

test('a workspace is its team', () => {
	assert.equal(teamOf(workspaceOf('T0AB')), 'T0AB');
	assert.equal(teamOf('console:local'), undefined);
});
