import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { declareTool, indexLine } from '../../src/code/declarations.ts';
import { estimateTokens } from '../../src/code/declare-text.ts';
import { UserError } from '../../src/errors.ts';
import type { JsonObject } from '../../src/json.ts';
import { HUMAN, human } from '../../src/toolset/human.ts';
import { toolsetName } from '../../src/toolset/openapi/names.ts';
import type { CallContext, PersonQuestion, Tool } from '../../src/toolset/tool.ts';

const signal = new AbortController().signal;

function toolOf(name: string): Tool {
	const found = human.tools.get(name);
	assert.ok(found, `no tool ${name}`);
	return found;
}

/** Calls a tool of `human`, and gives the response and what the person was asked. */
async function called(name: string, args: JsonObject, answer: string | boolean = 'an answer') {
	const asked: PersonQuestion[] = [];
	const ask: CallContext['ask'] = async (question) => {
		asked.push(question);
		return answer;
	};
	return { response: await human.call(toolOf(name), args, { signal, ask }), asked };
}

describe('what nobody could answer is told to the program and put to nobody', () => {
	const question = 'Which one?';
	const options = ['one', 'two'];
	const calls: readonly (readonly [what: string, tool: string, args: JsonObject, told: RegExp])[] = [
		['no question', 'confirm', {}, /question/],
		['an empty question', 'confirm', { question: '' }, /question/],
		['a blank question', 'input', { question: ' \n\t' }, /The question is empty/],
		['a question that is too long', 'input', { question: 'x'.repeat(501) }, /500/],
		['a question that is no text', 'confirm', { question: { a: 1 } }, /question/],
		['an argument that there is not', 'confirm', { question, options }, /options/],
		['no options', 'choose', { question }, /options/],
		['one option', 'choose', { question, options: ['one'] }, /2/],
		['too many options', 'choose', { question, options: Array.from({ length: 26 }, (_, at) => `option ${at}`) }, /25/],
		['an empty option', 'choose', { question, options: ['one', ''] }, /options/],
		['a blank option', 'choose', { question, options: ['one', '  '] }, /An option is empty/],
		['an option that is too long', 'choose', { question, options: ['one', 'x'.repeat(101)] }, /100/],
		['two equal options', 'choose', { question, options: ['one', 'two', 'one'] }, /Two options are the same/],
		['options that differ in spaces', 'choose', { question, options: ['one two', ' one  two'] }, /Two options are the same/],
	];
	for (const [what, tool, args, told] of calls) {
		test(what, async () => {
			const { response, asked } = await called(tool, args);
			assert.deepEqual(asked, []);
			assert.ok(!response.ok && response.kind === 'invalid-arguments');
			assert.match(response.message, told);
		});
	}
});

test('where nobody can be asked, the program is told so', async () => {
	const response = await human.call(toolOf('confirm'), { question: 'Sure?' }, { signal });
	assert.deepEqual(response, { ok: false, kind: 'refused', message: 'Nobody is there who could be asked.' });
});

test('who does not answer ends the run, not the call', async () => {
	const error = new UserError('stopped', 'cancelled');
	const ask = () => Promise.reject(error);
	await assert.rejects(human.call(toolOf('input'), { question: 'What?' }, { signal, ask }), error);
});

test('the person is asked exactly what the program asks, and the program gets exactly what they say', async () => {
	const options = Array.from({ length: 25 }, (_, at) => `${at}`.padEnd(100, '-'));
	const chosen = await called('choose', { question: 'Which\none?', options }, options[3]);
	assert.deepEqual(chosen, { response: { ok: true, value: options[3] }, asked: [{ kind: 'choose', text: 'Which\none?', options }] });
	const confirmed = await called('confirm', { question: 'Sure?' }, false);
	assert.deepEqual(confirmed, { response: { ok: true, value: false }, asked: [{ kind: 'confirm', text: 'Sure?' }] });
	const typed = await called('input', { question: 'What?' }, ' a\nb ');
	assert.deepEqual(typed, { response: { ok: true, value: ' a\nb ' }, asked: [{ kind: 'input', text: 'What?' }] });
});

test('its tools change nothing, so nobody is asked whether they may be called, and calls are recorded as those of any tool', () => {
	for (const tool of human.tools.values()) {
		assert.equal(tool.effect, 'read');
		assert.equal(tool.approval, undefined);
		assert.equal(tool.toolset, HUMAN);
	}
});

test('they cost a prompt little, and declare what they give', () => {
	const tools = [...human.tools.values()];
	const index = tools.map(indexLine).join('\n');
	assert.ok(estimateTokens(index) <= 50, `${estimateTokens(index)} tokens:\n${index}`);
	assert.deepEqual(
		tools.map((tool) => declareTool(human, tool).split('\n').at(-1)),
		[
			'human.choose(args: { question: string; options: string[] }): Promise<string>',
			'human.confirm(args: { question: string }): Promise<boolean>',
			'human.input(args: { question: string }): Promise<string>',
		],
	);
});

test('no other toolset gets its name', () => {
	assert.notEqual(toolsetName(HUMAN), HUMAN);
});
