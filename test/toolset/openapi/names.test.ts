import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type NameSource, nameOperations, toolsetName } from '../../../src/toolset/openapi/names.ts';

const name = (method: string, path: string, operationId?: string): string | undefined => nameOperations([{ method, path, operationId }])[0];

describe('nameOperations', () => {
	const names: [method: string, path: string, operationId: string | undefined, expected: string][] = [
		['get', '/a', 'listPets', 'listPets'],
		['get', '/a', 'getURLInfo', 'getURLInfo'],
		['get', '/a', 'AddAgenda', 'addAgenda'],
		['get', '/a', 'get-an-album', 'getAlbum'],
		['get', '/a', 'vitamin-a', 'vitaminA'],
		['get', '/a', 'repos/list-for-user', 'reposListForUser'],
		['get', '/a', 'chat_postMessage', 'chatPostMessage'],
		['get', '/a', 'UsersController_findAll', 'usersFindAll'],
		['get', '/a', 'Créer l’utilisateur', 'creerLutilisateur'],
		['get', '/search/person', 'GET_search-person', 'searchPerson'],
		['get', '/movie/{movie_id}/keywords', 'GET_movie-movie_id-keywords', 'getMovieKeywords'],
		['get', '/person/{person_id}', 'GET_person-person_id', 'getPerson'],
		['get', '/items/{item_id}', 'read_item_items__item_id__get', 'readItem'],
		['get', '/movie/{movie_id}/credits', undefined, 'getMovieCredits'],
		['post', '/api/v1/users/{id}/playlists.json', undefined, 'postUsersPlaylists'],
		['delete', '/pets/{id}', undefined, 'deletePets'],
		['get', '/', undefined, 'getRoot'],
		['get', '/{id}', '', 'getRoot'],
		['get', '/2fa', '2fa enable', 'get2faEnable'],
		['get', '/users', '获取用户', 'getUsers'],
		['get', '/获取', '获取', 'getRoot'],
	];
	for (const [method, path, id, expected] of names) {
		it(`names ${method} ${path} (${id}) ${expected}`, () => assert.equal(name(method, path, id), expected));
	}

	it('avoids what JavaScript, TypeScript or promises reserve', () => {
		for (const id of [
			'delete',
			'then',
			'constructor',
			'__proto__',
			'toString',
			'valueOf',
			'await',
			'import',
			'toJSON',
			'undefined',
			'eval',
		]) {
			assert.equal(name('get', '/things', id), id === '__proto__' ? 'proto' : 'getThings', id);
		}
		assert.equal(name('get', '/x/{a}', 'x'.repeat(200))?.length, 64);
	});

	it('never loses an operation to a collision, in whatever order they come', () => {
		const operations: NameSource[] = [
			{ method: 'get', path: '/pets/{petId}' },
			{ method: 'get', path: '/pets' },
			{ method: 'get', path: '/pets/{petId}/{other}' },
			{ method: 'get', path: '/v1/pets' },
			{ method: 'post', path: '/a', operationId: 'save' },
			{ method: 'put', path: '/a', operationId: 'save' },
			{ method: 'put', path: '/a/{x}', operationId: 'save' },
			{ method: 'get', path: '/a-b' },
			{ method: 'get', path: '/a_b' },
			{ method: 'get', path: '/a.b' },
		];
		const expected = nameOperations(operations);
		assert.equal(new Set(expected).size, operations.length);
		assert.deepEqual(expected.slice(0, 3), ['getPetsByPetId', 'getPets', 'getPetsByOther']);
		const backwards = nameOperations([...operations].reverse()).reverse();
		assert.deepEqual(backwards, expected);
	});

	it('does not take a name that another operation has of its own', () => {
		const names = nameOperations([
			{ method: 'get', path: '/a', operationId: 'save' },
			{ method: 'post', path: '/a', operationId: 'save' },
			{ method: 'post', path: '/b', operationId: 'savePost' },
		]);
		assert.equal(names[2], 'savePost');
		assert.equal(new Set(names).size, 3);
	});

	it('drops a first word that all operations share, but no verb', () => {
		const of = (ids: string[]) => nameOperations(ids.map((operationId, index) => ({ method: 'get', path: `/${index}`, operationId })));
		assert.deepEqual(of(['drive.files.list', 'drive.files.get', 'drive.about.get']), ['filesList', 'filesGet', 'aboutGet']);
		assert.deepEqual(of(['get_red_pet', 'get_blue_pet', 'get_big_pet']), ['getRedPet', 'getBluePet', 'getBigPet']);
		assert.deepEqual(of(['drive.files.list', 'drive.files.get']), ['driveFilesList', 'driveFilesGet']);
	});
});

describe('toolsetName', () => {
	const names: [text: string, expected: string | undefined][] = [
		['', undefined],
		['获取', undefined],
		['123', undefined],
		['tmdb', 'tmdb'],
		['The Movie Database API', 'theMovieDatabaseApi'],
		['my-api', 'myApi'],
		['movieDB_2', 'movieDB_2'],
		['TMDB', 'tmdb'],
		['x'.repeat(40), 'x'.repeat(32)],
		['2nd api', 'api'],
		['answer', 'answerApi'],
		['console', 'consoleApi'],
		['human', 'humanApi'],
		['Math', 'math'],
		['class', 'classApi'],
		['__proto__', 'proto'],
		['then', 'thenApi'],
		["evil'; //", 'evil'],
	];
	for (const [text, expected] of names) {
		it(`makes ${expected} of ${JSON.stringify(text)}`, () => assert.equal(toolsetName(text), expected));
	}
});
