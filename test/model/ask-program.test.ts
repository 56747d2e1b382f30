import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { UserError } from '../../src/errors.ts';
import { askForProgram } from '../../src/model/ask-program.ts';
import { completionsOf, ModelError } from '../../src/model/model-error.ts';
import { ask, completionBody, errorBody, quickClient, sendJson, startServer } from './model-server.ts';

const PROGRAM = "return answer('8', await countMovies('x'));";

/** A model whose replies come in this order; a number stands for an HTTP status. */
async function modelThatSays(context: TestContext, replies: (string | number)[]) {
	const server = await startServer(context, (response, index) => {
		const reply = replies[index] ?? 500;
		if (typeof reply === 'number') sendJson(response, reply, errorBody('raw words'));
		else sendJson(response, 200, completionBody(reply));
	});
	return { model: quickClient(server.baseUrl), requests: server.requests };
}

describe('askForProgram', () => {
	it('gives up after two replies without a program, and keeps what they cost', async (context) => {
		const { model, requests } = await modelThatSays(context, ['I cannot.', `No. ${'x'.repeat(5000)}`]);
		const error = await askForProgram(model, ask()).catch((thrown: unknown) => thrown);
		assert.ok(error instanceof ModelError);
		assert.equal(error.code, 'model-reply');
		assert.match(error.userMessage, /m1 answered twice without a program.*MODEL/);
		assert.doesNotMatch(error.userMessage, /xxx/);
		assert.ok(error.cause instanceof Error);
		assert.match(error.cause.message, /No\. x{100}/);
		assert.ok(error.cause.message.length < 2100);
		assert.deepEqual(
			completionsOf(error).map(({ usage }) => usage.promptTokens),
			[12, 12],
		);
		assert.equal(requests.length, 2);
	});

	it('takes a plan that only asks for a search, and nothing like it of another stage', async (context) => {
		const reply = '```ts\n// search: refund a payment\n```';
		const { model, requests } = await modelThatSays(context, [reply, reply, PROGRAM]);
		assert.equal((await askForProgram(model, ask({ stage: 'plan' }))).code, '// search: refund a payment');
		assert.equal((await askForProgram(model, ask({ stage: 'implement' }))).code, PROGRAM);
		assert.equal(requests.length, 3);
	});

	it('keeps what the first reply cost when the second request fails', async (context) => {
		const { model } = await modelThatSays(context, ['I cannot.', 401]);
		const error = await askForProgram(model, ask()).catch((thrown: unknown) => thrown);
		assert.ok(error instanceof UserError);
		assert.equal(error.code, 'configuration');
		assert.match(error.userMessage, /OPENAI_API_KEY/);
		assert.deepEqual(
			completionsOf(error).map(({ text }) => text),
			['I cannot.'],
		);
	});

	it('passes a failure of the first request on', async (context) => {
		const { model } = await modelThatSays(context, [404]);
		const error = await askForProgram(model, ask()).catch((thrown: unknown) => thrown);
		assert.ok(error instanceof UserError);
		assert.equal(error.code, 'configuration');
		assert.deepEqual(completionsOf(error), []);
	});

	it('returns the program of the first reply', async (context) => {
		const reply = `Here:\n\`\`\`ts\n${PROGRAM}\n\`\`\``;
		const { model, requests } = await modelThatSays(context, [reply]);
		const found = await askForProgram(model, ask());
		assert.equal(found.code, PROGRAM);
		assert.equal(found.reply, reply);
		assert.equal(found.completions.length, 1);
		assert.equal(requests.length, 1);
	});

	for (const [name, first, quoted] of [
		['a reply without one', 'Sure, I will.', 'Sure, I will.'],
		['an empty reply', '', '(an empty reply)'],
	] as const) {
		it(`asks once more after ${name}, quoting it`, async (context) => {
			const { model, requests } = await modelThatSays(context, [first, `\`\`\`ts\n${PROGRAM}\n\`\`\``]);
			const found = await askForProgram(model, ask());
			assert.equal(found.code, PROGRAM);
			assert.deepEqual(
				found.completions.map(({ text }) => text),
				[first, found.reply],
			);
			const messages = requests[1]?.body.messages;
			assert.ok(Array.isArray(messages));
			assert.deepEqual(messages.slice(0, 2), ask().messages);
			assert.deepEqual(messages[2], { role: 'assistant', content: quoted });
			assert.equal(messages[3].role, 'user');
			assert.match(messages[3].content, /no program.*```ts/);
			assert.equal(messages.length, 4);
		});
	}
});
