import type { Parameter } from '../code/program.ts';
import { valueLiteral } from '../code/value-literal.ts';
import { UserError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import type { FunctionRecord } from '../repository/function-record.ts';
import { readRecord } from '../repository/signatures.ts';
import { callableFunction } from '../repository/standing/callable-function.ts';
import type { FunctionCall } from '../runs/run.ts';
import type { Answer } from '../sandbox/outcome.ts';
import { conclude } from './conclude.ts';
import { type Fault, Unanswered } from './fault.ts';
import { fittingClosure, isCallable, withUses } from './known-functions.ts';
import type { Progress } from './progress.ts';
import { tryProgram } from './try-program.ts';
import type { Work } from './work.ts';

/** Of a call and of a value that stand in the sentence of an answer. */
const CALL_CHARACTERS = 200;
const VALUE_CHARACTERS = 200;

/**
 * Answers with the result of a stored function that a person called: the model is not asked, and a fault is not mended. Everything else is as with any
 * program. Rejects with `not-found` or `not-allowed` for a function that cannot be called, with `bad-input` for arguments that do not fit, and with
 * `unanswered` when it came to no result.
 */
export async function* callFunction(work: Work, call: FunctionCall): AsyncGenerator<Progress> {
	yield { type: 'status', text: 'Looking up the function…' };
	const record = await calledFunction(work, call.name);
	await mustFit(work, record, call.args);
	const text = `${call.name}(${call.args.map(valueLiteral).join(', ')})`;
	const code = `return await ${text};`;
	yield { type: 'reuse', code, functions: [call.name] };
	const attempt = yield* tryProgram(work, code, [record]);
	if (attempt.kind === 'failed') throw failed(record, attempt.fault);
	yield* conclude(work, { ...attempt, answer: withSentence(attempt.answer, text) });
}

/** In the journal as it is now, with all that it uses: a resumed run calls the same. */
async function calledFunction(work: Work, name: string): Promise<FunctionRecord> {
	const { services, run, toolbox, toolsets } = work;
	const find = () => callableFunction(services.functions, run.workspaceId, name);
	const closure = await work.journal.step('called-function', async () => fittingClosure(work, [await find()]));
	for (const used of closure.all) work.library.set(used.name, used);
	// What does not fit the tools any more has just been quarantined, and says why.
	const [record] = closure.whole;
	if (!record) await find();
	if (record && isCallable(record, work)) return record;
	const parts = record ? withUses([record], work.library) : [];
	const tool = parts.flatMap(({ tools }) => tools.map((stamp) => stamp.tool)).find((id) => !toolbox.tools.has(id));
	const namesake = parts.find((part) => toolsets.has(part.name))?.name;
	const cause =
		tool !== undefined
			? `the tool ${tool}, which it calls, is not connected any more`
			: namesake !== undefined
				? `a toolset is called \`${namesake}\`, too`
				: 'a function that it uses is gone';
	throw new UserError('not-found', `\`${name}\` cannot be called: ${cause}. Ask what you want to know as a question instead.`);
}

/** Before anything runs: whoever typed the arguments hears which one is wrong. Looked at once, since the types may change while the run is interrupted. */
async function mustFit(work: Work, record: FunctionRecord, args: readonly JsonValue[]): Promise<void> {
	const problem = await work.journal.step('arguments-looked-at', async () => (await firstMisfit(work, record, args)) ?? null);
	if (problem !== null) throw unfit(record, problem);
}

async function firstMisfit(work: Work, record: FunctionRecord, args: readonly JsonValue[]): Promise<string | undefined> {
	const { fn, types } = readRecord(record);
	for (const [index, parameter] of fn.parameters.entries()) {
		const problem = await misfit(work, parameter, types, parameter.name.startsWith('...') ? args.slice(index) : args[index]);
		if (problem !== undefined) return `\`${parameter.name}\` takes \`${parameter.type}\`: ${problem}`;
	}
	return undefined;
}

async function misfit(
	{ services, toolbox, signal }: Work,
	{ type }: Parameter,
	types: ReturnType<typeof readRecord>['types'],
	value: JsonValue | undefined,
): Promise<string | undefined> {
	if (type === undefined || value === undefined) return undefined;
	const declarations = await toolbox.declarations();
	return services.checker.checkValue({ value, type, types: types.map(({ source }) => source), declarations, signal });
}

function unfit({ name, signature }: Pick<FunctionRecord, 'name' | 'signature'>, problem: string): UserError {
	const words = /[.…]$/.test(problem) ? problem : `${problem}.`;
	return new UserError('bad-input', `${words} Call \`${name}\` with other arguments.\nThe function: ${signature}`);
}

/** It does not count against the function: arguments that a person made up may be none that it is for. */
function failed(record: FunctionRecord, fault: Fault): UserError {
	// The line is that of a call which the person has not written.
	const problem = fault.text.replace(/^Line \d+: /, '');
	// Nothing has run: all that can be wrong with the call are its arguments.
	if (fault.cause === 'review') return unfit(record, problem);
	const next = fault.isOfTool
		? 'Look into that before you call it again.'
		: fault.isFinding
			? 'Call it with other arguments.'
			: 'Ask what you want to know as a question instead: a new program is written for it then.';
	const message = `\`${record.name}\` gave no result. The problem: ${problem}${problem.endsWith('…') ? '' : '.'} ${next}`;
	return new Unanswered(fault, message);
}

/** Says what was called where the value is plain; anything else is drawn by itself. */
function withSentence(answer: Answer, call: string): Answer {
	const { sentence, value } = answer;
	if (sentence || value === undefined || value === null || typeof value === 'object' || call.length > CALL_CHARACTERS) return answer;
	const text = String(value);
	return text.trim() === '' || text.length > VALUE_CHARACTERS ? answer : { ...answer, sentence: `${call}: ${text}` };
}
