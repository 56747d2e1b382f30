import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { createSandbox } from '../../src/sandbox/pool.ts';
import type { ToolResponse } from '../../src/toolset/tool.ts';
import { ending, program } from './programs.ts';

const sandbox = createSandbox({ size: 1 });
after(() => sandbox.close());

/** Three pages of two entries; `bare` gives lists, as APIs with Link headers do. */
const page = (args: { readonly page?: number; readonly bare?: boolean; readonly text?: boolean }): ToolResponse => {
	const number = args.page ?? 1;
	const items = [number * 10, number * 10 + 1];
	const value = args.text ? 'a,b' : args.bare ? items : { items };
	return number < 3 || args.text ? { ok: true, value, next: { ...args, page: number + 1 } } : { ok: true, value };
};
const returned = async (code: string) => {
	const outcome = await sandbox.run(
		program(code, { tools: { api: ['list'] }, callTool: async ({ args }) => page(args as Parameters<typeof page>[0]) }),
	);
	return outcome.kind === 'returned' ? outcome.answer.value : assert.fail(JSON.stringify(ending(outcome)));
};

describe('nextPage', () => {
	it('gives the arguments for one page after the other, until there is none', async () => {
		assert.deepEqual(
			await returned(
				'const all = []; let response; for (let args = { size: 2 }; args; args = nextPage(response)) { response = await api.list(args); all.push(...response.items); } return all;',
			),
			[10, 11, 20, 21, 30, 31],
		);
		assert.deepEqual(await returned('const first = await api.list({ bare: true }); return [first, nextPage(first)];'), [
			[10, 11],
			{ bare: true, page: 2 },
		]);
	});

	it('knows what a tool gave, and neither copies nor parts of it, nor anything else', async () => {
		for (const response of [
			'{ ...r }',
			'r.items',
			'JSON.parse(JSON.stringify(r))',
			'Object.create(r)',
			'new Proxy(r, {})',
			'undefined',
			'null',
			'"r"',
			'1',
			'nextPage',
		])
			assert.equal(await returned(`const r = await api.list({}); return nextPage(${response}) === undefined;`), true, response);
		assert.equal(await returned('return nextPage(await api.list({ text: true })) === undefined;'), true);
		assert.equal(
			await returned('const pending = api.list({}); const early = nextPage(pending); await pending; return early === undefined;'),
			true,
		);
	});

	it('gives new arguments every time: what a program does to them or to the response changes nothing', async () => {
		assert.deepEqual(
			await returned(
				'const r = await api.list({}); nextPage(r).page = 99; r.items = []; r.page = 7; return [nextPage(r), nextPage(r) === nextPage(r)];',
			),
			[{ page: 2 }, false],
		);
	});

	it('cannot be replaced, extended or made to look elsewhere', async () => {
		const attacks = [
			'nextPage = () => 1',
			'globalThis.nextPage = () => 1',
			'delete globalThis.nextPage',
			'Object.defineProperty(globalThis, "nextPage", { value: 1 })',
			'nextPage.kept = 1',
			'nextPage.prototype.x = 1',
			'new nextPage({})',
		];
		for (const attack of attacks)
			assert.deepEqual(
				await returned(`try { ${attack}; } catch {} const r = await api.list({}); return nextPage(r);`),
				{ page: 2 },
				attack,
			);
		assert.deepEqual(
			await returned(
				'WeakMap.prototype.get = WeakMap.prototype.set = JSON.parse = () => ({ page: 66 }); const r = await api.list({}); return nextPage(r);',
			),
			{ page: 2 },
		);
	});
});
