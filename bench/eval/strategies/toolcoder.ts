import path from 'node:path';
import { answerQuestion } from '../../../src/pipeline/answer.ts';
import type { Failure, Progress, Result } from '../../../src/pipeline/progress.ts';
import { ALL_STAGES, type AnswerServices, type Stages } from '../../../src/pipeline/work.ts';
import { createStanding } from '../../../src/repository/standing/standing.ts';
import { createFunctionStore } from '../../../src/repository/store/function-store.ts';
import { openJournal } from '../../../src/runs/durable-journal.ts';
import type { Run } from '../../../src/runs/run.ts';
import { createRunIds } from '../../../src/runs/run-id.ts';
import { remembered } from '../../../src/runs/transcript.ts';
import { openStorage } from '../../../src/storage/open.ts';
import type { Answered, AskedTurn, FailureClass, Strategy, StrategyOptions, World } from '../contract.ts';
import { LimitReached } from '../limit-reached.ts';

/** All tasks are asked in one, whose functions grow from task to task. */
const WORKSPACE = 'eval';

/** As many as the product keeps unless the operator says otherwise. */
const FUNCTION_LIMIT = 10_000;

/**
 * ToolCoder (arXiv 2502.11404): the product's own pipeline, with the model, the tools, the sandbox and the limits of the world. Its functions are in a
 * database in the folder. It differs from a chat in this alone: writes go out without being asked about, what the user says next answers what a program
 * asks, and nobody rates. Of what was said before it gets what a chat remembers.
 *
 * Its stages, their prompts and the limit of 3 repairs (section 3.4) are documented in `src/pipeline`. `without` leaves out one of them: the ablations
 * of section 4.4, and the type check, which the paper does not have.
 */
export async function createToolCoder({ folder, logger }: StrategyOptions, without?: keyof Stages): Promise<Strategy> {
	const name = without === undefined ? 'toolcoder' : `toolcoder-without-${NAMES[without]}`;
	const stages = without === undefined ? ALL_STAGES : { ...ALL_STAGES, [without]: false };
	const storage = await openStorage(`sqlite://${path.join(folder, `${name}.sqlite`)}`, { logger });
	const functions = createFunctionStore(storage);
	const standing = createStanding(functions, storage);
	const nextId = createRunIds();
	const kept = {
		functions,
		standing,
		functionLimit: FUNCTION_LIMIT,
		heedRatings: async () => {},
		endingOf: async () => undefined,
		logger,
	} satisfies Partial<AnswerServices>;
	return {
		name,
		...(stages.repository && { inOrder: true, functions: async () => (await functions.list(WORKSPACE)).length }),
		async answer(turn, world) {
			const run = runOf(turn, nextId(), world);
			const limits = noteLimit(world);
			const services: AnswerServices = { ...kept, ...worldServices(world), model: limits.model };
			world.sandbox.prepare();
			const end = await endOf(answerQuestion(run, await openJournal(storage, run.id), services, world.signal, stages));
			world.signal.throwIfAborted();
			return answeredOf(end, limits.isReached());
		},
		close: () => storage.close(),
	};
}

/** As `eval --strategy` has them. */
const NAMES: { readonly [Stage in keyof Stages]: string } = {
	scaffold: 'scaffold',
	repository: 'repository',
	reflection: 'reflection',
	typeCheck: 'type-check',
};

function runOf({ text, earlier, id }: AskedTurn, runId: string, { now }: World): Run {
	return {
		id: runId,
		workspaceId: WORKSPACE,
		conversation: id,
		question: { text, askedBy: { id: 'user' }, earlier: remembered(earlier) },
		status: 'running',
		createdAt: new Date().toISOString(),
		seed: { now, random: 0 },
		allowWrites: true,
	};
}

function worldServices({ toolbox, sandbox, checker, limits, askPerson }: World) {
	return {
		toolboxOf: async () => toolbox,
		sandbox,
		checker,
		limits,
		confirmWrite: async () => 'allowed',
		askPerson: (_run, question) => askPerson(question),
	} satisfies Partial<AnswerServices>;
}

/** The world's model, and whether it was asked once too often: a failure of the pipeline has no word for that. */
function noteLimit({ model }: World) {
	let isReached = false;
	return {
		isReached: () => isReached,
		model: {
			name: model.name,
			async complete(request) {
				try {
					return await model.complete(request);
				} catch (error) {
					isReached ||= error instanceof LimitReached;
					throw error;
				}
			},
		} satisfies World['model'],
	};
}

/** Its last event is not always the end: functions are kept behind the answer. */
async function endOf(events: AsyncIterable<Progress>): Promise<Result | Failure> {
	let end: Result | Failure | undefined;
	for await (const event of events) if (event.type === 'result' || event.type === 'failure') end = event;
	if (!end) throw new Error('the pipeline ended without a result and without a failure');
	return end;
}

function answeredOf(end: Result | Failure, isLimitReached: boolean): Answered {
	const { repairs, reused } = end.totals;
	if (end.type === 'result') return { sentence: end.sentence, value: end.value, repairs, reused };
	const failure = isLimitReached ? 'limit' : failureClassOf(end);
	return { sentence: '', failure, detail: end.message.replaceAll(/\s+/g, ' '), repairs, reused };
}

const BY_FAULT: { readonly [Cause in NonNullable<Failure['fault']>]: FailureClass } = {
	'unknown-tool': 'unknown-tool',
	review: 'program',
	exception: 'exception',
	limit: 'limit',
	answer: 'no-answer',
};

const OF_MODEL: ReadonlySet<string> = new Set(['model-reply', 'model-unavailable', 'model-not-configured', 'configuration']);
const OF_HARNESS: ReadonlySet<string> = new Set(['internal', 'storage']);

/** What is left is a question to a person who has nothing more to say, or a call that the server is not given. */
function failureClassOf({ code, fault }: Failure): FailureClass {
	if (fault) return BY_FAULT[fault];
	if (OF_MODEL.has(code)) return 'model';
	return OF_HARNESS.has(code) ? 'harness' : 'no-answer';
}
