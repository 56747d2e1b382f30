import { isDeepStrictEqual } from 'node:util';
import { parseProgram } from '../../src/code/parse.ts';
import type { JsonValue } from '../../src/json.ts';
import type { FunctionRecord } from '../../src/repository/function-record.ts';
import type { Kind } from './kind.ts';
import type { BenchQuestion } from './questions.ts';
import type { Answered, Session } from './session.ts';
import { offeredIn, type Signature, saysTheSame, signatureIn } from './signature.ts';

/**
 * `reused`: stored functions answered as they are. `built on`: a new program called some. `written`: a new program called none. `failed`: no answer.
 */
export type Way = 'reused' | 'built on' | 'written' | 'failed';

/** One answer to a question. */
export interface Attempt {
	readonly way: Way;
	readonly modelCalls: number;
	readonly promptTokens: number;
	readonly completionTokens: number;
	/** The value, and what it should have been. */
	readonly value: JsonValue;
	readonly correct: boolean;
	/** Answered by reuse of a function of another kind, or with a wrong value although stored functions were called. */
	readonly wrongReuse: boolean;
	/** A reuse was tried and given up. */
	readonly gaveUp: boolean;
	/** The functions whose call was the whole program, as `name: documentation`; none unless that answered. */
	readonly took: readonly string[];
	/** Stored functions that the program called, with those they use. */
	readonly called: readonly string[];
	/** Functions that the program declares, and those of them that were stored as new ones. */
	readonly declared: number;
	readonly stored: readonly string[];
	/** Why there is no answer. */
	readonly failure?: string;
}

export interface Measured {
	readonly text: string;
	readonly kind: string;
	readonly resembles?: string;
	/** How often its kind has been asked by now, this question included. */
	readonly asking: number;
	readonly expected: JsonValue;
	/** The first answer, then those to a retry. */
	readonly attempts: readonly Attempt[];
	/** Whether a function that answers it was stored before it was asked, and whether the first prompt offered that. */
	readonly wasStored: boolean;
	readonly wasOffered: boolean;
	/** Names of all functions that the first prompt offered. */
	readonly offered: readonly string[];
}

export interface Series {
	readonly questions: readonly Measured[];
	/** As it is at the end. */
	readonly repository: readonly FunctionRecord[];
	/** After each question. */
	readonly sizes: readonly number[];
}

/** How often a person asks again after a wrong answer. */
const RETRIES = 2;

/** Asks all questions in a workspace of their own. Whoever gets a wrong answer dislikes it and asks for another. */
export async function measureSeries(session: Session, workspaceId: string, questions: readonly BenchQuestion[]): Promise<Series> {
	await session.connect(workspaceId);
	const askings = new Map<Kind, number>();
	const measured: Measured[] = [];
	const sizes: number[] = [];
	for (const question of questions) {
		const asking = (askings.get(question.kind) ?? 0) + 1;
		askings.set(question.kind, asking);
		measured.push(await measureQuestion(session, workspaceId, question, asking));
		sizes.push((await session.functions(workspaceId)).length);
	}
	return { questions: measured, sizes, repository: await session.functions(workspaceId) };
}

async function measureQuestion(session: Session, workspaceId: string, question: BenchQuestion, asking: number): Promise<Measured> {
	const { kind, text, expected } = question;
	const before = await session.functions(workspaceId);
	let answered = await session.ask(workspaceId, text);
	const first = answered;
	const attempts = [judge(question, answered)];
	while (!attempts.at(-1)?.correct) {
		await session.dislike(answered.run);
		if (attempts.length > RETRIES) break;
		answered = await session.ask(workspaceId, text, answered.run);
		attempts.push(judge(question, answered));
	}
	const offered = offeredIn(first.requests[0]?.messages ?? []);
	return {
		text,
		kind: kind.name,
		...(kind.resembles !== undefined && { resembles: kind.resembles }),
		asking,
		expected,
		attempts,
		wasStored: before.some(({ source }) => isOf(kind, signatureIn(source))),
		wasOffered: offered.some((candidate) => isOf(kind, candidate)),
		offered: offered.map(({ name }) => name),
	};
}

function judge({ kind, expected }: BenchQuestion, { end, events, requests }: Answered): Attempt {
	const { modelCalls, promptTokens, completionTokens, reused } = end.totals;
	const lastReuse = events.findLastIndex(({ type }) => type === 'reuse');
	const lastPlan = events.findLastIndex(({ type }) => type === 'plan');
	const reuse = events[lastReuse];
	const answersByReuse = end.type === 'result' && lastReuse > lastPlan;
	const value = end.type === 'result' ? end.value : null;
	const correct = end.type === 'result' && isDeepStrictEqual(value, expected);
	const names = reuse?.type === 'reuse' ? reuse.functions : [];
	const offered = offeredIn(requests[0]?.messages ?? []).filter(({ name }) => names.includes(name));
	const parsed = end.type === 'result' ? parseProgram(end.program) : undefined;
	return {
		way: end.type === 'failure' ? 'failed' : answersByReuse ? 'reused' : reused.length > 0 ? 'built on' : 'written',
		modelCalls,
		promptTokens,
		completionTokens,
		value,
		correct,
		wrongReuse: (reused.length > 0 && !correct) || (answersByReuse && !offered.some((candidate) => isOf(kind, candidate))),
		gaveUp: lastReuse !== -1 && !answersByReuse,
		took: answersByReuse ? offered.map(({ name, documentation }) => `${name}: ${documentation}`) : [],
		called: reused,
		declared: parsed?.ok ? parsed.program.functions.length : 0,
		stored: events.flatMap((event) => (event.type === 'kept' ? event.functions : [])),
		...(end.type === 'failure' && { failure: end.message }),
	};
}

function isOf(kind: Kind, candidate: Signature): boolean {
	return kind.writings.some((source) => saysTheSame(signatureIn(source), candidate));
}
