import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPeople } from '../../../adapters/slack/people.ts';
import { createWorld } from './outbound/outbound-fixture.ts';

const TEAM = 'T1';
const MEMBER = { id: 'U1', team_id: TEAM, name: 'dana', is_admin: false, is_owner: false };
const ADMIN = { ...MEMBER, is_admin: true };

interface Rights {
	readonly admin: boolean;
	readonly member: boolean;
}

/** What Slack says of somebody, and what that makes them. */
const PEOPLE: readonly (readonly [who: string, user: object, rights: Rights])[] = [
	['an admin of another workspace', { ...ADMIN, team_id: 'T2' }, { admin: false, member: false }],
	['an admin whom the workspace does not know', { ...ADMIN, is_stranger: true }, { admin: false, member: false }],
	['an admin of a workspace that Slack does not name', { ...ADMIN, team_id: undefined }, { admin: false, member: false }],
	['an admin who was deleted', { ...ADMIN, deleted: true }, { admin: false, member: false }],
	['a guest', { ...ADMIN, is_restricted: true }, { admin: false, member: true }],
	['a guest of one channel', { ...ADMIN, is_ultra_restricted: true }, { admin: false, member: true }],
	['a member', MEMBER, { admin: false, member: true }],
	['an admin', ADMIN, { admin: true, member: true }],
	['an owner', { ...MEMBER, is_owner: true }, { admin: true, member: true }],
	[
		'an admin who is at home in another workspace of the organisation',
		{ ...ADMIN, team_id: 'T2', enterprise_user: { teams: ['T2', TEAM] } },
		{ admin: true, member: true },
	],
];

describe('rights', { concurrency: 4 }, () => {
	for (const [who, user, rights] of PEOPLE) {
		test(`of ${who}`, async () => {
			await using world = await createWorld();
			world.api.answer('users.info', { user });
			const people = createPeople({ outbound: world.outbound, admins: [] });
			assert.deepEqual({ admin: await people.isAdmin(TEAM, 'U1'), member: await people.isMember(TEAM, 'U1') }, rights);
		});
	}

	test('of somebody whom Slack does not know', async () => {
		await using world = await createWorld();
		const people = createPeople({ outbound: world.outbound, admins: ['U1'] });
		for (const error of ['user_not_found', 'user_not_visible']) {
			world.api.fail('users.info', { error }, 2);
			assert.deepEqual([await people.isAdmin(TEAM, 'U1'), await people.isMember(TEAM, 'U1')], [false, false], error);
		}
	});

	test('are asked for anew every time', async () => {
		await using world = await createWorld();
		const people = createPeople({ outbound: world.outbound, admins: [] });
		world.api.answer('users.info', { user: ADMIN });
		assert.equal(await people.isAdmin(TEAM, 'U1'), true);
		world.api.answer('users.info', { user: MEMBER });
		assert.equal(await people.isAdmin(TEAM, 'U1'), false);
	});

	test('are none when Slack cannot be asked', async () => {
		await using world = await createWorld();
		const people = createPeople({ outbound: world.outbound, admins: [] });
		world.api.fail('users.info', { error: 'missing_scope', needed: 'users:read' }, 2);
		await assert.rejects(people.isAdmin(TEAM, 'U1'), { code: 'configuration' });
		await assert.rejects(people.isMember(TEAM, 'U1'), { code: 'configuration' });
	});
});

describe("the operator's list", { concurrency: 4 }, () => {
	for (const [who, user, { member, admin }] of PEOPLE) {
		const listed = member && (admin || user === MEMBER);
		test(`${listed ? 'makes an admin of' : 'does nothing for'} ${who}`, async () => {
			await using world = await createWorld();
			world.api.answer('users.info', { user });
			assert.equal(await createPeople({ outbound: world.outbound, admins: ['U1'] }).isAdmin(TEAM, 'U1'), listed);
		});
	}

	test('holds where the app may not look people up, for those on it', async () => {
		await using world = await createWorld();
		const people = createPeople({ outbound: world.outbound, admins: ['U1'] });
		world.api.fail('users.info', { error: 'missing_scope', needed: 'users:read' }, 2);
		assert.equal(await people.isAdmin(TEAM, 'U1'), true);
		await assert.rejects(people.isAdmin(TEAM, 'U2'), { code: 'configuration' });
	});
});

test('people are named as others see them', async () => {
	await using world = await createWorld();
	const people = createPeople({ outbound: world.outbound, admins: [] });
	world.api.answer('users.info', { user: { ...MEMBER, real_name: 'Dana Scully', profile: { display_name: 'dks' } } });
	assert.equal(await people.nameOf(TEAM, 'U1'), 'dks');
	world.api.fail('users.info', { error: 'user_not_found' });
	assert.equal(await people.nameOf(TEAM, 'U1'), 'U1');
});
