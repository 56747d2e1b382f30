import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workspaceScope } from '../../../../adapters/discord/place.ts';
import { customId, MOST_ID, readCustomId, readRunReference, runReference } from '../../../../adapters/discord/render/custom-id.ts';

const RUN = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

test('an action and its custom id stand for one another', () => {
	assert.equal(customId('stop', 'x'), 'tc:stop:v1:x');
	for (const action of [
		'stop',
		'retry',
		'program',
		'up',
		'down',
		'approve',
		'refuse',
		'approve-now',
		'back',
		'dry-run',
		'confirm',
		'cancel',
		'credential',
		'reason',
	] as const) {
		for (const id of ['', 'x', 'a:b:c', '/toolset remove movies', 'tc:stop:v1:x', '\n']) {
			assert.deepEqual(readCustomId(customId(action, id)), { action, id });
		}
	}
});

test('custom ids of other versions, of others, and broken ones are nothing', () => {
	for (const text of [
		'',
		'tc',
		'tc:stop',
		'tc:stop:v1',
		'tc:stop:v0:x',
		'tc:stop:v10:x',
		'tc:stop:v2:x',
		'tc:dance:v1:x',
		'TC:stop:v1:x',
		' tc:stop:v1:x',
		'stop:v1:x',
	]) {
		assert.equal(readCustomId(text), undefined, text);
	}
});

test('a custom id fits into what Discord takes, or there is none', () => {
	assert.equal(customId('add-toolset', 'x'.repeat(MOST_ID)).length, 100);
	assert.throws(() => customId('add-toolset', 'x'.repeat(MOST_ID + 1)), /too long/);
	const longest = runReference({ workspaceId: `discord:@${'9'.repeat(20)}`, id: RUN });
	for (const action of ['stop', 'retry', 'program', 'up', 'down', 'reason'] as const) assert.ok(customId(action, longest).length <= 100);
});

test('a run and its reference stand for one another', () => {
	for (const workspaceId of ['discord:123456789012345678', 'discord:@123456789012345678']) {
		const reference = runReference({ workspaceId, id: RUN });
		assert.deepEqual(readRunReference(reference), { scope: workspaceScope(workspaceId), runId: RUN });
	}
});

test('what no reference is, is nothing', () => {
	for (const text of [
		'',
		RUN,
		`/${RUN}`,
		`x/${RUN}`,
		`@@12345/${RUN}`,
		`12345/${RUN}/x`,
		`12345/../${RUN}`,
		`12345/${RUN.toLowerCase()}`,
		`123/${RUN}`,
		`12345/`,
		`12345/${RUN}\n`,
		`slack:T1/${RUN}`,
	]) {
		assert.equal(readRunReference(text), undefined, JSON.stringify(text));
	}
});
