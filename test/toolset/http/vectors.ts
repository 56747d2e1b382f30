import type { JsonObject, JsonValue } from '../../../src/json.ts';

/**
 * Known-good requests. `style` vectors come from the table in OpenAPI 3.1.1, section 4.8.12.5 "Style Examples" (`color`), and from RFC 6570, section 3.2
 * (`var`, `hello`, `empty`, `list`, `keys`, whose expansions `simple`, `label`, `matrix` and `form` are); what neither defines says so.
 */
export interface Vector {
	readonly name: string;
	/** Parameter objects as a document has them; `name` may be left out and is `v` then. */
	readonly parameters?: readonly JsonObject[];
	/** The request body object of OpenAPI 3, as a document has it. */
	readonly requestBody?: JsonObject;
	/** The path's template; `/p` when left out, `/p/{v}` for a path parameter. */
	readonly path?: string;
	readonly args: JsonObject;
	/** What must arrive, byte for byte. Left out: the path alone, no further header, no body. */
	readonly expected: {
		/** Path and query as they stand in the request line. */
		readonly target?: string;
		/** Of these names; lower case. */
		readonly headers?: Readonly<Record<string, string>>;
		/** With `BOUNDARY` for a multipart boundary. Latin-1 of the bytes. */
		readonly body?: string;
	};
}

const color = { empty: '', string: 'blue', array: ['blue', 'black', 'brown'], object: { R: 100, G: 200, B: 150 } };
const hello = 'Hello World!';
const list = ['red', 'green', 'blue'];
const keys = { semi: ';', dot: '.', comma: ',' };

type Row = readonly [style: string, explode: boolean, value: JsonValue, expected: string];

/** What stands for `{v}` in `/p/{v}`. */
const pathRows: readonly Row[] = [
	['matrix', false, color.string, ';v=blue'],
	['matrix', false, color.array, ';v=blue,black,brown'],
	['matrix', false, color.object, ';v=R,100,G,200,B,150'],
	['matrix', true, color.array, ';v=blue;v=black;v=brown'],
	['matrix', true, color.object, ';R=100;G=200;B=150'],
	['matrix', false, hello, ';v=Hello%20World%21'],
	['matrix', false, keys, ';v=semi,%3B,dot,.,comma,%2C'],
	['matrix', true, keys, ';semi=%3B;dot=.;comma=%2C'],
	['label', false, color.string, '.blue'],
	['label', false, color.array, '.blue,black,brown'],
	['label', false, color.object, '.R,100,G,200,B,150'],
	['label', true, color.array, '.blue.black.brown'],
	['label', true, color.object, '.R=100.G=200.B=150'],
	['label', false, hello, '.Hello%20World%21'],
	['label', true, keys, '.semi=%3B.dot=..comma=%2C'],
	['simple', false, color.string, 'blue'],
	['simple', false, color.array, 'blue,black,brown'],
	['simple', false, color.object, 'R,100,G,200,B,150'],
	['simple', true, color.array, 'blue,black,brown'],
	['simple', true, color.object, 'R=100,G=200,B=150'],
	['simple', false, hello, 'Hello%20World%21'],
	['simple', false, list, 'red,green,blue'],
	['simple', true, keys, 'semi=%3B,dot=.,comma=%2C'],
	['simple', false, 1234, '1234'],
	['simple', false, true, 'true'],
	['simple', false, 'a/b?c#d', 'a%2Fb%3Fc%23d'],
	['simple', false, 'München €', 'M%C3%BCnchen%20%E2%82%AC'],
	['simple', false, ['a,b', 'c'], 'a%2Cb,c'],
	['simple', false, '100%', '100%25'],
];

/** The query string. */
const queryRows: readonly Row[] = [
	['form', false, color.empty, 'v='],
	['form', false, color.string, 'v=blue'],
	['form', false, color.array, 'v=blue,black,brown'],
	['form', false, color.object, 'v=R,100,G,200,B,150'],
	['form', true, color.empty, 'v='],
	['form', true, color.array, 'v=blue&v=black&v=brown'],
	['form', true, color.object, 'R=100&G=200&B=150'],
	['form', false, hello, 'v=Hello%20World%21'],
	['form', false, keys, 'v=semi,%3B,dot,.,comma,%2C'],
	['form', true, keys, 'semi=%3B&dot=.&comma=%2C'],
	['form', true, 'a&b=c+d', 'v=a%26b%3Dc%2Bd'],
	['form', true, '/foo/bar', 'v=%2Ffoo%2Fbar'],
	['form', true, 'ü東', 'v=%C3%BC%E6%9D%B1'],
	['form', true, [''], 'v='],
	['form', true, 0.5, 'v=0.5'],
	['form', true, false, 'v=false'],
	['spaceDelimited', false, color.array, 'v=blue%20black%20brown'],
	['spaceDelimited', false, color.object, 'v=R%20100%20G%20200%20B%20150'],
	['pipeDelimited', false, color.array, 'v=blue%7Cblack%7Cbrown'],
	['pipeDelimited', false, color.object, 'v=R%7C100%7CG%7C200%7CB%7C150'],
	['deepObject', true, color.object, 'v%5BR%5D=100&v%5BG%5D=200&v%5BB%5D=150'],
	['deepObject', true, { name: 'a b', tag: 'x&y' }, 'v%5Bname%5D=a%20b&v%5Btag%5D=x%26y'],
	// Beyond the specification, as qs, PHP and Stripe read it: nested objects, numbered lists.
	['deepObject', true, { created: { gte: 1, lt: 2 } }, 'v%5Bcreated%5D%5Bgte%5D=1&v%5Bcreated%5D%5Blt%5D=2'],
	['deepObject', true, { ids: ['a', 'b'] }, 'v%5Bids%5D%5B0%5D=a&v%5Bids%5D%5B1%5D=b'],
];

const headerRows: readonly Row[] = [
	['simple', false, color.string, 'blue'],
	['simple', false, color.array, 'blue,black,brown'],
	['simple', false, color.object, 'R,100,G,200,B,150'],
	['simple', true, color.object, 'R=100,G=200,B=150'],
	// Headers are not percent-encoded (OpenAPI 3.1.1, appendix D).
	['simple', false, 'a b; c="d"', 'a b; c="d"'],
	['simple', false, 12, '12'],
];

const cookieRows: readonly Row[] = [
	['form', true, color.string, 'v=blue'],
	['form', false, color.array, 'v=blue,black,brown'],
	['form', false, color.object, 'v=R,100,G,200,B,150'],
	['form', true, 'a; b=c', 'v=a%3B%20b%3Dc'],
];

const styled = (place: string, rows: readonly Row[], expected: (text: string) => Vector['expected']): Vector[] =>
	rows.map(([style, explode, value, text]) => ({
		name: `${place} ${style}${explode ? ' exploded' : ''} ${JSON.stringify(value)}`,
		parameters: [{ in: place, style, explode }],
		args: { v: value },
		expected: expected(text),
	}));

/** `collectionFormat` of Swagger 2, "Parameter Object": location, format, what arrives. */
export const collectionFormats: readonly (readonly [
	place: 'query' | 'path' | 'header' | 'formData',
	format: string | undefined,
	expected: string,
])[] = [
	['query', undefined, 'v=a,b%20c'],
	['query', 'csv', 'v=a,b%20c'],
	['query', 'ssv', 'v=a%20b%20c'],
	// %09, the tab, has no style in OpenAPI 3.
	['query', 'tsv', 'v=a%09b%20c'],
	['query', 'pipes', 'v=a%7Cb%20c'],
	['query', 'multi', 'v=a&v=b%20c'],
	['path', 'csv', 'a,b%20c'],
	['path', 'pipes', 'a%7Cb%20c'],
	['path', 'ssv', 'a%20b%20c'],
	['header', 'csv', 'a,b c'],
	['header', 'pipes', 'a|b c'],
	['formData', undefined, 'v=a,b%20c'],
	['formData', 'pipes', 'v=a%7Cb%20c'],
	['formData', 'multi', 'v=a&v=b%20c'],
];

const content = (type: string, schema: JsonObject = {}, rest: JsonObject = {}): JsonObject => ({
	required: true,
	content: { [type]: { schema: { type: 'object', ...schema }, ...rest } },
});
const properties = (names: readonly string[], each: JsonObject = {}): JsonObject => ({
	properties: Object.fromEntries(names.map((name) => [name, each])),
});
const form = 'application/x-www-form-urlencoded';

const bodies: readonly Vector[] = [
	{
		name: 'JSON of several fields, null and unicode included',
		requestBody: content('application/json', properties(['a', 'b', 'c'])),
		args: { a: 'ü"\n', b: null, c: [1, { d: true }] },
		expected: { headers: { 'content-type': 'application/json' }, body: '{"a":"Ã¼\\"\\n","b":null,"c":[1,{"d":true}]}' },
	},
	{
		name: 'JSON of a media type with a suffix',
		requestBody: content('application/merge-patch+json', properties(['a'])),
		args: { a: null },
		expected: { headers: { 'content-type': 'application/merge-patch+json' }, body: '{"a":null}' },
	},
	{
		name: 'a JSON list',
		requestBody: content('application/json', { type: 'array' }),
		args: { body: ['x', 2] },
		expected: { headers: { 'content-type': 'application/json' }, body: '["x",2]' },
	},
	{
		name: 'a text',
		requestBody: content('text/plain', { type: 'string' }),
		args: { body: 'line 1\nline 2 ü' },
		expected: { headers: { 'content-type': 'text/plain' }, body: 'line 1\nline 2 Ã¼' },
	},
	{
		// OpenAPI 3.1.1, section 4.8.14.4: lists are repeated, objects are JSON; the encoding is that of the WHATWG URL standard, a space a plus.
		name: 'a form: texts, lists, objects',
		requestBody: content(form, properties(['a', 'list', 'object', 'none'])),
		args: { a: 'x y&z=ü', list: ['1', '2'], object: { k: 'v' }, none: null },
		expected: { headers: { 'content-type': form }, body: 'a=x+y%26z%3D%C3%BC&list=1&list=2&object=%7B%22k%22%3A%22v%22%7D' },
	},
	{
		name: 'a form with encodings',
		requestBody: content(form, properties(['deep', 'csv', 'pipes', 'reserved']), {
			encoding: {
				deep: { style: 'deepObject', explode: true },
				csv: { explode: false },
				pipes: { style: 'pipeDelimited', explode: false },
				reserved: { allowReserved: true },
			},
		}),
		args: { deep: { a: { b: 'c d' }, l: ['x'] }, csv: ['1', '2'], pipes: ['1', '2'], reserved: 'a/b:c' },
		expected: {
			headers: { 'content-type': form },
			body: 'deep%5Ba%5D%5Bb%5D=c%20d&deep%5Bl%5D%5B0%5D=x&csv=1,2&pipes=1%7C2&reserved=a/b:c',
		},
	},
	{
		// RFC 7578, and OpenAPI 3.1.1, section 4.8.15.1.1 for the types of the parts.
		name: 'multipart: text, JSON, lists, files, types of one’s own',
		requestBody: content(
			'multipart/form-data',
			{
				properties: {
					id: { type: 'string' },
					address: { type: 'object' },
					tags: { type: 'array', items: { type: 'string' } },
					upload: { type: 'string', format: 'binary' },
					picture: { type: 'string' },
				},
			},
			{ encoding: { picture: { contentType: 'image/png' } } },
		),
		args: { id: 'ü', address: { city: 'x' }, tags: ['a', 'b'], upload: 'DATA', picture: 'PNG' },
		expected: {
			headers: { 'content-type': 'multipart/form-data; boundary=BOUNDARY' },
			body: [
				'--BOUNDARY\r\nContent-Disposition: form-data; name="id"\r\n\r\nÃ¼\r\n',
				'--BOUNDARY\r\nContent-Disposition: form-data; name="address"\r\nContent-Type: application/json\r\n\r\n{"city":"x"}\r\n',
				'--BOUNDARY\r\nContent-Disposition: form-data; name="tags"\r\n\r\na\r\n',
				'--BOUNDARY\r\nContent-Disposition: form-data; name="tags"\r\n\r\nb\r\n',
				'--BOUNDARY\r\nContent-Disposition: form-data; name="upload"; filename="upload"\r\nContent-Type: application/octet-stream\r\n\r\nDATA\r\n',
				'--BOUNDARY\r\nContent-Disposition: form-data; name="picture"; filename="picture"\r\nContent-Type: image/png\r\n\r\nPNG\r\n',
				'--BOUNDARY--\r\n',
			].join(''),
		},
	},
];

const mixed: readonly Vector[] = [
	{
		name: 'reserved characters where they are allowed (RFC 6570, section 3.2.3), but for those that end a value',
		parameters: [{ in: 'query', allowReserved: true }],
		args: { v: '/foo/bar?a:b@c!$(),;=%20 &+#[]' },
		expected: { target: '/p?v=/foo/bar?a:b@c!$(),;=%20%20%26%2B%23%5B%5D' },
	},
	{
		name: 'several places at once, in the order of the document',
		path: '/a/{id}/b/{name}',
		parameters: [
			{ in: 'query', name: 'z' },
			{ in: 'path', name: 'name' },
			{ in: 'query', name: 'list' },
			{ in: 'path', name: 'id' },
			{ in: 'header', name: 'X-Trace' },
			{ in: 'cookie', name: 'session' },
			{ in: 'cookie', name: 'theme' },
		],
		args: { id: 7, name: 'x y', z: '1', list: ['p', 'q'], 'X-Trace': 't', session: 's', theme: 'dark' },
		expected: { target: '/a/7/b/x%20y?z=1&list=p&list=q', headers: { 'x-trace': 't', cookie: 'session=s; theme=dark' } },
	},
	{
		name: 'a query parameter described by a media type',
		parameters: [{ in: 'query', content: { 'application/json': { schema: { type: 'object' } } } }],
		args: { v: { a: ['b c'] } },
		expected: { target: '/p?v=%7B%22a%22%3A%5B%22b%20c%22%5D%7D' },
	},
	{
		name: 'null and an empty list are not sent',
		parameters: [{ in: 'query' }, { in: 'query', name: 'w' }],
		args: { v: null, w: [] },
		expected: {},
	},
	{
		name: 'names are encoded, brackets and all',
		parameters: [
			{ in: 'query', name: 'page[number]' },
			{ in: 'query', name: '$filter' },
		],
		args: { 'page[number]': 2, $filter: "name eq 'x'" },
		expected: { target: '/p?page%5Bnumber%5D=2&%24filter=name%20eq%20%27x%27' },
	},
];

export const vectors: readonly Vector[] = [
	...styled('path', pathRows, (text) => ({ target: `/p/${text}` })),
	...styled('query', queryRows, (text) => ({ target: `/p?${text}` })),
	...styled('header', headerRows, (text) => ({ headers: { v: text } })),
	...styled('cookie', cookieRows, (text) => ({ headers: { cookie: text } })),
	...mixed,
	...bodies,
];
