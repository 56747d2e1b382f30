import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { openExamples } from '../../examples/examples.ts';
import { readConfig } from '../../src/config.ts';
import type { Model, ModelRequest } from '../../src/model/model.ts';
import type { Failure, Progress, Result } from '../../src/pipeline/progress.ts';
import { ALL_STAGES } from '../../src/pipeline/work.ts';
import type { FunctionRecord } from '../../src/repository/function-record.ts';
import type { Run } from '../../src/runs/run.ts';
import { openServices } from '../../src/services.ts';
import { createKnownSecrets } from '../../src/toolset/http/known-secrets.ts';

/** How one question was answered, from what anybody can see. */
export interface Answered {
	readonly run: Run;
	readonly end: Result | Failure;
	readonly events: readonly Progress[];
	/** What the model got. */
	readonly requests: readonly ModelRequest[];
}

/** The whole bot with a scripted model: queue, SQLite in a temporary folder, type checker, sandbox, and the film server over HTTP. */
export interface Session {
	/** One at a time; each is a conversation of its own. */
	ask(workspaceId: string, text: string, retryOf?: Run): Promise<Answered>;
	/** A person presses 👎 below the answer. */
	dislike(run: Run): Promise<void>;
	functions(workspaceId: string): Promise<readonly FunctionRecord[]>;
	/** Gives a new workspace its film server. */
	connect(workspaceId: string): Promise<void>;
	close(): Promise<void>;
}

const PERSON = 'bench';

export async function openSession(model: Model, { repository }: { readonly repository: boolean }): Promise<Session> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-bench-'));
	const examples = openExamples();
	let events: Progress[] = [];
	let requests: ModelRequest[] = [];
	let asked = 0;
	const services = await openServices({
		config: readConfig({ DATABASE_URL: `sqlite://${folder}/bench.sqlite`, SANDBOX_PROCESSES: '1', USER_QUESTIONS_PER_MINUTE: '0' }),
		logger: pino({ level: 'silent' }),
		knownSecrets: createKnownSecrets([]),
		fallbackModel: {
			name: model.name,
			complete(request) {
				requests.push(request);
				return model.complete(request);
			},
		},
		exampleUrl: examples.url,
		stages: { ...ALL_STAGES, repository },
		openConversation: () => ({
			show: async (_run, event) => void events.push(event),
			confirmWrite: async () => 'refused',
			askPerson: async () => false,
		}),
	});
	return {
		async connect(workspaceId) {
			await services.catalogue.add({ workspaceId, name: 'movies', source: 'example:movies', addedAt: '2026-01-01', addedBy: PERSON });
		},
		async ask(workspaceId, text, retryOf) {
			[events, requests] = [[], []];
			asked += 1;
			const { run, finished } = await services.runs.submit({
				workspaceId,
				conversation: `${workspaceId}/${asked}`,
				text,
				askedBy: { id: PERSON },
				allowWrites: false,
				...(retryOf && { retryOf: retryOf.id }),
			});
			return { end: await finished, run, events, requests };
		},
		async dislike(run) {
			await services.feedback.give(run, { by: PERSON, rating: 'down' });
		},
		functions: (workspaceId) => services.functions.list(workspaceId),
		async close() {
			await services.close();
			await examples.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
}
