import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { traceIdOf } from '../../src/observability/traces.ts';
import { WORKSPACE } from '../pipeline/fixture.ts';
import { GOOD, program, QUESTION } from '../pipeline/programs.ts';
import type { Stage } from '../simulators/model-server.ts';
import type { SentSpan } from './collector.ts';
import { openWatchedBot, samplesIn } from './watched-bot.ts';

/** `name < its parent < …`, without the root. */
function placeOf(span: SentSpan, all: readonly SentSpan[]): string {
	const parent = all.find(({ id }) => id === span.parent);
	return parent?.parent ? `${span.name} < ${placeOf(parent, all)}` : span.name;
}

/** Takes all the memory that there is. */
const HUNGRY = program('  const all: object[] = [];\n  for (;;) all.push({ name });');
/** Asks for somebody whom the film server does not know. */
const CARELESS = program('  const credits = await movies.getPersonCredits({ person_id: 999999 });\n  return credits.crew.length;');

describe('a run that is watched', () => {
	test('is one trace: the run, its stages in it, and calls of models and tools in those', async (context) => {
		const { bot, collector, flush } = await openWatchedBot(context);
		const asked = await bot.ask(QUESTION, {});
		assert.equal(asked.end.type, 'result');
		await flush();
		const { spans } = collector;
		const [root, ...others] = spans.filter(({ parent }) => parent === '');
		assert.deepEqual([root?.name, others], ['invoke_agent ToolCoder Bot', []]);
		assert.deepEqual(new Set(spans.map(({ trace }) => trace)), new Set([traceIdOf(asked.run)]));
		assert.deepEqual(
			spans
				.filter((span) => span !== root)
				.map((span) => placeOf(span, spans))
				.sort(),
			[
				'chat scripted-model < implement',
				'chat scripted-model < plan',
				'chat scripted-model < scaffold',
				'execute_tool movies.getPersonCredits < run',
				'execute_tool movies.searchPerson < run',
				'implement',
				'keep',
				'plan',
				'review',
				'run',
				'scaffold',
			],
		);
		assert.deepEqual(
			spans.filter(({ failed }) => failed),
			[],
		);
	});

	test('has the attributes of the conventions for generative AI, and says whose it is', async (context) => {
		const { bot, collector, flush } = await openWatchedBot(context);
		const { run } = await bot.ask(QUESTION, {});
		await flush();
		const named = (name: string) => collector.spans.find((span) => span.name === name);
		const { 'toolcoder.run.waited_ms': waited, ...ofRun } = named('invoke_agent ToolCoder Bot')?.attributes ?? {};
		assert.equal(typeof waited, 'number');
		assert.deepEqual(ofRun, {
			'gen_ai.operation.name': 'invoke_agent',
			'gen_ai.agent.name': 'ToolCoder Bot',
			'gen_ai.agent.version': '1.2.3',
			'toolcoder.run.id': run,
			'toolcoder.workspace.id': WORKSPACE,
			'toolcoder.run.outcome': 'answered',
		});
		const { 'server.port': port, 'toolcoder.stage': stage, ...ofModel } = named('chat scripted-model')?.attributes ?? {};
		assert.ok(Number(port) > 0);
		assert.equal(stage, 'scaffold');
		assert.deepEqual(ofModel, {
			'gen_ai.operation.name': 'chat',
			'gen_ai.provider.name': 'openai',
			'gen_ai.request.model': 'scripted-model',
			'gen_ai.response.model': 'scripted-model',
			'gen_ai.usage.input_tokens': 10,
			'gen_ai.usage.output_tokens': 5,
			'server.address': '127.0.0.1',
		});
		assert.equal(named('chat scripted-model')?.kind, 3);
		assert.deepEqual(named('execute_tool movies.searchPerson')?.attributes, {
			'gen_ai.operation.name': 'execute_tool',
			'gen_ai.tool.name': 'movies.searchPerson',
			'gen_ai.tool.type': 'extension',
			'toolcoder.toolset.kind': 'openapi',
			'toolcoder.tool.effect': 'read',
			'http.response.status_code': 200,
		});
		const resource: SentSpan['resource'] = collector.spans[0]?.resource ?? {};
		assert.deepEqual(
			['service.name', 'service.version', 'service.instance.id', 'telemetry.sdk.language'].map((name) => resource[name]),
			['films-bot', '1.2.3', 'this-process', 'nodejs'],
		);
		assert.equal(collector.headers[0]?.authorization, 'Bearer collector');
	});

	test('says nothing of what was asked, written, called and answered', async (context) => {
		const { bot, collector, flush } = await openWatchedBot(context);
		await bot.ask(QUESTION, {});
		await flush();
		assert.doesNotMatch(collector.bodies.join(''), /Coppola|countFilms|async function|films\?/);
	});

	test('says it where the operator wants it, without secrets', async (context) => {
		const { bot, collector, flush } = await openWatchedBot(context, { content: true, secrets: ['Sofia Coppola'] });
		await bot.ask(QUESTION, {});
		await flush();
		const sent = collector.bodies.join('');
		assert.doesNotMatch(sent, /Sofia/);
		const attributesOf = (name: string): SentSpan['attributes'] => collector.spans.find((span) => span.name === name)?.attributes ?? {};
		assert.deepEqual(JSON.parse(String(attributesOf('execute_tool movies.searchPerson')['gen_ai.tool.call.arguments'])), {
			query: '[secret]',
		});
		assert.match(String(attributesOf('execute_tool movies.getPersonCredits')['gen_ai.tool.call.result']), /Director/);
		const chat = attributesOf('chat scripted-model');
		assert.match(String(chat['gen_ai.input.messages']), /^\[\{"role":"system","parts":\[\{"type":"text","content":"You turn a question/);
		assert.match(String(chat['gen_ai.output.messages']), /async function countFilms/);
	});

	test('that is repaired says so: which call failed, and what was killed', async (context) => {
		const programs: Partial<Record<Stage, string>> = { implement: HUNGRY, reflect: CARELESS };
		let reflected = 0;
		const say = (stage: Stage) => (stage === 'reflect' && reflected++ > 0 ? GOOD : programs[stage]);
		const { bot, collector, flush, metrics } = await openWatchedBot(context, { say });
		const asked = await bot.ask(QUESTION, {});
		assert.equal(asked.end.type, 'result');
		await flush();
		const failed = collector.spans.filter((span) => span.failed).map(({ name, attributes }) => `${name}: ${attributes['error.type']}`);
		assert.deepEqual(failed, ['execute_tool movies.getPersonCredits: 404']);
		const samples = samplesIn(await metrics());
		const seen = (name: string) => samples.get(name);
		assert.deepEqual(
			[
				seen('toolcoder_sandbox_kills_total{reason="out-of-memory"}'),
				seen('toolcoder_repairs_total{cause="limit"}'),
				seen('toolcoder_repairs_total{cause="exception"}'),
				seen('toolcoder_tool_call_duration_seconds_count{kind="openapi",effect="read",outcome="http"}'),
				seen('toolcoder_tool_call_duration_seconds_count{kind="openapi",effect="read",outcome="ok"}'),
				seen('toolcoder_stage_duration_seconds_count{stage="run",outcome="ok"}'),
				seen('toolcoder_stage_duration_seconds_count{stage="reflect",outcome="ok"}'),
			],
			[1, 1, 1, 1, 2, 3, 2],
		);
	});

	test('that gets no program says at which stage, in a word', async (context) => {
		const { bot, collector, flush, metrics } = await openWatchedBot(context, { say: (stage) => (stage === 'implement' ? '' : undefined) });
		const asked = await bot.ask(QUESTION, {});
		assert.equal(asked.end.type, 'failure');
		await flush();
		const failed = collector.spans.filter((span) => span.failed).map(({ name, attributes }) => `${name}: ${attributes['error.type']}`);
		assert.deepEqual(failed, ['implement: model-reply', 'invoke_agent ToolCoder Bot: model-reply']);
		const samples = samplesIn(await metrics());
		assert.equal(samples.get('toolcoder_runs_total{platform="console",outcome="failed",code="model-reply"}'), 1);
		assert.equal(samples.get('toolcoder_stage_duration_seconds_count{stage="implement",outcome="model-reply"}'), 1);
	});

	test('beside others keeps to itself: each line of the log and each span belongs to the run that it is about', async (context) => {
		// One place at the model, so that each run begins its calls where another one has ended its own.
		const { bot, collector, flush, lines } = await openWatchedBot(context, {
			environment: { MODEL_CONCURRENCY: '1', SANDBOX_PROCESSES: '1' },
		});
		const asking = ['a', 'b', 'c'].map((conversation) => bot.ask(QUESTION, {}, { conversation }));
		const runs = (await Promise.all(asking)).map(({ run }) => run);
		await flush();
		for (const run of runs) {
			const spans = collector.spans.filter(({ trace }) => trace === traceIdOf(run));
			const roots = spans.filter(({ parent }) => parent === '');
			assert.deepEqual(
				roots.map(({ attributes }) => attributes['toolcoder.run.id']),
				[run],
			);
			const named = (name: string) => spans.filter((span) => span.name.startsWith(name)).length;
			assert.deepEqual([named('chat'), named('execute_tool'), named('scaffold')], [3, 2, 1]);
			const answered = lines().filter(({ msg, run: of }) => msg === 'the model answered' && of === run);
			assert.deepEqual(
				answered.map(({ stage, workspace }) => [stage, workspace]),
				['scaffold', 'plan', 'implement'].map((stage) => [stage, WORKSPACE]),
			);
		}
		assert.equal(lines().filter(({ msg }) => msg === 'the model answered').length, 9);
	});

	test('is counted: how it ended, how long it took, what it cost', async (context) => {
		const { bot, metrics } = await openWatchedBot(context);
		await bot.ask(QUESTION, {});
		await bot.ask(QUESTION, {});
		const text = await metrics();
		const samples = samplesIn(text);
		const seen = (name: string) => samples.get(name);
		assert.equal(seen('toolcoder_runs_total{platform="console",outcome="answered",code=""}'), 2);
		assert.equal(seen('toolcoder_run_duration_seconds_count{platform="console",outcome="answered"}'), 2);
		assert.equal(seen('toolcoder_run_waiting_seconds_count{platform="console"}'), 2);
		assert.equal(seen('toolcoder_model_tokens_total{model="scripted-model",stage="plan",direction="input"}'), 20);
		assert.equal(seen('toolcoder_model_tokens_total{model="scripted-model",stage="plan",direction="output"}'), 10);
		assert.equal(seen('toolcoder_model_call_duration_seconds_count{model="scripted-model",stage="implement",outcome="ok"}'), 2);
		assert.equal(seen('toolcoder_queue_runs{state="waiting"}'), 0);
		assert.equal(seen('toolcoder_queue_runs{state="working"}'), 0);
		assert.equal(seen('toolcoder_build_info{version="1.2.3"}'), 1);
		assert.ok((seen('process_resident_memory_bytes') ?? 0) > 0 && samples.has('nodejs_eventloop_lag_seconds'));
		assert.doesNotMatch(text, new RegExp(`${WORKSPACE}|tester|movies|Coppola`));
		const own = [...text.matchAll(/^# TYPE (toolcoder_\S+) (\S+)$/gm)].map(([, name, type]) => `${type} ${name}`);
		assert.equal(own.length, 14);
		for (const each of own) assert.match(each, /^(counter .*_total|histogram .*_seconds|gauge toolcoder_(queue_runs|build_info))$/);
	});
});
