import { parseProgram } from '../../../src/code/parse.ts';
import { UserError } from '../../../src/errors.ts';
import { canonicalJson } from '../../../src/json.ts';
import { askForProgram } from '../../../src/model/ask-program.ts';
import type { ChatMessage, Stage } from '../../../src/model/model.ts';
import { questionText, searchText } from '../../../src/pipeline/question-text.ts';
import type { Toolbox } from '../../../src/pipeline/toolbox.ts';
import type { Answer } from '../../../src/sandbox/outcome.ts';
import { HUMAN } from '../../../src/toolset/human.ts';
import type { Tool } from '../../../src/toolset/tool.ts';
import type { Answered, AskedTurn, Strategy, StrategyOptions, World } from '../contract.ts';
import { LimitReached } from '../limit-reached.ts';
import { probe } from './atc/probe.ts';
import { chainPrompt, reflectPrompt } from './atc/prompts.ts';
import { ProbedProtocols } from './atc/protocols.ts';
import type { AnsweredCall } from './atc/run-program.ts';
import { toolsNamed, tryChain } from './atc/try-chain.ts';

/** Rounds of attributed reflection: the paper's most, and as many repairs as the product has. */
export const REFLECTIONS = 3;

/** Tools that are probed in one turn: with two programs each, a second chain and every reflection a turn takes 9 of its 12 model calls. */
export const PROBED_TOOLS = 2;

/** Tools in one prompt: each has 80 tokens then. RestBench and API-Bank have fewer. */
const MOST_TOOLS = 100;

/**
 * "Chain of Tools: Large Language Model is an Automatic Multi-tool Learner" (arXiv 2405.16533).
 *
 * - **Automatic Tool Chain**: the model gets the protocol of every tool (arguments and response) and writes one program for the whole task at once.
 * - **Attributed reflection**: a program that throws goes back with its error; the model names the call or function that is to blame and rewrites the
 *   program from there. The first program that ends with an answer is the answer; after `REFLECTIONS` rounds the turn has failed.
 * - **Black-box probing**: a tool that a chain calls and whose document leaves the response open is probed by programs of its own, which may look up their
 *   arguments with other tools ("chain of probing"); the chain is then written anew. What was found out is kept for the suite.
 *
 * Of our choosing, where the paper says nothing or is written for Python: programs are TypeScript in the product's sandbox, not checked before they run.
 * Probing begins with the chain that needs it and not with the toolset, since model calls are counted by task. A tool that may change something is
 * never probed. A program that is run again makes all its calls again; what it has changed and asked is told to the model. A reply without a program is
 * asked for once more, as in the product.
 */
export async function createAtc({ folder }: Pick<StrategyOptions, 'folder'>): Promise<Strategy> {
	const protocols = await ProbedProtocols.open(folder);
	return {
		name: 'atc',
		inOrder: true,
		async answer(turn, world) {
			const attempt = { repairs: 0 };
			try {
				return { ...(await solve(turn, world, protocols, attempt)), repairs: attempt.repairs, reused: [] };
			} catch (error) {
				world.signal.throwIfAborted();
				const failed = failureOf(error);
				if (!failed) throw error;
				return { sentence: '', ...failed, ...attempt, reused: [] };
			}
		},
	};
}

type Ending = Omit<Answered, 'repairs' | 'reused'>;

async function solve(turn: AskedTurn, world: World, protocols: ProbedProtocols, attempt: { repairs: number }): Promise<Ending> {
	const { toolbox, now } = world;
	const asked = { text: turn.text, earlier: turn.earlier, askedBy: { id: 'eval' } };
	const question = questionText(asked);
	const tools = toolsFor(searchText(asked), toolbox);
	const input = () => ({ question, now, protocols: protocols.declare(tools, toolbox) });
	const write = async (stage: Stage, messages: readonly ChatMessage[]) =>
		(await askForProgram(world.model, { stage, question: turn.text, messages, signal: world.signal })).code;

	let program = await write('implement', chainPrompt(input()));
	if (await learn(wantedBy(program, world, protocols), turn.text, world, protocols))
		program = await write('implement', chainPrompt(input()));

	const settled: AnsweredCall[] = [];
	for (;;) {
		const tried = await tryChain(program, world);
		if (tried.kind === 'answered') return endingOf(tried.answer);
		if (attempt.repairs === REFLECTIONS) return { sentence: '', failure: tried.failure, detail: tried.text };
		attempt.repairs += 1;
		settled.push(...tried.calls.filter((call) => isSettled(call, world)));
		const { problem, blamed } = tried;
		program = await write('reflect', reflectPrompt({ ...input(), program, problem, blamed, settled }));
	}
}

/** All of them, since the method chooses none; of more than a prompt holds, those that fit best, and the person. */
function toolsFor(text: string, { tools, index }: Toolbox): readonly Tool[] {
	const all = [...tools.values()];
	if (all.length <= MOST_TOOLS) return all;
	return [...new Set([...index.offer(text, MOST_TOOLS), ...all.filter(({ toolset }) => toolset === HUMAN)])];
}

/** Tools that a chain calls and whose responses nobody knows, in the order of the chain: what comes first gives the arguments of the next. */
function wantedBy(code: string, world: World, protocols: ProbedProtocols): readonly Tool[] {
	const parsed = parseProgram(code);
	const named = parsed.ok ? toolsNamed(parsed.program, world) : [];
	const tools = new Set(named.flatMap(({ id }) => world.toolbox.tools.get(id) ?? []));
	return [...tools].filter((tool) => protocols.isWanted(tool, world.toolbox)).slice(0, PROBED_TOOLS);
}

/** Whether anything was found out. */
async function learn(tools: readonly Tool[], question: string, world: World, protocols: ProbedProtocols): Promise<boolean> {
	let hasLearnt = false;
	for (const tool of tools) {
		const protocol = await probe(tool, question, world, protocols);
		await protocols.keep(tool, protocol);
		hasLearnt ||= protocol !== undefined;
	}
	return hasLearnt;
}

/** Undefined for what is wrong with the harness: a key, an address, a reply that was never recorded. */
function failureOf(error: unknown): Pick<Answered, 'failure' | 'detail'> | undefined {
	if (!(error instanceof UserError)) return undefined;
	// A limit that is reached while a reply is asked for again is the cause of that failure.
	const isLimit = error instanceof LimitReached || error.cause instanceof LimitReached;
	if (!isLimit && error.code !== 'model-reply' && error.code !== 'model-unavailable') return undefined;
	return { failure: isLimit ? 'limit' : 'model', detail: error.userMessage };
}

/** It has changed something, or a person has answered. */
function isSettled({ tool, response }: AnsweredCall, { toolbox }: World): boolean {
	const called = toolbox.tools.get(tool);
	return response.ok && called !== undefined && (called.effect !== 'read' || called.toolset === HUMAN);
}

function endingOf({ sentence, value }: Answer): Ending {
	const words = sentence || (typeof value === 'string' ? value : canonicalJson(value));
	return { sentence: words, ...(value !== undefined && { value }) };
}
