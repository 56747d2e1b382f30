import type { Transport } from './delivery/delivery.ts';
import { createDispatch } from './delivery/dispatch.ts';
import { createSocketDelivery } from './delivery/socket-delivery.ts';
import { ALL_SCOPES } from './scopes.ts';
import { listen, originOf } from './server.ts';
import { readManifest, type SlackApp } from './state/app.ts';
import { createFaults } from './state/faults.ts';
import { createRateLimit, type RateLimitOptions } from './state/rate-limit.ts';
import { createResponseUrls } from './state/response-urls.ts';
import { createThreadStates } from './state/thread-states.ts';
import { createTranscript } from './state/transcript.ts';
import { createTriggers } from './state/triggers.ts';
import { createUploads } from './state/uploads.ts';
import { createViews } from './state/views.ts';
import { startWorkspace, type WorkspaceOptions } from './state/workspace.ts';
import type { World } from './world.ts';

export interface SlackOptions {
	readonly signingSecret?: string;
	/** The first is the one meant where none is named. */
	readonly workspaces?: readonly WorkspaceOptions[];
	/** Whether the app is declared an agent. Default true. */
	readonly agent?: boolean;
	/** What is granted to the bot; those of slack-manifest.json by default, and all while there is no such file. */
	readonly scopes?: readonly string[];
	/** Events, commands and shortcuts come from slack-manifest.json unless this is false; then there are no limits. */
	readonly manifest?: boolean;
	/** How many people can be in one workspace. Default 64. */
	readonly people?: number;
	/** Default one message per second and channel, with a burst of three. */
	readonly rateLimit?: RateLimitOptions | false;
	/** Slack waits 3 s for an answer. */
	readonly timeoutMs?: number;
	/** Before each of the three retries of an event. */
	readonly retryDelaysMs?: readonly number[];
}

const RETRY_DELAYS_MS = [50, 1000, 3000];

/** The simulated Slack itself, listening on a free port, and the way to shut it down. */
export interface RunningWorld {
	readonly world: World;
	/** From now on deliveries go there. */
	setTransport(transport: Transport): void;
	close(): Promise<void>;
}

export async function startWorld(options: SlackOptions): Promise<RunningWorld> {
	const app = describeApp(options);
	let world: World | undefined;
	const server = await listen(() => {
		if (!world) throw new Error('The simulator is starting.');
		return world;
	});
	const origin = originOf(server);
	const wanted = options.workspaces ?? [{ id: 'T0FILMS', name: 'Films' }];
	const people = options.people ?? 64;
	const workspaces = await Promise.all(wanted.map((workspace) => startWorkspace({ app, workspace, people, publicUrl: origin })));
	const sockets = createSocketDelivery(app.appId);
	let transport: Transport = sockets;
	const dispatch = createDispatch({
		transport: () => transport,
		timeoutMs: options.timeoutMs ?? 3000,
		retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
	});
	const tokens = new Map(
		workspaces.filter((item) => item.installed).map((item) => [item.bot.token, { team: item.id, scopes: app.scopes }]),
	);
	const state: World = {
		app,
		origin,
		agent: options.agent ?? true,
		workspaces,
		tokens,
		transcript: createTranscript(),
		dispatch,
		sockets,
		triggers: createTriggers(),
		views: createViews(),
		uploads: createUploads(),
		threads: createThreadStates(),
		responseUrls: createResponseUrls(),
		faults: createFaults(),
		rateLimit: createRateLimit(options.rateLimit ?? {}),
		codes: new Map(),
		calls: [],
		causes: new Map(),
	};
	world = state;
	return {
		world: state,
		setTransport(next) {
			transport = next;
		},
		async close() {
			dispatch.close();
			await transport.close();
			if (transport !== sockets) await sockets.close();
			await Promise.all(workspaces.map((workspace) => workspace.emulator.close()));
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			await closed;
			await dispatch.settled();
		},
	};
}

function describeApp(options: SlackOptions): SlackApp {
	const manifest = options.manifest === false ? undefined : readManifest();
	return {
		appId: 'A0TOOLCODER',
		clientId: '1000000000001.2000000000002',
		clientSecret: 'simulated-client-secret',
		signingSecret: options.signingSecret ?? 'simulated-signing-secret',
		appToken: 'xapp-1-A0TOOLCODER-3000000000003-simulated-app-token',
		name: manifest?.name ?? 'ToolCoder',
		botName: 'toolcoder',
		scopes: options.scopes ?? manifest?.scopes ?? ALL_SCOPES,
		...(manifest ? { events: manifest.events, commands: manifest.commands, shortcuts: manifest.shortcuts } : {}),
	};
}
