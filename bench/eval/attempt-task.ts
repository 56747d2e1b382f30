import type { TypeChecker } from '../../src/code/check.ts';
import { toUserError } from '../../src/errors.ts';
import type { Model } from '../../src/model/model.ts';
import { createToolbox } from '../../src/pipeline/toolbox.ts';
import type { RecordedCall } from '../../src/repository/function-record.ts';
import type { Turn } from '../../src/runs/run.ts';
import type { Sandbox, SandboxLimits } from '../../src/sandbox/outcome.ts';
import { human } from '../../src/toolset/human.ts';
import { type Answered, type Attempted, MODEL_CALLS, type Strategy, type Suite, type Task, type World } from './contract.ts';
import { type Exchange, type MeteredModel, meterModel } from './metered-model.ts';
import { sessionAt } from './session-server.ts';
import { createUserTurns } from './user-turns.ts';
import { callerOf, narrowedToolset, recordedToolset } from './world.ts';

/** What attempts at all tasks share. */
export interface Surroundings {
	readonly suite: Suite;
	readonly strategy: Strategy;
	/** From 0. */
	readonly repeat: number;
	/** What `loopbackBase` gives. */
	readonly base: string;
	readonly model: Model;
	/** Of one turn; `MODEL_CALLS` when left out. */
	readonly modelCalls?: number;
	readonly sandbox: Sandbox;
	readonly checker: TypeChecker;
	readonly limits: SandboxLimits;
	readonly signal: AbortSignal;
}

/** What came of a task, before it is written down. */
export interface Attempt {
	readonly attempted: Attempted;
	readonly scores: Readonly<Record<string, number>>;
	readonly exchanges: readonly Exchange[];
}

/**
 * Plays one task in a session of its own, from a fresh state to its scores. `attempt` tells an attempt at it from a former one that was cut off.
 * A strategy that breaks its promise has failed as `harness`. Rejects with the reason of the signal, and with a UserError when the suite's server or the
 * model cannot be asked at all: nothing is then known of the strategy.
 */
export async function attemptTask(task: Task, session: string, attempt: number, surroundings: Surroundings): Promise<Attempt> {
	const { suite, strategy, repeat, base, signal } = surroundings;
	const served = sessionAt(base, session, signal);
	try {
		await served.reset();
		const calls: RecordedCall[] = [];
		const toolset = narrowedToolset(await served.open(suite), task.tools);
		const toolbox = await createToolbox([recordedToolset(toolset, calls), recordedToolset(human, calls)]);
		const functions = (await strategy.functions?.()) ?? 0;
		const metered = meterModel(surroundings.model, surroundings.modelCalls ?? MODEL_CALLS);
		const startedAt = performance.now();
		const turns = await converse(task, `${session}.${attempt}`, { ...surroundings, toolbox, calls, metered });
		const ms = Math.round(performance.now() - startedAt);
		const { promptTokens, completionTokens, estimated } = metered.usage();
		const attempted: Attempted = {
			task: task.id,
			repeat,
			turns,
			// As they are now: what a program left behind may still end.
			calls: [...calls],
			modelCalls: metered.exchanges.length,
			promptTokens,
			completionTokens,
			tokensEstimated: estimated,
			ms,
			functions,
		};
		const scores = await suite.score(task, attempted, await served.record());
		return { attempted, scores, exchanges: metered.exchanges };
	} finally {
		await served.close();
	}
}

interface Stage extends Surroundings, Pick<World, 'toolbox'> {
	readonly calls: RecordedCall[];
	readonly metered: MeteredModel;
}

/** Turn by turn, until the user has said everything: each turn is answered, and some are themselves answers to what a program asked. */
async function converse(task: Task, id: string, stage: Stage): Promise<Answered[]> {
	const { strategy, metered, calls, suite, signal } = stage;
	const user = createUserTurns(task.turns);
	const earlier: Turn[] = [...task.history];
	const answers: Answered[] = [];
	const people = { toolbox: stage.toolbox, askPerson: user.answer, signal };
	const { sandbox, checker, limits } = stage;
	const world: World = { ...people, sandbox, checker, limits, call: callerOf(people, calls), model: metered.model, now: suite.now };
	for (let text = user.next(); text !== undefined; text = user.next()) {
		metered.beginTurn(answers.length);
		const answered = await answerOf(strategy, { text, earlier: [...earlier], id: `${id}.${answers.length}` }, world);
		signal.throwIfAborted();
		const outage = metered.outage();
		if (outage) throw outage;
		answers.push(answered);
		if (answered.failure === 'harness') break;
		earlier.push({ question: text, answer: answered.sentence });
	}
	return answers;
}

async function answerOf(strategy: Strategy, turn: Parameters<Strategy['answer']>[0], world: World): Promise<Answered> {
	try {
		return await strategy.answer(turn, world);
	} catch (error) {
		world.signal.throwIfAborted();
		const { userMessage, cause } = toUserError(error);
		const detail = cause instanceof Error ? `${userMessage} ${cause.name}: ${cause.message}` : userMessage;
		return { sentence: '', failure: 'harness', detail: detail.replaceAll(/\s+/g, ' '), repairs: 0, reused: [] };
	}
}
