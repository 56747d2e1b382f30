import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planPrompt, reconstructPrompt, searchedPrompt } from '../../src/pipeline/plan-prompt.ts';
import { readPlan } from '../../src/pipeline/read-plan.ts';
import { createToolbox } from '../../src/pipeline/toolbox.ts';
import { numberedToolset } from './numbered-toolset.ts';

const shop = await createToolbox([numberedToolset('orders', 2)]);
const offer = () => shop.offer('x', new AbortController().signal);

describe('planPrompt', () => {
	const input = { task: 't', offered: [], known: [] };
	const promptOf = (offered: readonly string[]) => planPrompt({ task: 'Question: How many?', offered, known: [] });

	test('only a workspace without tools is told that there are none', async () => {
		assert.match(promptOf([])[0]?.content ?? '', /\(none is connected\)/);
		assert.doesNotMatch(promptOf(await offer())[0]?.content ?? '', /none is connected/);
	});

	test('the tools stand in front of the question, so that servers can cache them', async () => {
		const [system, user] = promptOf(await offer());
		assert.match(system?.content ?? '', /orders\.listOrders0/);
		assert.match(user?.content ?? '', /How many/);
	});

	test('reconstruction quotes the plan and names each made-up tool', () => {
		const plan = readPlan('  await crm.findCustomer();', shop, [], '');
		const messages = reconstructPrompt({ task: 't', offered: [], known: [] }, plan);
		assert.deepEqual(
			messages.map(({ role }) => role),
			['system', 'user', 'assistant', 'user'],
		);
		assert.match(messages[3]?.content ?? '', /Line 1: there is no tool `crm\.findCustomer`/);
	});

	test('a plan may ask for a search only where there is more than the list', () => {
		const system = (maySearch: boolean) => planPrompt({ task: 't', offered: ['a.b()'], known: [], maySearch })[0]?.content ?? '';
		assert.doesNotMatch(system(false), /search:/);
		assert.match(system(true), /\/\/ search: refund a payment/);
	});

	test('what was found is told with its words, stays when names are made up, and ends with the last search', () => {
		const plan = readPlan('// search: refund a payment\nawait crm.findCustomer();', shop, [], '');
		const found = new Map([
			['refund a payment', ['billing.refund(payment_id): Refund.']],
			['fly to the moon', []],
		]);
		const told = (mayAgain: boolean) => searchedPrompt(input, plan, found, mayAgain).at(-1)?.content ?? '';
		assert.match(
			told(true),
			/Tools found for "refund a payment":\nbilling\.refund\(payment_id\)[\s\S]*No other tool was found for "fly to the moon"/,
		);
		assert.doesNotMatch(told(true), /no more searches/);
		assert.match(told(false), /no more searches/);
		assert.match(reconstructPrompt(input, plan, found).at(-1)?.content ?? '', /billing\.refund[\s\S]*there is no tool `crm\.findCustomer`/);
	});

	test('an endless plan and a hundred made-up names are cut', () => {
		const code = Array.from({ length: 100 }, (_, at) => `await crm.find${at}({ text: '${'x'.repeat(500)}' });`).join('\n');
		const messages = reconstructPrompt(input, readPlan(code, shop, [], ''));
		const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
		assert.ok(characters < 10_000, `${characters} characters`);
	});
});
