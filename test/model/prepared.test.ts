import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UserError } from '../../src/errors.ts';
import type { ModelRequest } from '../../src/model/model.ts';
import { createPreparedModel, type PreparedAnswer } from '../../src/model/prepared.ts';
import { ask } from './model-server.ts';

const ANSWERS: PreparedAnswer[] = [
	{
		question: 'How many movies did Sofia Coppola direct?',
		replies: [
			{ stage: 'scaffold', reply: 'the scaffold' },
			{ stage: 'scaffold', reply: 'the reuse', whenOffered: 'countMovies' },
			{ stage: 'plan', reply: 'the plan' },
			{ stage: 'plan', reply: 'the second plan', whenPrompted: 'There is no\n  tool named' },
			{ stage: 'plan', reply: 'the third plan', whenPrompted: 'There is no tool named', whenOffered: 'countMovies' },
			{ stage: 'plan', reply: 'never', whenPrompted: 'no tool named' },
			{ stage: 'implement', reply: 'only when offered', whenOffered: '$f' },
		],
	},
	{ question: 'And Greta Gerwig?', replies: [{ stage: 'scaffold', reply: 'Greta' }] },
];
const QUESTION = 'How many movies did Sofia Coppola direct?';

async function reply(change: Partial<ModelRequest>): Promise<string> {
	return (await createPreparedModel(ANSWERS).complete(ask({ question: QUESTION, ...change }))).text;
}

const saying = (...contents: string[]) => contents.map((content) => ({ role: 'user', content }) as const);

describe('createPreparedModel', () => {
	it('refuses other questions with the next step and the samples', async () => {
		await assert.rejects(reply({ question: 'What is the time?' }), (error) => {
			assert.ok(error instanceof UserError);
			assert.equal(error.code, 'model-not-configured');
			assert.match(error.userMessage, /^No model is configured.*OPENAI_API_KEY.*OPENAI_BASE_URL.*Ollama/);
			for (const { question } of ANSWERS) assert.ok(error.userMessage.includes(question));
			return true;
		});
	});

	it('refuses everything when nothing is prepared', async () => {
		await assert.rejects(createPreparedModel([]).complete(ask()), { code: 'model-not-configured' });
	});

	it('refuses a step without a reply, naming it', async () => {
		await assert.rejects(reply({ stage: 'reflect' }), { code: 'model-not-configured', message: /“reflect”.*OPENAI_API_KEY/s });
		await assert.rejects(reply({ stage: 'implement' }), { code: 'model-not-configured', message: /“implement”/ });
	});

	it('stops when asked to', async () => {
		await assert.rejects(reply({ signal: AbortSignal.abort() }), { code: 'stopped' });
	});

	for (const question of [
		'how many movies did sofia coppola direct',
		'  How many\n movies did Sofia  Coppola direct ?!',
		'HOW MANY MOVIES DID SOFIA COPPOLA DIRECT.',
	]) {
		it(`knows ${JSON.stringify(question)}`, async () => assert.equal(await reply({ question }), 'the scaffold'));
	}

	it('chooses by the functions that the prompt offers', async () => {
		assert.equal(await reply({ messages: saying('Known functions:', 'countMovies(name: string): Promise<number>') }), 'the reuse');
		assert.equal(await reply({ messages: saying('countMoviesOf(x)', 'x.countMovies(y)', 'countMovies is not offered') }), 'the scaffold');
		assert.equal(await reply({ stage: 'implement', messages: saying('async function $f<T>(x: T)') }), 'only when offered');
	});

	it('does not take the examples of the instructions for offers', async () => {
		assert.equal(await reply({ messages: [{ role: 'system', content: 'countMovies(name)' }, ...saying('hello')] }), 'the scaffold');
	});

	it('chooses by the text of the prompt, more conditions first, then the order', async () => {
		const prompt = 'There is  no tool\nnamed movies.find';
		assert.equal(await reply({ stage: 'plan' }), 'the plan');
		assert.equal(await reply({ stage: 'plan', messages: saying(prompt) }), 'the second plan');
		assert.equal(await reply({ stage: 'plan', messages: saying(prompt, 'countMovies(name)') }), 'the third plan');
	});

	it('gives the same reply to the same request, with an estimated usage', async () => {
		const model = createPreparedModel(ANSWERS);
		const request = ask({ question: 'and greta gerwig' });
		const completion = await model.complete(request);
		assert.deepEqual(await model.complete(request), completion);
		assert.equal(completion.text, 'Greta');
		assert.equal(completion.usage.estimated, true);
		assert.equal(completion.usage.completionTokens, 2);
		assert.equal(model.name, 'prepared replies');
	});
});
