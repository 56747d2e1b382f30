import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { stampsOf } from '../../src/repository/callable-tools.ts';
import type { FunctionRecord } from '../../src/repository/function-record.ts';
import { isOffered, lastTransition } from '../../src/repository/lifecycle.ts';
import { exampleOf } from '../../src/repository/verify.ts';
import { type AdminWorld, openAdminWorld } from '../commands/toolset/admin-world.ts';
import { WORKSPACE } from '../pipeline/fixture.ts';
import {
	answerOf,
	type Change,
	documentOf,
	FILMS,
	listed,
	operation,
	PROGRAMS,
	parameters,
	renamed,
	response,
	withProperty,
} from './films-api.ts';

/** How each function that a change may break is asked for. */
const ASKED: Readonly<Record<string, readonly [question: string, call: string]>> = {
	findPersonId: ['Which id does the person Sofia Coppola have?', "findPersonId('Sofia Coppola')"],
	titlesDirectedBy: ['Which titles has Sofia Coppola directed?', "titlesDirectedBy('Sofia Coppola')"],
	dramasOf: ['Which dramas are of the year 2003?', 'dramasOf(2003)'],
	averageRuntime: ['What is the average running time of the films 1 and 2?', 'averageRuntime([1, 2])'],
	taglineOf: ['What is the tagline of the film 1?', 'taglineOf(1)'],
	countReviews: ['How many reviews does the film 1 have?', 'countReviews(1)'],
	ageAt: ['How old was Sofia Coppola when the film 1 came out?', "ageAt('Sofia Coppola', 1)"],
};

interface Case {
	readonly change: Change;
	/** With what uses them; the first one is asked for afterwards. */
	readonly broken: readonly string[];
	/** Why the first one is. */
	readonly reason?: RegExp;
	/** The first one, mended. */
	readonly mended?: string;
	/** Whether an admin is asked even though nothing breaks. */
	readonly asks?: true;
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
	let world: AdminWorld;
	let kept: readonly FunctionRecord[];
	let workspaces = 0;
	before(async () => {
		world = await openAdminWorld(({ url }) => [200, answerOf(url)]);
		world.publish(documentOf(FILMS));
		await world.say(`/toolset add films ${world.api.origin}/openapi.json`);
		for (const [at, program] of PROGRAMS.entries()) {
			const asked = await world.bot.ask(`Question ${at}`, { scaffold: [SCAFFOLD], plan: [SCAFFOLD], implement: [program] });
			assert.equal(asked.end.type, 'result', JSON.stringify(asked.end));
		}
		kept = await world.bot.services.functions.list(WORKSPACE);
		assert.equal(kept.length, 11);
	});
	after(() => world.close());

	/** Another workspace with the same API and functions. */
	const copied = async () => {
		const { functions } = world.bot.services;
		const workspaceId = `console:${++workspaces}`;
		world.publish(documentOf(FILMS));
		await world.say(`/toolset add films ${world.api.origin}/openapi.json`, { workspaceId });
		for (const record of kept) {
			const examples = await functions.examples(record);
			const { version: _version, examples: _digests, ...fn } = record;
			await functions.add(
				{ ...fn, workspaceId },
				examples.map((example) => exampleOf(record.name, example)),
			);
		}
		return workspaceId;
	};
	const list = (workspaceId: string) => world.bot.services.functions.list(workspaceId);
	const namesOf = (records: readonly FunctionRecord[]) => records.map(({ name }) => name).sort();
	const publish = (change: Change) => world.publish(documentOf(change(FILMS)));
	const refresh = (workspaceId: string) => world.agree('/toolset refresh films', { workspaceId });
	const ask = async (name: string, workspaceId: string, mended?: string) => {
		const [question, call] = ASKED[name] ?? assert.fail(name);
		const main = `return answer('', await ${call});`;
		const anew = `${mended?.split('{\n')[0]} {}\n\n${main}`;
		const script = mended === undefined ? { scaffold: [main] } : { scaffold: [anew], plan: [anew], implement: [`${mended}\n${main}`] };
		const { end, requests } = await world.bot.ask(question, script, { workspaceId });
		assert.equal(end.type, 'result', JSON.stringify(end));
		const prompts = requests.map(({ stage, messages }) => [stage, messages.map(({ content }) => content).join('\n')]);
		return { end, prompts: Object.fromEntries(prompts) as Readonly<Record<string, string>>, calls: requests.length };
	};

	for (const [title, { change, broken, reason, mended }] of Object.entries(CASES)) {
		test(`${title}: ${broken.length === 0 ? 'nothing breaks' : `${broken.join(', ')}`}`, async () => {
			const workspaceId = await copied();
			const before = await list(workspaceId);
			publish(change);
			const { question = '' } = await world.ask('/toolset refresh films', { workspaceId });
			for (const name of broken) assert.match(question, new RegExp(`Quarantines .*\`${name}\` \\(.*Apply this`, 's'));
			assert.deepEqual(await list(workspaceId), before);
			const said = await refresh(workspaceId);
			assert.equal(said.includes('Quarantines'), broken.length > 0);

			const records = await list(workspaceId);
			assert.deepEqual(namesOf(records.filter((record) => !isOffered(record))), [...broken].sort());
			const tools = await world.bot.services.functionChecks.toolsOf(workspaceId);
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
				);
			}

			const [first] = broken;
			if (first === undefined || mended === undefined) {
				assert.equal((await ask('taglineOf', workspaceId)).calls, 1);
				return;
			}
			const { functions } = world.bot.services;
			const old = (await functions.get(workspaceId, first, 1)) ?? assert.fail();
			assert.match(lastTransition(old).reason, reason ?? /^$/);
			assert.equal(lastTransition(old).cause, 'drift');
			const { prompts } = await ask(first, workspaceId, mended);
			const { scaffold = '', implement = '' } = prompts;
			assert.deepEqual(
				scaffold.split('have to be written anew').map((part) => part.includes(`function ${first}(`)),
				[false, true],
			);
			assert.ok(implement.includes(`${old.source}`) && implement.includes(`// ${lastTransition(old).reason.slice(0, 10)}`), implement);
			const versions = await functions.versions(workspaceId, first);
			assert.deepEqual(
				versions.map(({ version, state }) => [version, state]),
				[
					[2, 'candidate'],
					[1, 'quarantined'],
				],
			);
			const again = await ask(first, workspaceId);
			assert.equal(again.calls, 1);
			assert.ok(!again.prompts.scaffold?.split('have to be written anew')[1]?.includes(`function ${first}(`));
		});
	}
});

/** Of no use to anybody: the programs bring their own main call. */
const SCAFFOLD = 'async function whatever(): Promise<number> {}\n\nreturn answer("", await whatever());';
