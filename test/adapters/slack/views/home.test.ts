import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type HomeData, homeView } from '../../../../adapters/slack/views/home.ts';
import type { FunctionRecord } from '../../../../src/repository/function-record.ts';
import { HOSTILE_TEXTS } from '../../shared/hostile.ts';
import { run } from '../../shared/run.ts';
import { checkView } from '../render/check-limits.ts';

const nothing: HomeData = { botUserId: 'U0BOT', isAdmin: false, toolsets: [], functions: [], runs: [], sampleQuestions: [] };
const statistics = { succeeded: 2, failed: 1 } as FunctionRecord['statistics'];
const record = (name: string, documentation: string) => ({ name, documentation, statistics }) as FunctionRecord;
const render = (data: Partial<HomeData>) => {
	const view = homeView({ ...nothing, ...data });
	checkView(view);
	return JSON.stringify(view);
};

describe('whatever a workspace holds', () => {
	for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
		test(`${name}, a thousand times`, () => {
			const times = <Item>(item: Item): Item[] => Array.from({ length: 1000 }, () => item);
			render({
				botUserId: 'U0BOT',
				isAdmin: true,
				toolsets: times({ name: text, title: text, tools: 3 }),
				functions: times(record(text, text)),
				runs: times({ ...run, question: { ...run.question, text }, createdAt: text, link: text }),
				sampleQuestions: times(text),
			});
		});
	}
});

test('an empty one explains how to ask, and admins can connect an API', () => {
	const everybody = render({});
	assert.match(everybody, /mentioning <@U0BOT> in a channel/);
	assert.match(everybody, /An admin of this workspace can connect one/);
	assert.doesNotMatch(everybody, /connect-toolset|No model/);
	assert.match(render({ isAdmin: true }), /"action_id":"connect-toolset"/);
});

test('what there is, is listed', () => {
	const shown = render({
		toolsets: [
			{ name: 'films', title: 'Film API', tools: 1 },
			{ name: 'crm', title: '' },
		],
		functions: [record('findPerson', 'Finds a person.\n@param name full name')],
		runs: [{ ...run, status: 'answered', link: 'https://acme.slack.com/archives/C0123/p1700000000000100' }],
	});
	for (const part of [
		'`films`  Film API · 1 tool"',
		'`crm`  ⚠️ does not load',
		'`findPerson`  Finds a person. · 3 uses',
		'Which films did Sofia Coppola direct?\\n✅ answered · <!date^1767323045^{date_short_pretty} {time}|2026-01-02 03:04 UTC> · <https://acme.slack.com/archives/C0123/p1700000000000100|thread>',
	])
		assert.ok(shown.includes(part), `${part} is missing in ${shown}`);
});

test('more APIs than fit are counted', () => {
	const toolsets = Array.from({ length: 25 }, (_, at) => ({ name: `api${at}`, title: 'API', tools: 2 }));
	assert.match(render({ toolsets }), /and 5 more: `\/toolset list`/);
});

test('without a model the questions that can be answered are shown', () => {
	assert.match(render({ sampleQuestions: ['How many films are there?'] }), /No model is configured.*• How many films are there\?/);
});
