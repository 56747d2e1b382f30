import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ENCRYPTION_KEY, MODEL_KEY } from '../adapters/bot-child.ts';
import { connectDocument } from '../adapters/slack/things.ts';
import { type Stage, startModelServer } from '../simulators/model-server.ts';
import { type Person, type Slack, startSlack, visibleText } from '../simulators/slack/slack.ts';
import { startRedisServer } from '../storage/redis-server.ts';
import { type Gate, openGate } from './gate.ts';
import { orderItems } from './ordering-model.ts';
import { openSlot, type ProcessSlot } from './process-slot.ts';
import { type Shop, startShop } from './shop.ts';
import { openStoredState, type StoredState } from './stored-state.ts';

/** The processes of each: one with a database of its own; two alike on a Redis server; one there that takes events, and two that answer. */
const ROLES = { embedded: ['all'], redis: ['all', 'all'], workers: ['front', 'worker', 'worker'] } as const;
export type Engine = keyof typeof ROLES;
export const ENGINES = Object.keys(ROLES) as readonly Engine[];

/** The bot as people run it, and all that it talks to. Any of it can be made to fail. */
export interface FaultWorld {
	readonly engine: Engine;
	readonly slack: Slack;
	readonly asker: Person;
	readonly shop: Shop;
	/** In front of the shop, for all processes. */
	readonly shopGate: Gate;
	readonly slots: readonly ProcessSlot[];
	readonly stored: StoredState;
	/** Requests to the model of this stage, about this item. */
	asked(stage: Stage, item: string): number;
	/** Starts those that have ended, and has Slack deliver to all. */
	revive(): Promise<void>;
	close(): Promise<void>;
}

const CHANNEL = 'administration';

export async function openFaultWorld(engine: Engine): Promise<FaultWorld> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-faults-'));
	// Retries follow one another while a process starts.
	const slack = await startSlack({ rateLimit: false, retryDelaysMs: [50, ...Array.from({ length: 100 }, () => 500)] });
	const asked: { readonly stage: Stage; readonly prompt: string }[] = [];
	const model = await startModelServer((stage, prompt) => {
		asked.push({ stage, prompt });
		return orderItems(stage, prompt);
	});
	const shop = await startShop();
	const redis = engine === 'embedded' ? undefined : await startRedisServer();
	const databaseUrl = redis?.url ?? `sqlite://${path.join(folder, 'bot.sqlite')}`;
	const environment = {
		DATABASE_URL: databaseUrl,
		SLACK_BOT_TOKEN: slack.token,
		SLACK_SIGNING_SECRET: slack.signingSecret,
		OPENAI_API_KEY: MODEL_KEY,
		ENCRYPTION_KEY,
		ALLOW_PRIVATE_HOSTS: '127.0.0.1',
		SANDBOX_PROCESSES: '1',
		MODEL_TIMEOUT_SECONDS: '3',
		USER_QUESTIONS_PER_MINUTE: '1000',
		LOG_LEVEL: 'info',
	};
	/** Whoever asked the model last is at work. */
	let working: ProcessSlot | undefined;
	const slots = await Promise.all(
		ROLES[engine].map((role) =>
			openSlot({
				folder,
				slack: new URL(slack.apiUrl).origin,
				model: new URL(model.url).origin,
				environment: { ...environment, ROLE: role },
				asks: (slot) => {
					working = slot;
				},
			}),
		),
	);
	const shopGate = await openGate({ target: shop.origin, kill: async () => working?.kill() });

	async function revive(): Promise<void> {
		await Promise.all(slots.map((slot) => (slot.bot ? undefined : startAgain(slot))));
		for (let tries = 1; ; tries++) {
			try {
				return await slack.deliverTo(slots.flatMap(({ address }) => address ?? []));
			} catch (error) {
				// One that has ended meanwhile is found to be away at the next look; a busy machine lets the challenge lapse.
				await delay(100);
				if (slots.some(({ bot }) => !bot)) return;
				if (tries === 5) throw error;
			}
		}
	}
	let stored: StoredState | undefined;
	async function close(): Promise<void> {
		await Promise.all(slots.map((slot) => slot.close()));
		await stored?.close();
		await slack.close();
		await shopGate.close();
		shop.close();
		model.close();
		await redis?.dispose();
		await rm(folder, { recursive: true, force: true });
	}
	try {
		await revive();
		stored = await openStoredState(databaseUrl);
		const asker = slack.person('dana');
		await connectShop(slack, shop.document(shopGate.origin));
		return {
			engine,
			slack,
			asker,
			shop,
			shopGate,
			slots,
			stored,
			asked: (stage, item) => asked.filter((each) => each.stage === stage && each.prompt.includes(`Order a ${item}.`)).length,
			revive,
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** As whoever supervises it does: on a busy machine a server may be reached too late. */
async function startAgain(slot: ProcessSlot): Promise<void> {
	for (let tries = 1; ; tries++) {
		try {
			return await slot.start();
		} catch (error) {
			if (tries === 3) throw error;
		}
	}
}

/** Orders are asked about, notes are not. */
async function connectShop(slack: Slack, document: string): Promise<void> {
	const admin = slack.person('alex', { admin: true });
	await connectDocument(slack, admin, 'shop', document);
	const whispers = () => slack.ephemerals(admin);
	const before = whispers().length;
	await admin.command('/toolset policy shop noteOrder run', CHANNEL);
	const question = await slack.until(() =>
		whispers()
			.slice(before)
			.find(({ text, blocks }) => visibleText({ text, blocks }).includes('Let them?')),
	);
	await admin.click(question, 'Yes, do it');
	await slack.until(() => whispers().length > before + 1 || visibleText(slack.message(question) ?? question) !== visibleText(question));
}
