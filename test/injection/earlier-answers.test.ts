import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CANARY } from './apis.ts';
import { HOSTILE_RESULTS } from './hostile-results.ts';
import { obedientScript, program, SCAFFOLD } from './obedient-model.ts';
import { openBot, textOf, withoutData } from './open-bot.ts';

const QUESTION = 'Which things are there?';

describe('what was answered before', () => {
	test('is data to a follow-up, with nothing in it to obey', async (context) => {
		const { bot, apis } = await openBot(context);
		const honest = program('return found.items.map((item: any) => item.name);');
		for (const [what, response] of Object.entries(HOSTILE_RESULTS)) {
			if (response.status !== undefined || !JSON.stringify(response.body).startsWith('{"items":[{"id":1')) continue;
			apis.respond(response);
			const conversation = `follow ${what}`;
			const first = await bot.ask(QUESTION, { scaffold: [SCAFFOLD], plan: [honest], implement: [honest] }, { conversation });
			assert.equal(first.end.type, 'result', JSON.stringify(first.end));
			apis.respond({ body: { items: [{ name: 'one' }] } });
			const orders = new Set<string>();
			const body = 'return found.items.map((item: any) => item.name);';
			const asked = await bot.ask('And which of them are new?', obedientScript({ body, orders }), { conversation });
			assert.deepEqual([...orders], [], what);
			assert.deepEqual([apis.stolen, apis.writes], [[], []], what);
			for (const request of asked.requests) {
				assert.ok(!withoutData(textOf(request)).includes(CANARY), `${what}: an earlier answer is outside of the data markers`);
				assert.doesNotMatch(textOf(request), /<\||[^\P{C}\n\t]/u, what);
			}
		}
	});
});
