import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { JsonObject, JsonValue } from '../../../src/json.ts';
import { buildRequest, type HttpRequest } from '../../../src/toolset/http/request.ts';
import type { BodyBinding, Operation, ParameterBinding } from '../../../src/toolset/openapi/operation.ts';

const parameter = (more: Partial<ParameterBinding> & Pick<ParameterBinding, 'in'>): ParameterBinding => ({
	argument: 'color',
	name: 'color',
	required: false,
	style: more.in === 'query' || more.in === 'cookie' ? 'form' : 'simple',
	explode: more.in === 'query' || more.in === 'cookie',
	allowReserved: false,
	...more,
});

const operation = (more: Partial<Operation> = {}): Operation => ({
	method: 'GET',
	path: '/things',
	baseUrl: 'https://api.test/v1',
	parameters: [],
	accepts: ['application/json'],
	input: { type: 'object' },
	...more,
});

function built(target: Operation, args: JsonObject): HttpRequest {
	const result = buildRequest(target, args);
	return result.ok ? result.request : assert.fail(result.message);
}

function refused(target: Operation, args: JsonObject): string {
	const result = buildRequest(target, args);
	return result.ok ? assert.fail(`built ${result.request.url}`) : result.message;
}

const withPath = (more: Partial<ParameterBinding> = {}) =>
	operation({ path: '/x/{color}', parameters: [parameter({ in: 'path', required: true, ...more })] });
const withQuery = (more: Partial<ParameterBinding> = {}) => operation({ parameters: [parameter({ in: 'query', ...more })] });

// OpenAPI 3.1.1, section 4.8.12.5 "Style Examples", the whole table without the combinations marked n/a.
suite('style examples of OpenAPI 3.1', () => {
	const array = ['blue', 'black', 'brown'];
	const object = { R: 100, G: 200, B: 150 };
	const table: [ParameterBinding['style'], boolean, Record<'string' | 'array' | 'object' | 'empty', string | undefined>][] = [
		['matrix', false, { empty: undefined, string: ';color=blue', array: ';color=blue,black,brown', object: ';color=R,100,G,200,B,150' }],
		[
			'matrix',
			true,
			{ empty: undefined, string: ';color=blue', array: ';color=blue;color=black;color=brown', object: ';R=100;G=200;B=150' },
		],
		['label', false, { empty: undefined, string: '.blue', array: '.blue,black,brown', object: '.R,100,G,200,B,150' }],
		['label', true, { empty: undefined, string: '.blue', array: '.blue.black.brown', object: '.R=100.G=200.B=150' }],
		['simple', false, { empty: undefined, string: 'blue', array: 'blue,black,brown', object: 'R,100,G,200,B,150' }],
		['simple', true, { empty: undefined, string: 'blue', array: 'blue,black,brown', object: 'R=100,G=200,B=150' }],
		['form', false, { empty: '?color=', string: '?color=blue', array: '?color=blue,black,brown', object: '?color=R,100,G,200,B,150' }],
		['form', true, { empty: '?color=', string: '?color=blue', array: '?color=blue&color=black&color=brown', object: '?R=100&G=200&B=150' }],
		[
			'spaceDelimited',
			false,
			{ empty: undefined, string: undefined, array: '?color=blue%20black%20brown', object: '?color=R%20100%20G%20200%20B%20150' },
		],
		[
			'pipeDelimited',
			false,
			{ empty: undefined, string: undefined, array: '?color=blue%7Cblack%7Cbrown', object: '?color=R%7C100%7CG%7C200%7CB%7C150' },
		],
		[
			'deepObject',
			true,
			{ empty: undefined, string: undefined, array: undefined, object: '?color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150' },
		],
	];
	const values: Record<string, JsonValue> = { empty: '', string: 'blue', array, object };
	for (const [style, explode, row] of table) {
		for (const [kind, expected] of Object.entries(row)) {
			if (expected === undefined) continue;
			test(`${style}, explode ${explode}, ${kind}: ${expected}`, () => {
				const inPath = style === 'matrix' || style === 'label' || style === 'simple';
				const target = inPath ? withPath({ style, explode }) : withQuery({ style, explode });
				const prefix = inPath ? 'https://api.test/v1/x/' : 'https://api.test/v1/things';
				assert.equal(built(target, { color: values[kind] ?? null }).url, prefix + expected);
			});
		}
	}

	test('simple in a header, explode both ways', () => {
		const header = (explode: boolean, value: JsonValue) =>
			built(operation({ parameters: [parameter({ in: 'header', name: 'X-Color', explode })] }), { color: value }).headers['x-color'];
		assert.equal(header(false, array), 'blue,black,brown');
		assert.equal(header(false, object), 'R,100,G,200,B,150');
		assert.equal(header(true, object), 'R=100,G=200,B=150');
		assert.equal(header(false, 'blue'), 'blue');
	});

	test('form in a cookie, explode both ways', () => {
		const cookie = (explode: boolean, value: JsonValue) =>
			built(operation({ parameters: [parameter({ in: 'cookie', explode })] }), { color: value }).headers.cookie;
		assert.equal(cookie(false, array), 'color=blue,black,brown');
		assert.equal(cookie(true, object), 'R=100; G=200; B=150');
		assert.equal(cookie(true, 'a; admin=1'), 'color=a%3B%20admin%3D1');
	});
});

suite('paths', () => {
	const dangerous: [JsonValue, RegExp][] = [
		['', /color is empty/],
		['.', /color is "\."/],
		['..', /color is "\.\."/],
		[[], /color is empty/],
		[[''], /color is empty/],
		[['..'], /color is "\.\."/],
		[null, /color is missing/],
	];
	for (const [value, message] of dangerous) {
		test(`${JSON.stringify(value)} is refused`, () => assert.match(refused(withPath(), { color: value }), message));
	}
	test('a missing argument is refused, also one named like something every object has', () => {
		assert.match(refused(withPath(), {}), /color is missing/);
		assert.match(refused(withPath({ argument: 'constructor' }), {}), /constructor is missing/);
	});

	const kept: [string, string][] = [
		['a/b', 'a%2Fb'],
		['../../admin', '..%2F..%2Fadmin'],
		['%2e%2e', '%252e%252e'],
		['..%2f', '..%252f'],
		['a\\b', 'a%5Cb'],
		['a?b#c', 'a%3Fb%23c'],
		[';x=1', '%3Bx%3D1'],
		['\t\r\n', '%09%0D%0A'],
		['ä ', '%C3%A4%20'],
		["!'()*", '%21%27%28%29%2A'],
		['...', '...'],
		['@evil.test', '%40evil.test'],
		['//evil.test', '%2F%2Fevil.test'],
	];
	for (const [value, expected] of kept) {
		test(`${JSON.stringify(value)} stays in its segment`, () =>
			assert.equal(built(withPath(), { color: value }).url, `https://api.test/v1/x/${expected}`));
	}

	test('several values cannot make a dot segment together', () => {
		const label = withPath({ style: 'label', explode: true });
		assert.match(refused(label, { color: ['', ''] }), /outside of the path/);
		const target = operation({
			path: '/x/{a}{b}',
			parameters: [parameter({ in: 'path', name: 'a', argument: 'a' }), parameter({ in: 'path', name: 'b', argument: 'b' })],
		});
		assert.match(refused(target, { a: '.', b: '.' }), /cannot stand in a path/);
	});

	test('a document cannot lead outside of its own base address', () => {
		for (const path of ['/../admin', '/a/../../x', '/%2e%2e/x', '\\..\\x', '/a/./b'])
			assert.match(refused(operation({ path }), {}), /outside/, path);
		assert.equal(built(operation({ path: '//evil.test/x' }), {}).url, 'https://api.test/v1//evil.test/x');
		assert.equal(built(operation({ path: '@evil.test' }), {}).url, 'https://api.test/v1/@evil.test');
	});

	test('fixed parameters behind the question mark are sent, unless a declared one of that name is', () => {
		const target = operation({ ...withQuery({ name: 'op', argument: 'op' }), path: '/q?op=LIST&mobile=1' });
		assert.equal(built(target, {}).url, 'https://api.test/v1/q?op=LIST&mobile=1');
		assert.equal(built(target, { op: 'LISTALL' }).url, 'https://api.test/v1/q?mobile=1&op=LISTALL');
	});

	test('a base address without a path, and the root path', () => {
		assert.equal(built(operation({ baseUrl: 'https://api.test', path: '/' }), {}).url, 'https://api.test/');
		assert.equal(built(operation({ path: '/' }), {}).url, 'https://api.test/v1/');
	});

	test('same-named parameters in path and query go where their arguments belong', () => {
		const target = operation({
			path: '/x/{name}',
			parameters: [
				parameter({ in: 'path', name: 'name', argument: 'name' }),
				parameter({ in: 'query', name: 'name', argument: 'nameQuery' }),
			],
		});
		assert.equal(built(target, { name: 'p', nameQuery: 'q' }).url, 'https://api.test/v1/x/p?name=q');
	});

	test('half a character is refused', () => assert.match(refused(withPath(), { color: '\ud800' }), /lone surrogate/));
});

suite('queries', () => {
	const query = (target: Operation, value: JsonValue) => new URL(built(target, { color: value }).url).search;

	test('null, absent and empty lists are left out', () => {
		assert.equal(query(withQuery(), null), '');
		assert.equal(built(withQuery(), {}).url, 'https://api.test/v1/things');
		assert.equal(query(withQuery(), []), '');
		assert.equal(query(withQuery({ explode: false }), []), '');
		assert.equal(query(withQuery(), ['a', null, 'b']), '?color=a&color=b');
		assert.equal(query(withQuery(), { a: null, b: 1 }), '?b=1');
	});

	test('a value cannot add a parameter', () => {
		assert.equal(query(withQuery(), 'x&admin=true#f'), '?color=x%26admin%3Dtrue%23f');
		assert.equal(query(withQuery({ allowReserved: true }), 'x&admin=true#f+'), '?color=x%26admin=true%23f%2B');
	});

	test('allowReserved lets reserved characters and triples pass', () => {
		assert.equal(query(withQuery({ allowReserved: true }), 'a/b?c:d,e%20f%zz g'), '?color=a/b?c:d,e%20f%25zz%20g');
		assert.equal(query(withQuery(), 'a/b,c'), '?color=a%2Fb%2Cc');
	});

	test('delimiters inside values are told from delimiters between them', () => {
		assert.equal(query(withQuery({ explode: false }), ['a,b', 'c']), '?color=a%2Cb,c');
	});

	test('numbers, booleans and nested values', () => {
		assert.equal(query(withQuery(), 1.5), '?color=1.5');
		assert.equal(query(withQuery(), false), '?color=false');
		assert.equal(query(withQuery({ explode: false }), [{ a: 1 }]), '?color=%7B%22a%22%3A1%7D');
	});

	test('exploded delimited lists are repeated', () => {
		assert.equal(query(withQuery({ style: 'pipeDelimited', explode: true }), ['a', 'b']), '?color=a&color=b');
	});

	test('deepObject nests objects and numbers lists', () => {
		const target = withQuery({ style: 'deepObject', explode: true });
		assert.equal(decodeURIComponent(query(target, { a: { b: 'c' }, d: [1, 2] })), '?color[a][b]=c&color[d][0]=1&color[d][1]=2');
		assert.equal(decodeURIComponent(query(target, ['x', 'y'])), '?color[0]=x&color[1]=y');
	});

	test('a parameter described by a media type', () => {
		assert.equal(decodeURIComponent(query(withQuery({ contentType: 'application/json' }), { a: ['b'] })), '?color={"a":["b"]}');
		assert.equal(query(withQuery({ contentType: 'text/plain' }), 'a b'), '?color=a%20b');
	});

	test('names are encoded', () => assert.equal(query(withQuery({ name: 'filter[a]&x' }), 'v'), '?filter%5Ba%5D%26x=v'));
});

suite('headers', () => {
	const withHeader = (name: string, more: Partial<ParameterBinding> = {}) =>
		operation({ parameters: [parameter({ in: 'header', name, ...more })] });

	test('line breaks and characters that no header holds are refused', () => {
		for (const value of ['a\r\nx-admin: 1', 'a\nb', 'a\0', 'a\u007f', '€'])
			assert.match(refused(withHeader('X-A'), { color: value }), /argument color/, JSON.stringify(value));
	});

	test('headers of connection, content and credentials are not set by arguments', () => {
		for (const name of [
			'Host',
			'Authorization',
			'Content-Length',
			'Cookie',
			'Accept',
			'Content-Type',
			'Transfer-Encoding',
			'Proxy-Authorization',
		]) {
			assert.deepEqual(built(withHeader(name), { color: 'evil' }).headers, { accept: 'application/json' }, name);
		}
	});

	test('a name that is no header name is refused', () => assert.match(refused(withHeader('x: y\r\nz'), { color: 'v' }), /does not allow/));

	test('Accept prefers JSON and holds nothing but media types', () => {
		const accept = (accepts: string[]) => built(operation({ accepts }), {}).headers.accept;
		assert.equal(accept(['text/csv', 'application/vnd.x+json', 'a\r\nb/c']), 'application/vnd.x+json, text/csv');
		assert.equal(accept([]), 'application/json, */*;q=0.5');
	});
});

suite('bodies', () => {
	const withBody = (body: Partial<BodyBinding>, input: Operation['input'] = { type: 'object' }) =>
		operation({
			method: 'POST',
			input,
			body: { contentType: 'application/json', required: true, from: { fields: ['a', 'b'] }, encoding: {}, ...body },
		});

	test('JSON from fields holds the given ones; null is a value', () => {
		const request = built(withBody({}), { a: null, b: [1], other: 2 });
		assert.equal(request.body, '{"a":null,"b":[1]}');
		assert.equal(request.headers['content-type'], 'application/json');
		assert.deepEqual(request.bodyValue, { a: null, b: [1] });
	});

	test('JSON from one argument is that argument', () => {
		assert.equal(built(withBody({ from: { argument: 'body' } }), { body: [1, 'x'] }).body, '[1,"x"]');
		assert.equal(built(withBody({ from: { argument: 'body' }, contentType: 'application/merge-patch+json' }), { body: 'x' }).body, '"x"');
	});

	test('an optional body without fields is not sent, a required one is empty', () => {
		const request = built(withBody({ required: false }), {});
		assert.equal(request.body, undefined);
		assert.equal(request.headers['content-type'], undefined);
		assert.equal(built(withBody({}), {}).body, '{}');
	});

	test('a property named __proto__ stays a property', () => {
		const args = JSON.parse('{"__proto__": 1}') as JsonObject;
		assert.equal(built(withBody({ from: { fields: ['__proto__'] } }), args).body, '{"__proto__":1}');
	});

	test('a form writes text as text and objects as JSON (OpenAPI 3.1, "URL Encoded Form with JSON Values")', () => {
		const target = withBody({ contentType: 'application/x-www-form-urlencoded', from: { fields: ['id', 'address', 'tags', 'none'] } });
		const address = { streetAddress: '123 Example Dr.', city: 'Somewhere', state: 'CA', zip: '99999+1234' };
		const { body } = built(target, { id: 'f81d4fae', address, tags: ['x', 'y'], none: null });
		assert.match(String(body), /123\+Example\+Dr\./);
		assert.deepEqual(
			[...new URLSearchParams(String(body))],
			[
				['id', 'f81d4fae'],
				['address', JSON.stringify(address)],
				['tags', 'x'],
				['tags', 'y'],
			],
		);
	});

	test('a form field with a style is written like a query parameter', () => {
		const target = withBody({
			contentType: 'application/x-www-form-urlencoded',
			encoding: { a: { style: 'deepObject', explode: true }, b: { explode: false } },
		});
		assert.equal(built(target, { a: { x: 1 }, b: ['p', 'q'] }).body, 'a%5Bx%5D=1&b=p,q');
	});

	test('multipart: text, JSON, lists and files', () => {
		const input = { type: 'object', properties: { file: { type: 'string', format: 'binary' } } };
		const target = withBody(
			{
				contentType: 'multipart/form-data',
				from: { fields: ['a', 'meta', 'tags', 'file', 'pic'] },
				encoding: { pic: { contentType: 'image/png, image/jpeg' } },
			},
			input,
		);
		const request = built(target, { a: 'line\r\n--x', meta: { k: 1 }, tags: ['t1', 't2'], file: 'DATA', pic: 'PNG' });
		const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(request.headers['content-type'] ?? '')?.[1] ?? assert.fail();
		const parts = String(request.body).split(`--${boundary}`);
		assert.deepEqual(parts, [
			'',
			'\r\nContent-Disposition: form-data; name="a"\r\n\r\nline\r\n--x\r\n',
			'\r\nContent-Disposition: form-data; name="meta"\r\nContent-Type: application/json\r\n\r\n{"k":1}\r\n',
			'\r\nContent-Disposition: form-data; name="tags"\r\n\r\nt1\r\n',
			'\r\nContent-Disposition: form-data; name="tags"\r\n\r\nt2\r\n',
			'\r\nContent-Disposition: form-data; name="file"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\nDATA\r\n',
			'\r\nContent-Disposition: form-data; name="pic"; filename="pic"\r\nContent-Type: image/png\r\n\r\nPNG\r\n',
			'--\r\n',
		]);
	});

	test('multipart names and types cannot write headers', () => {
		const name = 'a"\r\nX-Evil: 1';
		const target = withBody({
			contentType: 'multipart/form-data',
			from: { argument: 'body' },
			encoding: { [name]: { contentType: 'x\r\ny' } },
		});
		const { body } = built(target, { body: { [name]: 'v' } });
		assert.doesNotMatch(String(body), /\r\nX-Evil|x\r\ny/);
	});

	test('other media types take one text', () => {
		const xml = withBody({ contentType: 'application/xml', from: { argument: 'body' } });
		assert.equal(built(xml, { body: '<a/>' }).body, '<a/>');
		assert.match(refused(xml, { body: { a: 1 } }), /application\/xml: give it as one text/);
	});

	test('a content type with a line break is refused', () => {
		assert.match(refused(withBody({ contentType: 'application/json; x=\r\ny' }), { a: 1 }), /header cannot hold the content type/);
	});
});
