import type { Logger } from 'pino';
import type { TypeChecker } from '../code/check.ts';
import type { FunctionSource } from '../code/program.ts';
import { WITHOUT_TYPES } from '../code/without-types.ts';
import type { PendingWrite, WriteDecision } from '../conversation.ts';
import { askForProgram } from '../model/ask-program.ts';
import type { ChatMessage, Model, ModelUsage, Stage } from '../model/model.ts';
import { completionsOf } from '../model/model-error.ts';
import { repairs as repairSignals } from '../observability/signals.ts';
import type { FunctionKey, FunctionRecord } from '../repository/function-record.ts';
import type { Standing } from '../repository/standing/standing.ts';
import type { FunctionStore } from '../repository/store/function-store.ts';
import type { Journal } from '../runs/journal.ts';
import type { Run } from '../runs/run.ts';
import type { Sandbox, SandboxLimits } from '../sandbox/outcome.ts';
import type { CallFiles, PersonQuestion } from '../toolset/tool.ts';
import { confinedToolbox } from './confined-toolbox.ts';
import { type Fault, Unanswered } from './fault.ts';
import type { Failure, Repair, Result, Totals } from './progress.ts';
import type { Toolbox } from './toolbox.ts';

/** At most this many repairs for one question, planning reconstructions included (paper, section 3.4). */
const MOST_REPAIRS = 3;

/** What answering needs; `main.ts` supplies the real ones. */
export interface AnswerServices {
	readonly model: Model;
	readonly toolboxOf: (workspaceId: string) => Promise<Toolbox>;
	readonly sandbox: Sandbox;
	readonly checker: TypeChecker;
	readonly functions: FunctionStore;
	/** What people's words about answers do to them. */
	readonly standing: Pick<Standing, 'answeredBy' | 'keepAnswer'>;
	/** Functions that a workspace may have on offer. */
	readonly functionLimit: number;
	/** Ratings of its answer that came before its functions were kept count from now on. */
	readonly heedRatings: (run: Run) => Promise<void>;
	/** How another run of the same workspace ended. */
	readonly endingOf: (runId: string) => Promise<Result | Failure | undefined>;
	/** Asks a person whether this write may go out. May reject with a UserError that says why nobody can be asked. */
	readonly confirmWrite: (run: Run, write: PendingWrite, signal: AbortSignal) => Promise<WriteDecision>;
	/** Puts a program's question to the person; see `Conversation.askPerson`. */
	readonly askPerson: (run: Run, question: PersonQuestion, signal: AbortSignal) => Promise<string | boolean>;
	/** The files of a run; absent where nobody could be shown one. */
	readonly filesOf?: (runId: string) => CallFiles;
	readonly limits: SandboxLimits;
	readonly logger: Logger;
}

/** The paper's ablations (section 4.4), and ours: each stage that may be left out, to measure what it is worth. All on is the product. */
export interface Stages {
	readonly scaffold: boolean;
	readonly repository: boolean;
	readonly reflection: boolean;
	/** All that the compiler says, of programs, answers and functions. Off, a program has to parse and to name tools that exist. */
	readonly typeCheck: boolean;
}

export const ALL_STAGES: Stages = { scaffold: true, repository: true, reflection: true, typeCheck: true };

/** A function of a program, and what the program says of it. */
type Described = Pick<FunctionSource, 'name' | 'documentation'>;

/** One question being answered: what the stages share. */
export interface Work {
	readonly run: Run;
	readonly journal: Journal;
	readonly services: AnswerServices;
	readonly stages: Stages;
	/** What this run may call: all that the workspace has connected, until `confine`. */
	readonly toolbox: Toolbox;
	/** All toolsets of the workspace, by name. */
	readonly toolsets: ReadonlySet<string>;
	readonly signal: AbortSignal;
	/** Notes the toolsets that a plan or a program names, and how a program describes its functions. Without effect after `confine`. */
	admit(toolsets: Iterable<string>, functions?: readonly Described[]): void;
	/** Leaves to this run, for good, the toolsets admitted so far: a model that has seen results cannot be talked into others by them. */
	confine(): void;
	mayCall(toolset: string): boolean;
	/** What may be kept of a function's documentation, which later prompts show: what was written before results were seen. */
	documentationOf(fn: Described): string;
	/** The program in the model's reply. A finished call is never made again, not even after a restart. */
	ask(stage: Stage, messages: readonly ChatMessage[]): Promise<string>;
	/**
	 * Takes one of the repairs there are, or throws `unanswered` when there is none left. An answer itself is reflected on once. Giving up a reuse is
	 * no reflection: it needs neither that stage nor its one look at the answer.
	 */
	spendRepair(fault: Fault, by?: 'reflection' | 'reuse'): Repair;
	/** Numbers the executions of this run, from 0: the journal tells their calls apart by it. */
	nextAttempt(): number;
	/** Numbers the programs written for this run, from 1. */
	nextVersion(): number;
	toolCalled(): void;
	reused(functions: readonly string[]): void;
	/** Stored functions that were found for this run, and all that they use, by name. */
	readonly library: Map<string, FunctionRecord>;
	/** Stored functions that failed this question: offered no more in this run. */
	readonly distrusted: Set<string>;
	/** Those among them that found nothing: they may be right. */
	suspected: readonly FunctionRecord[];
	/** What gave the answer that this run is a retry of. */
	doubted: readonly FunctionKey[];
	/** Nothing is changed any more: the run was asked to be dry, or a person wished it in the midst of it. */
	dryRun: boolean;
	/** The calls that the last program made and a dry run held back, in their order. */
	withheld: readonly PendingWrite[];
	/** True once an answer itself was reflected on: after that an empty result is believed, it may be the truth. */
	answerReflected: boolean;
	totals(): Totals;
}

export function createWork(parts: Pick<Work, 'run' | 'journal' | 'services' | 'stages' | 'toolbox' | 'signal'>): Work {
	const { run, journal, stages, signal } = parts;
	const services = stages.typeCheck ? parts.services : { ...parts.services, checker: WITHOUT_TYPES };
	const startedAt = performance.now();
	const usages: ModelUsage[] = [];
	const reused = new Set<string>();
	const toolsets = new Set(Object.keys(parts.toolbox.names));
	const admitted = new Set<string>();
	const described = new Map<string, string>();
	let confined: Toolbox | undefined;
	let asked = 0;
	let repairs = 0;
	let attempts = 0;
	let versions = 0;
	let toolCalls = 0;
	return {
		...parts,
		services,
		toolsets,
		get toolbox() {
			return confined ?? parts.toolbox;
		},
		admit(names, functions = []) {
			if (confined) return;
			for (const name of names) admitted.add(name);
			for (const { name, documentation } of functions) described.set(name, documentation);
		},
		confine() {
			confined ??= confinedToolbox(parts.toolbox, admitted);
		},
		documentationOf: ({ name, documentation }) => (confined ? (described.get(name) ?? '') : documentation),
		mayCall: (toolset) => !confined || admitted.has(toolset),
		library: new Map(),
		distrusted: new Set(),
		suspected: [],
		doubted: [],
		dryRun: run.dryRun === true,
		withheld: [],
		answerReflected: false,
		async ask(stage, messages) {
			signal.throwIfAborted();
			asked += 1;
			try {
				const reply = await journal.step(`model-${asked}-${stage}`, async () => {
					const { code, completions } = await askForProgram(services.model, { stage, question: run.question.text, messages, signal });
					return { code, usages: completions.map((completion) => completion.usage) };
				});
				usages.push(...reply.usages);
				return reply.code;
			} catch (error) {
				// Replies without a program were paid for all the same.
				usages.push(...completionsOf(error).map((completion) => completion.usage));
				throw error;
			}
		},
		spendRepair(fault, by = 'reflection') {
			const reflects = by === 'reflection';
			const again = reflects && fault.cause === 'answer' && this.answerReflected;
			if ((reflects && !stages.reflection) || repairs >= MOST_REPAIRS || again) {
				const tried = repairs === 0 ? '' : ` after ${repairs} ${repairs === 1 ? 'repair' : 'repairs'}`;
				const next = fault.isOfTool ? 'Look into that before you ask again.' : 'Try naming exactly what you want, or a smaller part of it.';
				throw new Unanswered(
					fault,
					`No program answered the question${tried}. The last problem: ${fault.text}${fault.text.endsWith('…') ? '' : '.'} ${next}`,
				);
			}
			repairs += 1;
			repairSignals.signal({ cause: fault.cause });
			this.answerReflected ||= reflects && fault.cause === 'answer';
			return { type: 'repair', cause: fault.cause, text: fault.text, attempt: repairs, limit: MOST_REPAIRS };
		},
		nextAttempt: () => attempts++,
		nextVersion: () => ++versions,
		toolCalled: () => {
			toolCalls += 1;
		},
		reused: (functions) => {
			for (const name of functions) reused.add(name);
		},
		totals: () => ({
			...(usages.length > 0 && { model: services.model.name }),
			toolCalls,
			modelCalls: usages.length,
			promptTokens: usages.reduce((sum, usage) => sum + usage.promptTokens, 0),
			completionTokens: usages.reduce((sum, usage) => sum + usage.completionTokens, 0),
			tokensEstimated: usages.some((usage) => usage.estimated),
			ms: Math.round(performance.now() - startedAt),
			repairs,
			reused: [...reused],
		}),
	};
}
