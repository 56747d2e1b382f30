import { loadOpenApi } from '../../src/toolset/openapi/load.ts';

/** A toolset whose operations are `list<Name>0`, `list<Name>1`, and so on. */
export function numberedToolset(name: string, operations: number) {
	const paths = Object.fromEntries(
		Array.from({ length: operations }, (_, at) => [
			`/${name}/${at}`,
			{ get: { operationId: `list_${name}_${at}`, summary: `List the ${name} number ${at}.`, responses: {} } },
		]),
	);
	return loadOpenApi({
		name,
		text: JSON.stringify({ openapi: '3.1.0', info: { title: name, version: '1' }, servers: [{ url: 'https://x.example.com' }], paths }),
		send: async () => ({ ok: true, value: null }),
		previewOperation: () => ({ method: 'GET', url: '' }),
	});
}
