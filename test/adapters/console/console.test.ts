import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { LLMock } from '@copilotkit/aimock';
import { GOOD, PLAN, SCAFFOLD } from '../../pipeline/programs.ts';
import { consoleFolder, jsonLines, runConsole, startConsole } from './console-process.ts';

const QUESTION = 'How many movies did Sofia Coppola direct?';

describe('lines piped to the console', () => {
	test('bad lines are told what is wrong, and the status says so', async (context) => {
		const folder = await consoleFolder(context);
		await writeFile(path.join(folder, 'page.html'), '<!doctype html><title>404</title>');
		const { code, output } = await runConsole({
			folder,
			input:
				'/nonsense\n/toolset add x\n/toolset add x page.html\n/toolset add x http://10.0.0.1/openapi.json\n/functions show nothing\nIs there life on Mars?\n',
		});
		assert.equal(code, 1);
		for (const part of [
			'There is no command /nonsense',
			'source is missing',
			'That is a web page, not an API document',
			'ALLOW_PRIVATE_HOSTS',
			'There is no stored function named nothing',
			'sets OPENAI_API_KEY, or OPENAI_BASE_URL for Ollama, vLLM',
		])
			assert.ok(output.includes(part), `${part} is missing in:\n${output}`);
		assert.doesNotMatch(output, /\n\s+at .*:\d+:\d+/, 'no stack');
	});

	test('a sample question shows scaffold, plan, run and the right result; the follow-up is reuse', async (context) => {
		const folder = await consoleFolder(context);
		const { code, output, errors } = await runConsole({ folder, input: `${QUESTION}\n\n# a comment\nand Greta Gerwig?\n` });
		assert.equal(code, 0, errors);
		assert.match(
			output,
			/Scaffold\n {2}\/\*\* .*\n {2}async function countDirectedMovies[\s\S]+Plan\n[\s\S]+Program\n[\s\S]+✓ movies\.searchPerson[\s\S]+Result\n {2}Sofia Coppola directed 8 movies\.\n/,
		);
		assert.match(
			output,
			/Reuse of countDirectedMovies\n[\s\S]+Greta Gerwig directed 4 movies\.\n.*1 model call.*reused countDirectedMovies/,
		);
		assert.equal(errors, '');
	});

	test('a write that nobody can be asked about is refused, and goes out where it was allowed', async (context) => {
		const folder = await consoleFolder(context);
		const refused = await runConsole({ folder, input: 'Put Arrival on my watchlist.\n' });
		assert.equal(refused.code, 1);
		assert.match(
			refused.output,
			/POST http:\/\/127\.0\.0\.1:\d+\/watchlist, which changes data, and nobody is here to approve it.*--allow-writes/,
		);
		const allowed = await runConsole({ folder, args: ['ask', '--allow-writes', 'Put Arrival on my watchlist.'] });
		assert.equal(allowed.code, 0);
		assert.match(allowed.output, /Arrival is on your watchlist\./);
	});

	test('a dry run sends nothing, whether writes are allowed or not, and lists what it would send', async (context) => {
		const folder = await consoleFolder(context);
		const question = 'Put Arrival on my watchlist.';
		const shown = await runConsole({ folder, args: ['ask', '--dry-run', '--allow-writes', question] });
		assert.equal(shown.code, 0, shown.errors);
		assert.match(shown.output, /Dry run: nothing was changed\. The program would make this call\.\n/);
		assert.match(shown.output, /movies\.addToWatchlist/);
		assert.match(shown.output, /To run it for real, ask again without a dry run\./);
		assert.doesNotMatch(shown.output, /kept for similar/);
		const { output } = await runConsole({ folder, args: ['--json'], input: `/ask --dry-run ${question}\n` });
		const result = jsonLines(output).find(({ type }) => type === 'result');
		assert.partialDeepStrictEqual(result, { withheld: 1, value: [{ tool: 'movies.addToWatchlist' }] });
	});

	test('every sample is answered, each on its own way through the pipeline', async (context) => {
		const folder = await consoleFolder(context);
		const samples = [
			'Which genres does The Grand Budapest Hotel have?',
			'Which films of Hayao Miyazaki are the longest?',
			'Who wrote the film Parasite by Bong Joon-ho?',
		];
		const { code, output } = await runConsole({ folder, input: `${samples.join('\n')}\n` });
		assert.equal(code, 0);
		assert.match(output, /The plan names movies\.getMovieGenres, which does not exist\. Mending it \(1\/3\)/);
		assert.match(output, /Line 5: .*'name' does not exist.*Mending it \(1\/3\)/);
		assert.match(output, /Line 4: Cannot read properties of undefined.*Mending it \(1\/3\)/);
		assert.match(output, /│ title +│ year │ minutes │\n.*\n {2}│ Princess Mononoke +│ 1997 │ 133/);
		assert.match(output, /Parasite was written by Bong Joon-ho and Han Jin-won\./);
	});
});

describe('the way it is started', () => {
	test('--help goes to standard output and names every way', async (context) => {
		const { code, output, errors } = await runConsole({ folder: await consoleFolder(context), args: ['--help'] });
		assert.equal(code, 0);
		assert.equal(errors, '');
		for (const part of ['npm start', 'npm run ask', 'health', '--json', '--allow-writes', '--dry-run'])
			assert.ok(output.includes(part), part);
	});

	test('/exit ends a pipe whose writer goes on', async (context) => {
		const { code, output } = await runConsole({ folder: await consoleFolder(context), input: '/toolset list\n/exit\n', open: true });
		assert.equal(code, 0);
		assert.match(output, /movies/);
	});

	test('a reader that leaves early makes no success of it', async (context) => {
		const { child, ended } = startConsole({ folder: await consoleFolder(context), input: `${QUESTION}\n/toolset list\n` });
		child.stdout?.once('data', () => child.stdout?.destroy());
		assert.equal((await ended).code, 141);
	});

	test('an unexpected error at the start is logged without secrets, and told without a stack', async (context) => {
		const folder = await consoleFolder(context);
		await writeFile(
			path.join(folder, 'sabotage.mjs'),
			`import fs from 'node:fs';\nimport { syncBuiltinESMExports } from 'node:module';\nfs.promises.readFile = () => { throw new Error('broken for hunter2hunter2 and sk-test-secret'); };\nsyncBuiltinESMExports();\n`,
		);
		const { code, output, errors } = await runConsole({
			folder,
			args: ['ask', 'x'],
			environment: {
				NODE_OPTIONS: `--import=${pathToFileURL(path.join(folder, 'sabotage.mjs'))}`,
				TOOLSET_SECRET_FILMS: 'hunter2hunter2',
				TOOLSET_SECRET_OTHER: 'sk-test-secret',
			},
		});
		assert.equal(code, 1);
		assert.equal(output, '');
		const [logged = '', told, ...rest] = errors.trim().split('\n');
		assert.match(JSON.parse(logged).err.stack, /broken for \[secret\] and \[secret\]\n +at /);
		assert.match(told ?? '', /Something went wrong inside the bot\. The log has the details/);
		assert.deepEqual(rest, []);
	});
});

describe('npm run ask', () => {
	test('without a question the usage is shown', async (context) => {
		const { code, output, errors } = await runConsole({ folder: await consoleFolder(context), args: ['ask', ' '] });
		assert.equal(code, 2);
		assert.equal(output, '');
		assert.match(errors, /npm run ask -- "question/);
	});

	test('an unknown option and a wrong setting are told in one line each, without a stack', async (context) => {
		const folder = await consoleFolder(context);
		const option = await runConsole({ folder, args: ['ask', '--jsno', 'x'] });
		assert.equal(option.code, 2);
		assert.match(option.errors, /--jsno/);
		const setting = await runConsole({ folder, args: ['ask', 'x'], environment: { RUN_CONCURRENCY: 'many', OPENAI_BASE_URL: 'nowhere' } });
		assert.equal(setting.code, 1);
		assert.match(setting.errors, /OPENAI_BASE_URL must be[^\n]*\n.*RUN_CONCURRENCY must be/);
		assert.doesNotMatch(option.errors + setting.errors, /\n\s+at /);
	});

	test('settings come from .env, and the environment wins', async (context) => {
		const folder = await consoleFolder(context);
		await writeFile(path.join(folder, '.env'), 'RUN_CONCURRENCY=none\nDATABASE_URL=sqlite://elsewhere/here.sqlite\n');
		assert.match((await runConsole({ folder, args: ['ask', '/toolset list'] })).errors, /RUN_CONCURRENCY must be/);
		const { code } = await runConsole({ folder, args: ['ask', '/toolset list'], environment: { RUN_CONCURRENCY: '2' } });
		assert.equal(code, 0);
		assert.ok(existsSync(path.join(folder, 'elsewhere', 'here.sqlite')));
	});

	test('a database that cannot be used is told with the next step, and nothing is asked', async (context) => {
		const folder = await consoleFolder(context);
		await writeFile(path.join(folder, 'notes.txt'), 'This is no database.\n'.repeat(100));
		for (const [url, message] of [
			['sqlite://notes.txt', /notes\.txt/],
			['mysql://localhost/x', /DATABASE_URL|sqlite/],
			['redis://127.0.0.1:9', /127\.0\.0\.1:9/],
		] as const) {
			const { code, output, errors } = await runConsole({ folder, args: ['ask', 'x'], environment: { DATABASE_URL: url } });
			assert.equal(code, 1, url);
			assert.match(errors, message);
			assert.equal(output, '');
			assert.doesNotMatch(errors, /\n\s+at /);
		}
	});

	test('--json prints events as lines, and only them', async (context) => {
		const { code, output } = await runConsole({ folder: await consoleFolder(context), args: ['ask', '--json', QUESTION] });
		assert.equal(code, 0);
		const events = jsonLines(output);
		assert.deepEqual(
			events.map(({ type }) => type).filter((type) => type !== 'status'),
			['scaffold', 'plan', 'program', 'tool-call', 'tool-call', 'result', 'kept'],
		);
		assert.equal(new Set(events.map(({ run }) => run)).size, 1);
		assert.equal(events.find(({ type }) => type === 'result')?.value, 8);
	});

	test('knows nothing of what was asked before', async (context) => {
		const folder = await consoleFolder(context);
		assert.equal((await runConsole({ folder, args: ['ask', QUESTION] })).code, 0);
		const server = new LLMock({ port: 0 });
		const prompts: string[] = [];
		server.on(
			{
				predicate: ({ messages }) => {
					prompts.push(JSON.stringify(messages));
					return true;
				},
			},
			{ content: 'no program' },
		);
		const environment = { OPENAI_BASE_URL: `${await server.start()}/v1` };
		context.after(() => server.stop());
		await runConsole({ folder, environment, args: ['ask', 'and Greta Gerwig?'] });
		assert.match(prompts[0] ?? '', /Greta Gerwig/);
		assert.doesNotMatch(prompts.join(''), /Earlier in this conversation/);
	});

	test('--json tells failures and replies of commands as lines, too', async (context) => {
		const folder = await consoleFolder(context);
		const failed = await runConsole({ folder, args: ['ask', '--json', 'Is there life on Mars?'] });
		assert.equal(failed.code, 1);
		assert.equal(jsonLines(failed.output).at(-1)?.code, 'model-not-configured');
		const unknown = await runConsole({ folder, args: ['ask', '--json', '/nonsense'] });
		assert.equal(unknown.code, 1);
		assert.deepEqual(
			jsonLines(unknown.output).map(({ type, code }) => [type, code]),
			[['failure', 'bad-input']],
		);
		const listed = await runConsole({ folder, args: ['ask', '--json', '/toolset list'] });
		assert.equal(jsonLines(listed.output)[0]?.type, 'reply');
	});

	test('works with an OpenAI-compatible server', async (context) => {
		const server = new LLMock({ port: 0 });
		for (const [stage, code] of [
			['scaffold', SCAFFOLD],
			['plan how', PLAN],
			['implement', GOOD],
		] as const) {
			server.on(
				{ predicate: ({ messages }) => String(messages[0]?.content).startsWith(`You ${stage === 'scaffold' ? 'turn' : stage}`) },
				{ content: `<think>Let me see.</think>Here it is:\n\`\`\`typescript\n${code}\n\`\`\`` },
			);
		}
		const baseUrl = await server.start();
		context.after(() => server.stop());
		const { code, output, errors } = await runConsole({
			folder: await consoleFolder(context),
			args: ['ask', '--json', 'Anything about Sofia Coppola?'],
			environment: { OPENAI_BASE_URL: `${baseUrl}/v1`, OPENAI_API_KEY: 'sk-test-secret', MODEL: 'gpt-4o-mini' },
		});
		assert.equal(code, 0, output + errors);
		assert.equal(jsonLines(output).find(({ type }) => type === 'result')?.value, 8);
		assert.doesNotMatch(output + errors, /sk-test-secret/);
	});

	test('a model server that is down is told with the next step', async (context) => {
		const { code, output } = await runConsole({
			folder: await consoleFolder(context),
			args: ['ask', '--json', QUESTION],
			environment: { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', MODEL_TIMEOUT_SECONDS: '5' },
		});
		assert.equal(code, 1);
		const failure = jsonLines(output).at(-1);
		assert.equal(failure?.code, 'model-unavailable');
		assert.match(String(failure?.message), /127\.0\.0\.1:9/);
	});
});

describe('a killed console', () => {
	test('goes on at the next start, says with what, and repeats no call', async (context) => {
		const { folder, environment, api } = await startSlowQuestion(context);
		const first = startConsole({ folder, environment, input: `${SLOW.connect}\n${SLOW.question}\n` });
		await api.asked('/second');
		first.child.kill('SIGKILL');
		await first.ended;
		api.release();

		const second = await runConsole({ folder, environment, input: '' });
		assert.equal(second.code, 0, second.output + second.errors);
		assert.match(second.output, /\nGoing on with: What is first and second\?\n[\s\S]*Result\n {2}one two\n/);
		assert.deepEqual(api.calls, ['/first', '/second', '/second'], 'the answered call is not repeated, the interrupted read is');

		const third = await runConsole({ folder, environment, input: '' });
		assert.doesNotMatch(third.output, /Result|Going on/, 'answered once');
	});

	for (const [signal, status] of [
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const) {
		test(`leaves its question to the next start on ${signal}`, async (context) => {
			const { folder, environment, api } = await startSlowQuestion(context);
			const { child, ended } = startConsole({ folder, environment, input: `${SLOW.connect}\n${SLOW.question}\n` });
			await api.asked('/second');
			child.kill(signal);
			const { code, output } = await ended;
			assert.equal(code, status);
			assert.doesNotMatch(output, /No answer\n|Result/);
			api.release();
			const next = await runConsole({ folder, environment, input: '' });
			assert.match(next.output, /Result\n {2}one two\n/);
		});
	}

	test('goes on with writes that were allowed only where they are allowed again', async (context) => {
		for (const allowed of [false, true]) {
			const { folder, environment, api } = await startSlowQuestion(context, WRITING);
			const first = startConsole({ folder, environment, args: ['--allow-writes'], input: `${SLOW.connect}\n${SLOW.question}\n` });
			await api.asked('/second');
			first.child.kill('SIGKILL');
			await first.ended;
			api.release();
			const next = await runConsole({ folder, environment, args: allowed ? ['--allow-writes'] : [], input: '' });
			assert.match(next.output, allowed ? /Result\n {2}sent\n/ : /No answer\n.*POST .*\/third, which changes data, and nobody is here/);
			assert.equal(api.calls.includes('/third'), allowed);
		}
	});

	test('leaves the runs of a living process alone', async (context) => {
		const folder = await consoleFolder(context);
		const both = await Promise.all([runConsole({ folder, input: `${QUESTION}\n` }), runConsole({ folder, input: `${QUESTION}\n` })]);
		for (const { code, output, errors } of both) {
			assert.equal(code, 0, output + errors);
			assert.equal(output.match(/Result\n/g)?.length, 1);
		}
	});
});

describe('Ctrl-C without a person', () => {
	test('stops the question of a pipe for good, shows that, and ends', async (context) => {
		const { folder, environment, api } = await startSlowQuestion(context);
		const { child, ended } = startConsole({ folder, environment, input: `${SLOW.connect}\n${SLOW.question}\n/toolset list\n` });
		await api.asked('/second');
		child.kill('SIGINT');
		const { code, output } = await ended;
		assert.equal(code, 130);
		assert.match(output, /No answer\n {2}Stopped by you\. Ask again to start over\.\n/);
		assert.doesNotMatch(output, /> \/toolset list/);
		const next = await runConsole({ folder, environment, input: '' });
		assert.doesNotMatch(next.output, /Going on/);
	});

	test('is a failure line with --json', async (context) => {
		const { folder, environment, api } = await startSlowQuestion(context);
		assert.equal((await runConsole({ folder, environment, args: ['ask', SLOW.connect] })).code, 0);
		const { child, ended } = startConsole({ folder, environment, args: ['ask', '--json', SLOW.question] });
		await api.asked('/second');
		child.kill('SIGINT');
		const { code, output } = await ended;
		assert.equal(code, 130);
		const failures = jsonLines(output).filter(({ type }) => type === 'failure');
		assert.deepEqual(
			failures.map(({ code, message }) => [code, message]),
			[['stopped', 'Stopped by you. Ask again to start over.']],
		);
	});

	test('ends at once when nothing is asked', async (context) => {
		const { child, ended, says } = startConsole({ folder: await consoleFolder(context), input: '/toolset list\n', open: true });
		await says('movies');
		child.kill('SIGINT');
		assert.equal((await ended).code, 130);
	});
});

/** A folder in which `SLOW.question` can be asked after `SLOW.connect`: it is answered after `api.release`, and calls the API before. */
async function startSlowQuestion(context: TestContext, program = SLOW.program) {
	const folder = await consoleFolder(context);
	const api = await startSlowApi(context);
	const model = new LLMock({ port: 0 });
	model.on({ predicate: ({ messages }) => String(messages[0]?.content).startsWith('You turn') }, { content: fenced(SLOW.scaffold) });
	model.on({ predicate: ({ messages }) => String(messages[0]?.content).startsWith('You plan') }, { content: fenced(program) });
	model.on({ predicate: ({ messages }) => String(messages[0]?.content).startsWith('You implement') }, { content: fenced(program) });
	const environment = { OPENAI_BASE_URL: `${await model.start()}/v1` };
	context.after(() => model.stop());
	await writeFile(path.join(folder, 'slow.json'), JSON.stringify(api.document));
	return { folder, environment, api };
}

const SLOW = {
	connect: '/toolset add slow slow.json',
	question: 'What is first and second?',
	scaffold: 'async function both(): Promise<string> {}\nconst text = await both();\nreturn answer(text, text);',
	program: `async function both(): Promise<string> {
  const first = await slow.getFirst({});
  const second = await slow.getSecond({});
  return \`\${first.word} \${second.word}\`;
}
const text = await both();
return answer(text, text);`,
};

/** Writes once its reads are answered. */
const WRITING = SLOW.program
	.replace('return `', 'await slow.putThird({});\n  return `')
	.replace('answer(text, text)', "answer('sent', text)");

function fenced(code: string): string {
	return `\`\`\`ts\n${code}\n\`\`\``;
}

/** An API whose second operation answers only after `release`. */
async function startSlowApi(context: TestContext) {
	const calls: string[] = [];
	const arrivals = new Map<string, PromiseWithResolvers<void>>();
	const arrival = (url: string) => {
		const known = arrivals.get(url) ?? Promise.withResolvers<void>();
		arrivals.set(url, known);
		return known;
	};
	const gate = Promise.withResolvers<void>();
	const server = createServer(async (request, response) => {
		const url = request.url ?? '';
		calls.push(url);
		arrival(url).resolve();
		if (url === '/second') await gate.promise;
		response.setHeader('content-type', 'application/json').end(JSON.stringify({ word: url === '/first' ? 'one' : 'two' }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	context.after(() => {
		server.closeAllConnections();
		server.close();
	});
	const word = { type: 'object', required: ['word'], properties: { word: { type: 'string' } } };
	const operation = (operationId: string, method = 'get') => ({
		[method]: { operationId, responses: { 200: { description: 'ok', content: { 'application/json': { schema: word } } } } },
	});
	return {
		calls,
		asked: (url: string) => arrival(url).promise,
		release: () => gate.resolve(),
		document: {
			openapi: '3.1.0',
			info: { title: 'Slow', version: '1' },
			servers: [{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }],
			paths: { '/first': operation('getFirst'), '/second': operation('getSecond'), '/third': operation('putThird', 'post') },
		},
	};
}
