import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type AdminWorld, openAdminWorld } from '../toolset/admin-world.ts';
import { put, used } from './learned.ts';

describe('/functions list and search', () => {
	let world: AdminWorld;
	beforeEach(async () => {
		world = await openAdminWorld();
	});
	afterEach(() => world.close());

	/** The first column of the table in a reply. */
	const names = (reply: string) => {
		const blocks: { kind: string; rows?: string[][] }[] = JSON.parse(reply);
		return blocks.flatMap(({ rows = [] }) => rows.map(([name = '']) => name.replace(/\(.*/, '')));
	};

	test('a page, or a state, that there is not is refused with those there are', async () => {
		for (let each = 0; each < 25; each++) await put(world.bot, `f${each}`);
		for (const page of ['0', '3', 'two', '1.5', '-1']) {
			await assert.rejects(world.say(`/functions list "${page}"`), {
				code: 'bad-input',
				message: 'The list has 2 pages: give a number from 1 to 2.',
			});
		}
		await assert.rejects(world.say('/functions list Trusted'), {
			code: 'bad-input',
			message: 'Those that are trusted are listed by /functions list --state trusted',
		});
		await assert.rejects(world.say('/functions list --state good'), {
			code: 'bad-input',
			message: /trusted, candidate, quarantined, retired/,
		});
		await assert.rejects(world.say('/functions list 2 --state candidate 9'), { code: 'bad-input' });
	});

	test('says when there is none, and of which state', async () => {
		assert.match(await world.say('/functions list'), /No function is stored yet/);
		await put(world.bot, 'gone', { state: 'retired' });
		assert.match(await world.say('/functions list'), /1 retired\. `\/functions list --state retired`/);
		assert.match(await world.say('/functions list --state trusted'), /1 retired\. None is trusted\./);
	});

	test('shows twenty names a page, the most used first, and the line that shows the next', async () => {
		for (let each = 10; each < 52; each++) await put(world.bot, `f${each}`, used(each));
		const first = await world.say('/functions list', { isAdmin: false });
		assert.match(first, /42 candidates\./);
		assert.deepEqual(
			names(first),
			Array.from({ length: 20 }, (_, at) => `f${51 - at}`),
		);
		assert.doesNotMatch(first, /other version/);
		assert.match(first, /Page 1 of 3; `\/functions list 2` shows the next\./);
		const last = await world.say('/functions list 3');
		assert.deepEqual(names(last), ['f11', 'f10']);
		assert.match(last, /Page 3 of 3\./);
		assert.match(await world.say('/functions list --state candidate'), /`\/functions list 2 --state candidate`/);
	});

	test('shows one version of a name, the one it stands for, and every version of a state', async () => {
		await put(world.bot, 'f', { state: 'trusted', ...used(3, 1) });
		await put(world.bot, 'f', { ...used(9) });
		await put(world.bot, 'f', { state: 'quarantined', ...used(1) });
		await put(world.bot, 'old', { state: 'retired' });
		const all = await world.say('/functions list');
		assert.match(all, /1 trusted, 1 candidate, 1 quarantined, 1 retired\./);
		assert.match(all, /\["f\(\): Promise<void>","Does f\.","trusted \(v1 of 3\)","4, 75 %","2026-03-04"\]\]/);
		assert.match(all, /3 more are retired or other versions of these: `\/functions list --state <state>`/);
		assert.match(await world.say('/functions list --state quarantined'), /"quarantined \(v3 of 3\)","1, 100 %"/);
		assert.deepEqual(names(await world.say('/functions list --state retired')), ['old']);
	});

	test('what was never used, or is disliked, says so', async () => {
		await put(world.bot, 'unused', used(0));
		await put(world.bot, 'bad', { statistics: { ...used(1).statistics, disliked: 2 } });
		const reply = await world.say('/functions list');
		assert.match(reply, /"unused\(\)[^\]]*"0","never"\]/);
		assert.match(reply, /"bad\(\)[^\]]*"1, 100 %, 2 disliked"/);
	});

	test('search looks at all that is not retired, and says what else to try', async () => {
		await put(world.bot, 'countPlanets', { state: 'quarantined', documentation: 'Counts the planets of a star.' });
		await put(world.bot, 'countMoons', { state: 'retired', documentation: 'Counts the moons of a planet.' });
		assert.match(await world.say('/functions search planets of a star'), /countPlanets[^\]]*"quarantined"/);
		const reply = await world.say('/functions search moons');
		assert.match(reply, /No stored function matches \\"moons\\"/);
		assert.match(reply, /--state retired/);
	});
});
