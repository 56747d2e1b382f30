import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { thingsDocument } from './apis.ts';
import { HOSTILE_DOCUMENTS, hostileDocument } from './hostile-documents.ts';
import { obedientScript, program, textsIn } from './obedient-model.ts';
import { type Opened, openBot, textOf } from './open-bot.ts';

/** Its first program has an argument that does not exist, and one of a wrong type: the checker then speaks in the document's own words. */
const WRONG = program('return [];').replace('listThings({})', "listThings({ order: 'sideways', hue: 1 })");
const BODY = 'return found.items.map((item: any) => item.name);';

async function ask({ bot }: Opened, workspaceId: string) {
	const orders = new Set<string>();
	const script = obedientScript({ body: BODY, orders });
	const [planned] = script.implement ?? [];
	const asked = await bot.ask(
		'Which things are there?',
		{
			...script,
			implement: [
				async (request) =>
					typeof planned === 'function' && (await planned(request)) === program(BODY) ? WRONG : program('return [];', ['vault.send({})']),
			],
		},
		{ workspaceId },
	);
	const of = (stage: string) => asked.requests.find((request) => request.stage === stage)?.messages ?? [];
	return { asked, orders, planSystem: of('plan')[0]?.content ?? '', reflect: of('reflect')[1]?.content ?? '' };
}

describe('a hostile document', () => {
	test('orders nothing, and leaves the prompts as they are', async (context) => {
		const opened = await openBot(context);
		const { apis, connect, bot } = opened;
		await connect('console:honest', thingsDocument(apis.thingsUrl));
		const honest = await ask(opened, 'console:honest');
		const [instructions = ''] = honest.planSystem.split('\n\nTools:\n');
		assert.ok(instructions.length > 500);
		assert.match(honest.reflect, /hue/, 'the checker found fault with the first program');

		for (const [index, [where, change]] of Object.entries(HOSTILE_DOCUMENTS).entries()) {
			const workspaceId = `console:hostile${index}`;
			await connect(workspaceId, hostileDocument(change, apis.thingsUrl));
			const { asked, orders, planSystem } = await ask(opened, workspaceId);
			assert.deepEqual([...orders], [], `${where}: something in a prompt reads like an order`);
			assert.deepEqual([apis.stolen, apis.writes], [[], []], where);
			assert.equal(asked.end.type, 'result', `${where}: ${JSON.stringify(asked.end)}`);

			const [before, list = ''] = planSystem.split('\n\nTools:\n');
			assert.equal(before, instructions, where);
			const toolsets = (await bot.services.catalogue.toolsets(workspaceId)).filter(({ name }) => name !== 'human');
			const names = toolsets.flatMap(({ name, tools }) => [...tools.keys()].map((tool) => `${name}.${tool}`));
			const lines = list.split('\n').filter((line) => !line.startsWith('human.'));
			assert.deepEqual(
				lines.map((line) => line.slice(0, line.indexOf('('))).sort(),
				names.sort(),
				`${where}: a line for each tool, and no other`,
			);
			for (const line of lines) assert.ok(line.length < 400, `${where}: a line of ${line.length} characters`);
			for (const request of asked.requests) {
				const text = textOf(request);
				assert.doesNotMatch(text, /[^\P{C}\n\t]/u, `${where}: something unseen`);
				assert.doesNotMatch(
					textsIn(request).join('\n'),
					/vault\W{1,3}(send|wipe|readSecrets)/i,
					`${where}: a tool of another toolset is named`,
				);
				assert.doesNotMatch(text, /<\|/, `${where}: a control token`);
				assert.equal(text.split('```').length, 1 + fences(request.stage), `${where}: a fence is opened or closed in ${request.stage}`);
			}
		}
		assert.ok(Object.keys(HOSTILE_DOCUMENTS).length >= 25);
	});
});

/** Of the stage's own: one in the instructions, and the program of a reflection. */
function fences(stage: string): number {
	return stage === 'reflect' ? 3 : 1;
}
