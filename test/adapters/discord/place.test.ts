import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	conversationKey,
	guildOf,
	type Place,
	personalWorkspaceOf,
	placeOf,
	placeOfRun,
	targetOfRun,
	workspaceOf,
	workspaceScope,
} from '../../../adapters/discord/place.ts';

const [CHANNEL, MESSAGE] = ['123456789012345678', '223456789012345678'];
const PLACES: readonly (readonly [place: Place, key: string])[] = [
	[{ kind: 'channel', channel: CHANNEL }, `discord:${CHANNEL}`],
	[{ kind: 'replies', channel: CHANNEL, message: MESSAGE }, `discord:${CHANNEL}/${MESSAGE}`],
	[{ kind: 'interaction', interaction: MESSAGE }, `discord:~${MESSAGE}`],
];

test('a place and its key stand for one another', () => {
	for (const [place, key] of PLACES) {
		assert.equal(conversationKey(place), key);
		assert.deepEqual(placeOf(key), place);
		assert.deepEqual(placeOfRun({ conversation: key }), place);
	}
});

test('keys of other platforms, and what only looks like one, are no places', () => {
	const others = ['', 'console:1', 'slack:T0AB/C12/1700000000.000100', 'discord:', 'discord:x', 'discord:1234', `discord:@${CHANNEL}`];
	const broken = [
		`discord:${CHANNEL}/`,
		`discord:${CHANNEL}/x`,
		`discord:${CHANNEL}/${MESSAGE}/1`,
		`discord:~`,
		` discord:${CHANNEL}`,
		`discord:${CHANNEL}\n`,
	];
	for (const key of [...others, ...broken]) {
		assert.equal(placeOf(key), undefined, JSON.stringify(key));
		assert.throws(() => placeOfRun({ conversation: key }));
	}
});

test('a run is answered in its channel, in replies to its message, or not in a channel at all', () => {
	assert.deepEqual(targetOfRun({ conversation: `discord:${CHANNEL}` }), { channel: CHANNEL });
	assert.deepEqual(targetOfRun({ conversation: `discord:${CHANNEL}/${MESSAGE}` }), { channel: CHANNEL, replyTo: MESSAGE });
	assert.throws(() => targetOfRun({ conversation: `discord:~${MESSAGE}` }));
});

test('a workspace is a server, or a person who is in none', () => {
	assert.equal(guildOf(workspaceOf(CHANNEL)), CHANNEL);
	assert.equal(workspaceScope(workspaceOf(CHANNEL)), CHANNEL);
	assert.equal(guildOf(personalWorkspaceOf(CHANNEL)), undefined);
	assert.equal(workspaceScope(personalWorkspaceOf(CHANNEL)), `@${CHANNEL}`);
	for (const other of ['slack:T0AB', 'console:local', '']) assert.equal(guildOf(other), undefined);
});
