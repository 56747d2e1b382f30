import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { documentOf } from '../toolset/openapi/document.ts';
import { openFixture, WORKSPACE } from './fixture.ts';
import { GOOD, PLAN, QUESTION, SCAFFOLD } from './programs.ts';

const script = { scaffold: [SCAFFOLD], implement: [GOOD] };

/** The films, and an API of 400 operations beside them. */
async function openLarge(context: TestContext) {
	const bot = await openFixture();
	context.after(() => bot.close());
	const paths = Object.fromEntries(
		Array.from({ length: 400 }, (_, at) => [
			`/parcels/${at}`,
			{ get: { operationId: `list_parcels_${at}`, summary: `Films, people and directors of the parcels number ${at}.`, responses: {} } },
		]),
	);
	const record = { workspaceId: WORKSPACE, name: 'parcels', source: 'parcels.json', addedAt: '2026-01-01', addedBy: 'test' };
	await bot.services.catalogue.add(record, documentOf(paths));
	return bot;
}

type Asked = Awaited<ReturnType<Awaited<ReturnType<typeof openLarge>>['ask']>>;
const plansOf = ({ requests }: Asked) => requests.filter(({ stage }) => stage === 'plan');
const lastOf = (asked: Asked) => plansOf(asked).at(-1)?.messages.at(-1)?.content ?? '';
const searchesOf = ({ events }: Asked) =>
	events.flatMap((event) => (event.type === 'status' && event.text.startsWith('Searching') ? [event.text] : []));
const endOf = ({ end }: Asked) => (end.type === 'result' ? end.value : end.message);

describe('a plan that asks for a search', () => {
	test('is given what is found, and plans again: a model call and no repair', async (context) => {
		const bot = await openLarge(context);
		const asked = await bot.ask(QUESTION, { ...script, plan: ['// search: credits of a person\n// search: moon landing', PLAN] });
		assert.equal(endOf(asked), 8);
		assert.deepEqual(searchesOf(asked), ['Searching for tools: credits of a person; moon landing…']);
		assert.match(lastOf(asked), /Tools found for "credits of a person":\n(.*\n)*Tools found for "moon landing"/);
		assert.deepEqual([asked.end.totals.modelCalls, asked.end.totals.repairs], [4, 0]);
		assert.deepEqual(asked.types().slice(0, 3), ['scaffold', 'plan', 'program']);
	});

	test('is not believed a third time', async (context) => {
		const bot = await openLarge(context);
		const plan = ['// search: one', '// search: two', `// search: three\n${PLAN}`];
		const asked = await bot.ask(QUESTION, { ...script, plan });
		assert.equal(endOf(asked), 8);
		assert.equal(searchesOf(asked).length, 2);
		assert.match(lastOf(asked), /for "one"[\s\S]*for "two"[\s\S]*no more searches/);
	});

	test('may still name tools that do not exist, and keeps what it found', async (context) => {
		const bot = await openLarge(context);
		const plan = ['// search: credits of a person', PLAN.replace('movies.searchPerson', 'movies.findPerson'), PLAN];
		const asked = await bot.ask(QUESTION, { ...script, plan });
		assert.equal(endOf(asked), 8);
		assert.equal(asked.of('repair')[0]?.cause, 'unknown-tool');
		assert.match(lastOf(asked), /for "credits of a person"[\s\S]*no tool `movies\.findPerson`[\s\S]*movies\.searchPerson/);
	});

	test('has nothing to search where all tools are in the prompt', async (context) => {
		const bot = await openFixture();
		context.after(() => bot.close());
		const asked = await bot.ask(QUESTION, { ...script, plan: [`// search: credits\n${PLAN}`] });
		assert.equal(endOf(asked), 8);
		assert.deepEqual(searchesOf(asked), []);
		assert.doesNotMatch(plansOf(asked)[0]?.messages[0]?.content ?? '', /search:/);
	});
});
