import type { Logger } from 'pino';
import { createTypeChecker, type TypeChecker } from './code/check.ts';
import type { Config } from './config.ts';
import { createConfiguredEmbedder, createConfiguredModel, createModelPermits } from './configured-models.ts';
import type { Conversation, PendingWrite } from './conversation.ts';
import { openData } from './data/open-data.ts';
import { UserError } from './errors.ts';
import { type Circuit, createCircuit } from './model/circuit.ts';
import type { Model } from './model/model.ts';
import { answerQuestion } from './pipeline/answer.ts';
import { createToolboxes } from './pipeline/toolbox.ts';
import type { Stages } from './pipeline/work.ts';
import { createStanding } from './repository/standing/standing.ts';
import { createFunctionStore, type FunctionStore } from './repository/store/function-store.ts';
import { createKeptImports, type KeptImports } from './repository/transfer/kept-imports.ts';
import { settleDrift, workspaceDrift } from './repository/verification/drift.ts';
import { createFunctionChecks, type FunctionChecks } from './repository/verification/function-checks.ts';
import { type Approvals, approvalExpired, createApprovals } from './runs/approvals.ts';
import { type Budgets, createBudgets } from './runs/budgets.ts';
import { openSharedEngine } from './runs/engine/open-engine.ts';
import { createFeedback, type Feedback } from './runs/feedback.ts';
import { createRunFiles, type RunFiles } from './runs/files.ts';
import { createPostings, type Postings } from './runs/postings.ts';
import { createProcessIdentity } from './runs/process-identity.ts';
import { createQuestions, type Questions, unanswered } from './runs/questions.ts';
import type { Run } from './runs/run.ts';
import { createRunQueue, type RunQueue } from './runs/run-queue.ts';
import { createUsage, type Usage } from './runs/usage.ts';
import { withinBudgets } from './runs/within-budgets.ts';
import { DEFAULT_LIMITS } from './sandbox/limits.ts';
import type { Sandbox } from './sandbox/outcome.ts';
import { createSandbox } from './sandbox/pool.ts';
import { createSeal } from './storage/sealed.ts';
import type { Storage } from './storage/storage.ts';
import { adoptListed } from './toolset/adopt-listed.ts';
import { type Catalogue, createCatalogue, type ToolsetRecord } from './toolset/catalogue.ts';
import type { KnownSecrets } from './toolset/http/known-secrets.ts';
import { type OpenToolsetOptions, openToolset } from './toolset/open-toolset.ts';
import { createReaches, type Reach } from './toolset/reach.ts';
import { createToolVectors } from './toolset/search/tool-vectors.ts';
import type { PersonQuestion } from './toolset/tool.ts';

/** Everything that answers questions, whatever platform they come from. */
export interface Services {
	readonly storage: Storage;
	readonly sandbox: Sandbox;
	readonly catalogue: Catalogue;
	/** Whether the catalogue can keep credentials that are typed in. */
	readonly canSeal: boolean;
	readonly functions: FunctionStore;
	readonly functionChecks: FunctionChecks;
	readonly functionImports: KeptImports;
	readonly runs: RunQueue;
	/** For conversations whose writes are decided in another process than they wait in. */
	readonly approvals: Approvals;
	/** The same for what programs ask people. */
	readonly questions: Questions;
	/** For conversations that must not show a message twice. */
	readonly postings: Postings;
	/** For conversations that show files of an answer. */
	readonly files: RunFiles;
	readonly feedback: Feedback;
	readonly usage: Usage;
	/** What `runs` admits. */
	readonly budgets: Budgets;
	/** Whether the model server answers, as far as this process knows. */
	readonly modelCircuit: Pick<Circuit, 'state'>;
	/** With the rights of a chat. */
	readonly readDocument: Reach['readDocument'];
	/** For the console alone: files and loopback addresses of this machine are its user's. */
	readonly readDocumentAsOperator: Reach['readDocument'];
	/** Ends runs where they stand (the next start goes on with them), then everything else. */
	close(): Promise<void>;
}

export interface ServiceOptions {
	readonly config: Config;
	readonly logger: Logger;
	/** What the logger hides; credentials that admins type in are added to it. */
	readonly knownSecrets: KnownSecrets;
	/** Answers when no model is configured. */
	readonly fallbackModel: Model;
	/** Opens the place a run is shown in. */
	readonly openConversation: (conversation: string) => Conversation | undefined;
	/**
	 * Runs may be answered by other processes that have the same chats, but for those of these conversations. Left out, this process answers what it
	 * accepts.
	 */
	readonly isLocal?: (conversation: string) => boolean;
	/** Addresses of the documents of example toolsets, each started when it is first needed. */
	readonly exampleUrl: OpenToolsetOptions['exampleUrl'];
	/** Stages left out, to measure what they are worth; all are on when left out. */
	readonly stages?: Stages;
	/** For several services in one process: whoever made these closes them. Own ones when left out. */
	readonly shared?: { readonly sandbox: Sandbox; readonly checker: TypeChecker };
}

export async function openServices(options: ServiceOptions): Promise<Services> {
	const { config, logger } = options;
	// Settings these refuse are refused before anything is open that would have to be closed again.
	const credentials = {
		secrets: config.toolsetSecrets,
		commands: config.mcpCommands,
		severalWorkspaces: hasSeveralWorkspaces(config),
		known: options.knownSecrets,
	};
	const reaches = createReaches({ allowPrivateHosts: config.allowPrivateHosts, mcp: credentials });
	const modelCircuit = createCircuit({ model: config.model.name, logger });
	const permits = await createModelPermits(config, logger);
	const model = (await createConfiguredModel(config, modelCircuit, permits, logger)) ?? options.fallbackModel;
	const embedder = await createConfiguredEmbedder(config, logger);
	const storage = await openData(config, { logger });
	const engine = options.isLocal && (await openSharedEngine(config, logger));
	const { shared } = options;
	const sandbox = shared?.sandbox ?? createSandbox({ size: config.sandbox.processes, logger });
	const checker = shared?.checker ?? createTypeChecker({ logger });
	const functions = createFunctionStore(storage);
	const catalogue = createCatalogue({
		storage,
		seal: config.encryptionKey === undefined ? undefined : createSeal(config.encryptionKey, config.previousEncryptionKeys),
		open: openToolset({
			egressOf: (workspaceId) => reaches.of(workspaceId).egress,
			...credentials,
			exampleUrl: options.exampleUrl,
			onTrouble: (record, error) =>
				logger.warn({ toolset: record.name, workspace: record.workspaceId, err: error }, 'an MCP server was not reached, or lost'),
			onListChanged: (record, snapshot) =>
				void adopt(record, snapshot).catch((error: unknown) =>
					logger.warn(
						{ toolset: record.name, workspace: record.workspaceId, err: error },
						'what a server offers now was not stored, or not held against functions',
					),
				),
		}),
		onFailure: ({ name, workspaceId }, error) =>
			// What says cause and next step has no use for a stack.
			error instanceof UserError
				? logger.warn(`the toolset ${name} of ${workspaceId} cannot be opened, and no question is offered it: ${error.userMessage}`)
				: logger.warn({ toolset: name, workspace: workspaceId, err: error }, 'a toolset cannot be opened'),
		idleMs: config.approvalMs + BETWEEN_CALLS_MS,
	});
	const limits = { ...DEFAULT_LIMITS, wallMs: config.runTimeoutMs, memoryMb: config.sandbox.memoryMb };
	const functionChecks = createFunctionChecks({ functions, sandbox, checker, limits }, catalogue);
	/** With what it does to stored functions. */
	const adopt = async (record: ToolsetRecord, snapshot: string) => {
		if (!(await adoptListed(catalogue, record, snapshot))) return;
		const drift = await workspaceDrift(record.workspaceId, functionChecks);
		await settleDrift(drift, functionChecks);
		const broken = drift.broken.map(({ record: { name } }) => name);
		if (broken.length === 0) return;
		logger.info(
			{ toolset: record.name, workspace: record.workspaceId, broken },
			'functions do not fit what a server offers now, and are quarantined',
		);
	};
	const { approvalMs } = config;
	const toolVectors = embedder && createToolVectors({ embedder, storage, logger });
	const conversationOf = ({ conversation }: Run): Conversation => {
		const opened = options.openConversation(conversation);
		if (!opened) throw new UserError('not-allowed', 'Nobody can be asked: the conversation is closed.');
		return opened;
	};
	const files = createRunFiles(storage);
	const standing = createStanding(functions, storage);
	const feedback = createFeedback({ storage, standing });
	const answering = {
		model,
		toolboxOf: createToolboxes((workspaceId) => catalogue.toolsets(workspaceId), toolVectors?.rank),
		sandbox,
		checker,
		functions,
		standing,
		functionLimit: config.functionLimit,
		heedRatings: feedback.heed,
		endingOf: (runId: string) => runs.ending(runId),
		logger,
		filesOf: files.of,
		limits,
		confirmWrite: inTime(approvalMs, approvalExpired, async (signal, run: Run, write: PendingWrite) =>
			conversationOf(run).confirmWrite(run, write, signal),
		),
		askPerson: inTime(approvalMs, unanswered, async (signal, run: Run, question: PersonQuestion) =>
			conversationOf(run).askPerson(run, question, signal),
		),
	};
	const budgets = createBudgets({ storage, limits: config.budgets });
	const queue = createRunQueue({
		storage,
		logger,
		concurrency: config.runConcurrency,
		workspaceConcurrency: config.workspaceConcurrency,
		openConversation: options.openConversation,
		engine,
		isLocal: options.isLocal,
		answer(run, journal, signal) {
			// The model takes longer to write a program than a child to start.
			sandbox.prepare();
			return answerQuestion(run, journal, answering, signal, options.stages);
		},
	});
	const runs = withinBudgets(queue, budgets, logger);
	return {
		storage,
		sandbox,
		catalogue,
		canSeal: config.encryptionKey !== undefined,
		functions,
		functionChecks,
		functionImports: createKeptImports(storage),
		runs,
		approvals: createApprovals(storage, approvalMs),
		questions: createQuestions(storage, approvalMs),
		postings: createPostings(storage, { owner: createProcessIdentity(), logger }),
		files,
		feedback,
		usage: createUsage(storage),
		budgets,
		modelCircuit,
		readDocument: reaches.chat.readDocument,
		readDocumentAsOperator: reaches.operator.readDocument,
		async close() {
			await runs.close();
			const own = shared ? [] : [sandbox.close(), checker.close()];
			await Promise.all([...own, catalogue.close(), toolVectors?.close(), permits?.close()]);
			await reaches.close();
			await storage.close();
		},
	};
}

/** How long a run may go without a call of a toolset it was offered, besides waiting for a person: models take minutes, and repairs ask them again. */
const BETWEEN_CALLS_MS = 45 * 60 * 1000;

/** An approval expires by itself first, so that its card can say so. */
const EXPIRY_SLACK_MS = 5000;

/** Asks a person, whom a conversation that never comes back must not keep waiting. */
function inTime<About, Said>(
	limitMs: number,
	expired: (limitMs: number, cause: unknown) => UserError,
	ask: (signal: AbortSignal, run: Run, about: About) => Promise<Said>,
): (run: Run, about: About, signal: AbortSignal) => Promise<Said> {
	return async (run, about, signal) => {
		const expiry = AbortSignal.timeout(limitMs + EXPIRY_SLACK_MS);
		try {
			return await ask(AbortSignal.any([signal, expiry]), run, about);
		} catch (error) {
			throw expiry.aborted ? expired(limitMs, error) : error;
		}
	};
}

/** Whether workspaces of different owners share this bot: anybody can take it into their server of Discord. */
function hasSeveralWorkspaces({ slack, discord }: Config): boolean {
	return discord !== undefined || slack?.access.kind === 'oauth';
}
