import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isStale } from '../../../src/repository/callable-tools.ts';
import type { FunctionRecord } from '../../../src/repository/function-record.ts';
import { isOffered, lastTransition } from '../../../src/repository/function-state.ts';
import { type Because, moved, withFeedback } from '../../../src/repository/lifecycle.ts';
import { type DriftWorld, openDriftWorld } from './drift-world.ts';
import { type Change, documentOf, FILMS, listed, parameters, renamed, response, withProperty } from './films-api.ts';

const NOW = '2026-01-01T00:00:00.000Z';
const OTHER_TITLE = listed(renamed('title', 'name'));
const WITH_BUDGET = response('getFilm', withProperty('budget', { type: 'integer' }));
const SLOGAN = response('getFilm', renamed('tagline', 'slogan'));
const NO_REVIEWS: Change = ({ listReviews: _, ...others }) => others;
const MENDED_TAGLINE = `async function taglineOf(id: number): Promise<string> {
	const film = await films.getFilm({ id });
	return film.slogan;
}`;

describe('functions whose API changes', () => {
	let world: DriftWorld;
	before(async () => {
		world = await openDriftWorld();
	});
	after(() => world.close());

	const say = (line: string, workspaceId: string) => world.admin.say(line, { workspaceId });
	const change = (workspaceId: string, name: string, how: (record: FunctionRecord) => FunctionRecord) =>
		world.admin.bot.services.functions.change(workspaceId, { name, version: 1 }, how);
	const because = (cause: Because['cause']): Because => ({ at: NOW, cause, reason: 'of the test' });
	const get = async (workspaceId: string, name: string) =>
		(await world.admin.bot.services.functions.get(workspaceId, name, 1)) ?? assert.fail(name);
	const broken = async (workspaceId: string) =>
		(await world.list(workspaceId)).filter((record) => !isOffered(record)).map(({ name }) => name);
	const stale = async (workspaceId: string) => {
		const tools = await world.admin.bot.services.functionChecks.toolsOf(workspaceId);
		return (await world.list(workspaceId)).filter((record) => isStale(record, tools)).map(({ name }) => name);
	};
	/** As a process does that dies before it has looked at the functions. */
	const refreshAlone = async (workspaceId: string, how: Change) => {
		const { catalogue } = world.admin.bot.services;
		const document = JSON.stringify({ ...documentOf(how(FILMS)), servers: [{ url: world.admin.api.origin }] });
		await catalogue.refresh(
			await catalogue.prepareRefresh(workspaceId, 'films', { source: `${world.admin.api.origin}/openapi.json`, document }),
			'ada',
		);
	};

	test('come back in the standing that they had when a refresh mends what an earlier one broke, with what uses them', async () => {
		const workspaceId = await world.copied();
		await change(workspaceId, 'titlesDirectedBy', (record) => moved(record, 'trusted', because('promoted')));
		const before = await world.list(workspaceId);
		world.publish(OTHER_TITLE);
		assert.match(
			await world.refresh(workspaceId),
			/Quarantines .*`countDirectedBy` \(uses `titlesDirectedBy`, which does not fit any more\)/,
		);
		assert.deepEqual(await broken(workspaceId), ['countDirectedBy', 'dramasOf', 'titlesDirectedBy']);
		world.publish(WITH_BUDGET);
		assert.match(await world.refresh(workspaceId), /Not affected: .*Offered again: `countDirectedBy`, `dramasOf`, `titlesDirectedBy`\./);
		const records = await world.list(workspaceId);
		assert.deepEqual(
			records.map(({ state }) => state),
			before.map(({ state }) => state),
		);
		const { history } = await get(workspaceId, 'titlesDirectedBy');
		assert.deepEqual(
			history.map(({ to, cause }) => `${to} ${cause}`),
			['candidate use', 'trusted promoted', 'quarantined drift', 'trusted verified'],
		);
		assert.deepEqual(await stale(workspaceId), []);
	});

	test('do not come back while something that they use does not', async () => {
		const workspaceId = await world.copied();
		world.publish((films) => OTHER_TITLE({ ...films, ...parameters('getPerson', renamed('name', 'q'))(films) }));
		await world.refresh(workspaceId);
		assert.deepEqual(await broken(workspaceId), ['ageAt', 'countDirectedBy', 'dramasOf', 'findPersonId', 'titlesDirectedBy']);
		world.publish(parameters('getPerson', renamed('name', 'q')));
		assert.match(await world.refresh(workspaceId), /Offered again: `dramasOf`\./);
		assert.deepEqual(await broken(workspaceId), ['ageAt', 'countDirectedBy', 'findPersonId', 'titlesDirectedBy']);
		await change(workspaceId, 'findPersonId', (record) =>
			moved(moved(record, 'candidate', because('use')), 'quarantined', because('failures')),
		);
		world.publish();
		assert.match(await world.refresh(workspaceId), /Offered again: `ageAt`\./);
		assert.deepEqual(await broken(workspaceId), ['countDirectedBy', 'findPersonId', 'titlesDirectedBy']);
	});

	test('are taken from offer by nothing else, and get no standing back that something else cost them', async () => {
		const workspaceId = await world.copied();
		await change(workspaceId, 'taglineOf', (record) => withFeedback(record, 1, NOW));
		await change(workspaceId, 'runtimeOf', (record) => moved(record, 'retired', because('forgotten')));
		world.publish(WITH_BUDGET);
		const said = await world.refresh(workspaceId);
		assert.doesNotMatch(said, /Quarantines|taglineOf|runtimeOf/);
		assert.deepEqual(await broken(workspaceId), ['runtimeOf', 'taglineOf']);
		assert.equal(lastTransition(await get(workspaceId, 'taglineOf')).cause, 'feedback');
	});

	test('break with a retired one that they run', async () => {
		const workspaceId = await world.copied();
		await change(workspaceId, 'findPersonId', (record) => moved(record, 'retired', because('superseded')));
		world.publish(parameters('getPerson', renamed('name', 'q')));
		assert.doesNotMatch(await world.refresh(workspaceId), /`findPersonId` \(/);
		assert.equal((await get(workspaceId, 'findPersonId')).state, 'retired');
		assert.match(lastTransition(await get(workspaceId, 'titlesDirectedBy')).reason, /^uses `findPersonId`/);
		world.publish(WITH_BUDGET);
		await world.refresh(workspaceId);
		assert.deepEqual(await broken(workspaceId), ['findPersonId']);
		assert.deepEqual(await stale(workspaceId), []);
	});

	test('stay as they are while the toolset is off or gone, whatever happens to others', async () => {
		const workspaceId = await world.copied();
		const before = await world.list(workspaceId);
		await say(`/toolset add other ${world.admin.api.origin}/openapi.json`, workspaceId);
		await say('/toolset disable films', workspaceId);
		world.publish(NO_REVIEWS);
		await world.admin.agree('/toolset refresh other', { workspaceId });
		assert.deepEqual(await world.list(workspaceId), before);
		await say('/toolset remove films', workspaceId);
		world.publish(OTHER_TITLE);
		await world.admin.agree('/toolset refresh other', { workspaceId });
		assert.deepEqual(await world.list(workspaceId), before);
	});

	test('are found not to fit by the question that needs them when the API was connected anew, and are mended by it', async () => {
		const workspaceId = await world.copied();
		await say('/toolset remove films', workspaceId);
		world.publish(SLOGAN);
		await say(`/toolset add films ${world.admin.api.origin}/openapi.json`, workspaceId);
		assert.deepEqual(await broken(workspaceId), []);
		const { prompts } = await world.ask('taglineOf', workspaceId, MENDED_TAGLINE);
		assert.match(prompts.implement ?? '', /\/\/ line 4: Property 'tagline' does not exist/);
		assert.equal((await get(workspaceId, 'taglineOf')).state, 'quarantined');
		assert.equal((await world.ask('taglineOf', workspaceId)).modelCalls, 1);
	});

	test('are not broken by a policy that keeps a tool from programs, neither by a refresh nor by a question', async () => {
		const workspaceId = await world.copied();
		await say('/toolset policy films listReviews block', workspaceId);
		world.publish(WITH_BUDGET);
		assert.doesNotMatch(await world.refresh(workspaceId), /Quarantines/);
		await refreshAlone(workspaceId, response('listFilms', withProperty('total', { type: 'integer' })));
		const other = `async function starsOfYear(year: number): Promise<number> {
	const { results } = await films.listFilms({ year });
	return results.length * 4;
}`;
		const { prompts } = await world.ask('starsOfYear', workspaceId, other);
		assert.doesNotMatch(prompts.scaffold ?? '', /starsOfYear/);
		assert.equal((await get(workspaceId, 'starsOfYear')).state, 'candidate');
		assert.deepEqual(await broken(workspaceId), []);
	});

	test('that nobody has looked at since a refresh are looked at by the question that needs them', async () => {
		const workspaceId = await world.copied();
		await refreshAlone(workspaceId, WITH_BUDGET);
		assert.ok((await stale(workspaceId)).includes('taglineOf'));
		assert.equal((await world.ask('taglineOf', workspaceId)).modelCalls, 1);
		assert.ok(!(await stale(workspaceId)).includes('taglineOf'));
	});

	test('whose tool is gone wait for the next refresh, and are not called meanwhile', async () => {
		const workspaceId = await world.copied();
		await refreshAlone(workspaceId, NO_REVIEWS);
		const other = `async function countReviews(filmId: number): Promise<number> {
	const film = await films.getFilm({ id: filmId });
	return film.review_count;
}`;
		const { prompts } = await world.ask('countReviews', workspaceId, other);
		assert.doesNotMatch(prompts.scaffold ?? '', /countReviews/);
		assert.equal((await get(workspaceId, 'countReviews')).state, 'candidate');
		world.publish(NO_REVIEWS);
		assert.match(await world.refresh(workspaceId), /Quarantines `countReviews` \(calls films\.listReviews, which is gone\), `starsOfYear`/);
		assert.deepEqual(await broken(workspaceId), ['countReviews', 'starsOfYear']);
	});
});
