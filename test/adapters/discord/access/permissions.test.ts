import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { PermissionsBitField } from 'discord.js';
import { inviteUrl, PERMISSIONS } from '../../../../adapters/discord/access/permissions.ts';

test('the README invites the bot with what it needs', async () => {
	const readme = await readFile(path.join(import.meta.dirname, '../../../../README.md'), 'utf8');
	const [shown] = /https:\/\/discord\.com\/oauth2\/authorize\?\S+ id>\S+/.exec(readme) ?? [];
	assert.equal(shown?.replace('<application id>', '123456789012345678'), inviteUrl('123456789012345678'));
});

test('it needs no more than it says', () => {
	assert.deepEqual(new PermissionsBitField(PERMISSIONS).toArray().sort(), [
		'AttachFiles',
		'CreatePublicThreads',
		'ReadMessageHistory',
		'SendMessages',
		'SendMessagesInThreads',
		'ViewChannel',
	]);
});
