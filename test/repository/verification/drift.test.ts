import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { bareCode } from '../../../src/code/bare-code.ts';
import { parseProgram } from '../../../src/code/parse.ts';
import { stampsOf } from '../../../src/repository/callable-tools.ts';
import type { FunctionRecord } from '../../../src/repository/function-record.ts';
import { isOffered, lastTransition } from '../../../src/repository/function-state.ts';
import { type DriftWorld, openDriftWorld } from './drift-world.ts';
import { type Change, listed, operation, parameters, renamed, response, withProperty } from './films-api.ts';

interface Case {
	readonly change: Change;
	/** With what uses them; the first one is asked for afterwards. */
	readonly broken: readonly string[];
	/** Why the first one is. */
	readonly reason?: RegExp;
	/** The first one, mended. */
	readonly mended?: string;
}

const CASES: Readonly<Record<string, Case>> = {
	'a field of a response is renamed': {
		change: response('getFilm', renamed('tagline', 'slogan')),
		broken: ['taglineOf', 'shoutedTagline'],
		reason: /^line 4: Property 'tagline' does not exist/,
		mended:
			'async function taglineOf(id: number): Promise<string> {\n\tconst film = await films.getFilm({ id });\n\treturn film.slogan;\n}',
	},
	'a field of listed things is renamed': {
		change: listed(renamed('title', 'name')),
		broken: ['dramasOf', 'titlesDirectedBy', 'countDirectedBy'],
		reason: /^line 4: Property 'title' does not exist/,
		mended:
			"async function dramasOf(year: number): Promise<string[]> {\n\tconst { results } = await films.listFilms({ genre: 'drama', year });\n\treturn results.map((film) => film.name);\n}",
	},
	'an optional parameter is renamed': {
		change: parameters('listFilms', renamed('director_id', 'director')),
		broken: ['titlesDirectedBy', 'countDirectedBy'],
		reason: /^line 3: .*director_id/,
		mended:
			'async function titlesDirectedBy(name: string): Promise<string[]> {\n\tconst { results } = await films.listFilms({ director: await findPersonId(name) });\n\treturn results.map((film) => film.title);\n}',
	},
	'a required parameter is renamed': {
		change: operation('listReviews', (one) => ({ ...one, parameters: renamed('film_id', 'film')(one.parameters), required: ['film'] })),
		broken: ['countReviews', 'starsOfYear'],
		reason: /^line 3: .*film_id/,
		mended:
			'async function countReviews(filmId: number): Promise<number> {\n\tconst { reviews } = await films.listReviews({ film: filmId, limit: 100 });\n\treturn reviews.length;\n}',
	},
	'an operation is removed': {
		change: ({ listReviews: _, ...others }) => others,
		broken: ['countReviews', 'starsOfYear'],
		reason: /^calls films\.listReviews, which is gone$/,
		mended:
			'async function countReviews(filmId: number): Promise<number> {\n\tconst film = await films.getFilm({ id: filmId });\n\treturn film.review_count;\n}',
	},
	'an operation has another name': {
		change: ({ listReviews, ...others }) => ({ ...others, findReviews: listReviews }),
		broken: ['countReviews', 'starsOfYear'],
		reason: /^calls films\.listReviews, which is gone$/,
		mended:
			'async function countReviews(filmId: number): Promise<number> {\n\tconst { reviews } = await films.findReviews({ film_id: filmId });\n\treturn reviews.length;\n}',
	},
	'a parameter becomes required': {
		change: operation('getPerson', (one) => ({
			...one,
			parameters: withProperty('country', { type: 'string' })(one.parameters),
			required: ['name', 'country'],
		})),
		broken: ['findPersonId', 'ageAt', 'titlesDirectedBy', 'countDirectedBy'],
		reason: /^line 3: .*'country' is missing/,
		mended:
			"async function findPersonId(name: string): Promise<number> {\n\tconst person = await films.getPerson({ name, country: 'US' });\n\treturn person.id;\n}",
	},
	'a number becomes a text': {
		change: response('getFilm', withProperty('runtime', { type: 'string' })),
		broken: ['averageRuntime'],
		reason: /^line 5: Type 'string' is not assignable to type 'number'/,
		mended:
			'async function averageRuntime(ids: number[]): Promise<number> {\n\tconst found = await Promise.all(ids.map((id) => films.getFilm({ id })));\n\treturn found.reduce((sum, film) => sum + Number(film.runtime), 0) / found.length;\n}',
	},
	'a value may be missing': {
		change: response('getFilm', withProperty('tagline', { type: ['string', 'null'] })),
		broken: ['taglineOf'],
		reason: /^line 4: Type 'string \| null' is not assignable to type 'string'/,
		mended:
			"async function taglineOf(id: number): Promise<string> {\n\tconst film = await films.getFilm({ id });\n\treturn film.tagline ?? '';\n}",
	},
	'a value that is computed with may be missing': {
		change: response('getPerson', withProperty('born', { type: ['integer', 'null'] })),
		broken: ['ageAt'],
		reason: /^line 4: 'person\.born' is possibly 'null'/,
		mended:
			"async function ageAt(name: string, filmId: number): Promise<number> {\n\tconst [person, film] = await Promise.all([films.getPerson({ name }), films.getFilm({ id: filmId })]);\n\tif (person.born === null) throw new Error('nobody knows');\n\treturn film.year - person.born;\n}",
	},
	'a value that a function passes is taken no more': {
		change: parameters('listFilms', withProperty('genre', { type: 'string', enum: ['comedy', 'horror'] })),
		broken: ['dramasOf'],
		reason: /^line 3: .*"drama"/,
		mended:
			'async function dramasOf(year: number): Promise<string[]> {\n\tconst { results } = await films.listFilms({ year });\n\treturn results.map((film) => film.title);\n}',
	},
	'a limit is tightened below what a function passes': {
		change: parameters('listReviews', withProperty('limit', { type: 'integer', maximum: 50 })),
		broken: ['countReviews'],
		reason: /^films\.listReviews does not take what it was called with: .*`limit`.*50.*100/,
		mended:
			'async function countReviews(filmId: number): Promise<number> {\n\tconst { reviews } = await films.listReviews({ film_id: filmId, limit: 50 });\n\treturn reviews.length;\n}',
	},
	'a value that no function passes is taken no more': {
		change: parameters('listFilms', withProperty('genre', { type: 'string', enum: ['drama', 'comedy'] })),
		broken: [],
	},
	'an optional parameter is added': { change: parameters('getPerson', withProperty('country', { type: 'string' })), broken: [] },
	'a field is added to a response': { change: response('getFilm', withProperty('budget', { type: 'integer' })), broken: [] },
	'a field that nobody reads is removed': {
		change: response('getFilm', ({ review_count: _, ...others }) => others),
		broken: [],
	},
	'a description is another one': { change: operation('getFilm', (one) => ({ ...one, summary: 'Everything about a film.' })), broken: [] },
	'an operation moves': { change: operation('getFilm', (one) => ({ ...one, at: 'GET /v2/films/{id}' })), broken: [] },
	'an operation changes something from now on': {
		change: operation('listReviews', (one) => ({ ...one, at: 'POST /reviews' })),
		broken: [],
	},
};

describe('what a changed document does to the functions of a workspace', () => {
	let world: DriftWorld;
	before(async () => {
		world = await openDriftWorld();
	});
	after(() => world.close());

	for (const [title, { change, broken, reason, mended }] of Object.entries(CASES)) {
		test(`${title}: ${broken.length === 0 ? 'nothing breaks' : broken.join(', ')}`, async () => {
			const workspaceId = await world.copied();
			const before = await world.list(workspaceId);
			world.publish(change);
			const { question = '' } = await world.admin.ask('/toolset refresh films', { workspaceId });
			for (const name of broken) assert.match(question, new RegExp(`Quarantines .*\`${name}\` \\(.*Apply this`, 's'));
			assert.deepEqual(await world.list(workspaceId), before, 'nothing happens before the yes');
			const said = await world.refresh(workspaceId);
			assert.equal(said.includes('Quarantines'), broken.length > 0);

			const records = await world.list(workspaceId);
			const lost = records.filter((record) => !isOffered(record)).map(({ name }) => name);
			assert.deepEqual(lost.sort(), [...broken].sort());
			const tools = await functionTools(workspaceId);
			for (const [at, { tools: stamps, ...record }] of records.entries()) {
				if (broken.includes(record.name)) continue;
				const { tools: former = [], ...rest } = before[at] ?? assert.fail();
				assert.deepEqual(record, rest);
				assert.deepEqual(
					stamps,
					stampsOf(
						former.map(({ tool }) => tool),
						tools,
					),
					'as the tools are now',
				);
			}
			const [first] = broken;
			if (first === undefined || mended === undefined) assert.equal((await world.ask('taglineOf', workspaceId)).modelCalls, 1);
			else await mend(first, workspaceId, { mended, reason });
		});
	}

	const functionTools = (workspaceId: string) => world.admin.bot.services.functionChecks.toolsOf(workspaceId);

	/** Asks for what a broken function answers: it is not offered but shown as a draft, and its next version is called from then on. */
	async function mend(name: string, workspaceId: string, { mended, reason = /^$/ }: Pick<Case, 'mended' | 'reason'>) {
		const { functions } = world.admin.bot.services;
		const old = (await functions.get(workspaceId, name, 1)) ?? assert.fail();
		assert.match(lastTransition(old).reason, reason);
		assert.equal(lastTransition(old).cause, 'drift');
		const { scaffold = '', implement = '' } = (await world.ask(name, workspaceId, mended)).prompts;
		assert.deepEqual(offeredAndDrafted(name, scaffold), [false, true]);
		assert.ok(implement.includes(codeOf(old)) && implement.includes(`// ${lastTransition(old).reason.slice(0, 10)}`), implement);
		const versions = await functions.versions(workspaceId, name);
		assert.deepEqual(
			versions.map(({ version, state }) => [version, state]),
			[
				[2, 'candidate'],
				[1, 'quarantined'],
			],
		);
		const again = await world.ask(name, workspaceId);
		assert.equal(again.modelCalls, 1);
		assert.deepEqual(offeredAndDrafted(name, again.prompts.scaffold), [true, false]);
	}
});

function codeOf({ source }: FunctionRecord): string {
	const parsed = parseProgram(source);
	assert.ok(parsed.ok);
	return bareCode(parsed.program);
}

/** Whether a prompt offers the function for a call, and whether it shows it as one to be written anew. */
function offeredAndDrafted(name: string, prompt = ''): readonly boolean[] {
	const [offered = '', drafted = ''] = prompt.split('have to be written anew');
	return [offered, drafted].map((part) => part.includes(`function ${name}(`));
}
