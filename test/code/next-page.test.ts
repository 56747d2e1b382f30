import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { createTypeChecker } from '../../src/code/check.ts';
import { declareToolset } from '../../src/code/declarations.ts';
import { documentOf, load } from '../toolset/openapi/document.ts';

const checker = createTypeChecker();
after(() => checker.close());

const things = load(
	documentOf({
		'/things': {
			get: {
				operationId: 'list',
				parameters: [
					{ name: 'page', in: 'query', schema: { type: 'integer' } },
					{ name: 'kind', in: 'query', required: true, schema: { enum: ['a', 'b'] } },
				],
				responses: {
					200: {
						content: {
							'application/json': {
								schema: {
									type: 'object',
									properties: { items: { type: 'array', items: { type: 'object', properties: { id: { type: 'integer' } } } } },
								},
							},
						},
					},
				},
			},
		},
	}),
);
const check = (program: string) => checker.check({ program, declarations: [declareToolset(things)] });

describe('a program that reads all pages', () => {
	const loops: [what: string, program: string][] = [
		[
			'as the prompt shows it',
			"const ids: number[] = [];\nfor (let args: { kind: 'a' | 'b' } = { kind: 'a' }, page; args; args = nextPage(page)) {\n  page = await api.list(args);\n  ids.push(...page.items.map((item) => item.id));\n}\nfor (let args = { kind: 'b' as const }, page; args; args = nextPage(page)) {\n  page = await api.list(args);\n  ids.push(...page.items.map((item) => item.id));\n}\nreturn answer('', ids);",
		],
		[
			'in a for loop',
			"const ids: number[] = [];\nlet page;\nfor (let args: { kind: 'a' | 'b' } = { kind: 'a' }; args; args = nextPage(page)) {\n  page = await api.list(args);\n  ids.push(...page.items.map((item) => item.id));\n}\nreturn answer('', ids);",
		],
		[
			'in a do loop',
			"const ids: number[] = [];\nlet args = { kind: 'a' } as const;\ndo {\n  const page = await api.list(args);\n  ids.push(...page.items.map((item) => item.id));\n  args = nextPage(page);\n} while (args);\nreturn answer('', ids);",
		],
		[
			'in a function',
			"async function all(kind: 'a' | 'b'): Promise<number[]> {\n  const found: number[] = [];\n  let page;\n  for (let args = { kind }; args; args = nextPage(page)) {\n    page = await api.list(args);\n    for (const item of page.items) found.push(item.id);\n  }\n  return found;\n}\nreturn answer('', await all('b'));",
		],
	];
	for (const [what, program] of loops) it(`type-checks ${what}`, async () => assert.deepEqual(await check(program), []));

	it('is told of a missing await', async () => {
		const [first] = await check("const page = api.list({ kind: 'a' });\nreturn answer('', nextPage(page));");
		assert.match(first?.message ?? '', /await/);
	});
});
