/** A process with the bot that answers questions in a row, and looks at its own memory in between. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Conversation } from '../../src/conversation.ts';
import type { Services } from '../../src/services.ts';
import { serveParent } from './child.ts';
import { connectFilms, openBot, type Settings } from './open-bot.ts';
import type { LoadQuestion } from './questions.ts';

export type EnduranceOrder =
	| { readonly type: 'open'; readonly settings: Settings; readonly workspaces: readonly string[]; readonly apiUrl: string }
	/** All of them to their ends. */
	| { readonly type: 'answer'; readonly questions: readonly LoadQuestion[] }
	/** After garbage has been collected. */
	| { readonly type: 'look' };

export type EnduranceWord =
	| { readonly type: 'opened' }
	| ({ readonly type: 'answered' } & Tally)
	| ({ readonly type: 'looked' } & OwnMemory);

export interface Tally {
	readonly answered: number;
	readonly failed: number;
	/** Endings that conversations were shown, which are as many as there were questions. */
	readonly shown: number;
	readonly modelCalls: number;
	readonly repairs: number;
	/** Answers that stored functions had a part in. */
	readonly reusing: number;
}

/** MB, but for the last. */
export interface OwnMemory {
	readonly rss: number;
	readonly heapUsed: number;
	/** What lives outside of the heap, buffers included. */
	readonly external: number;
	/** What keeps the event loop: timers, sockets, pipes, requests. */
	readonly handles: number;
}

const MB = 1024 * 1024;
/** What a run leaves behind it is put away after its ending was shown, which takes milliseconds. */
const SETTLE_MS = 500;

let services: Services | undefined;
let shown = 0;

const conversation: Conversation = {
	async show(_run, { type }) {
		if (type === 'result' || type === 'failure') shown += 1;
	},
	confirmWrite: async () => 'refused',
	askPerson: async () => false,
};

serveParent<EnduranceOrder, EnduranceWord>(async (order, say) => {
	if (order.type === 'open') {
		services = await openBot(order.settings, () => conversation);
		for (const workspaceId of order.workspaces) await connectFilms(services, workspaceId, order.apiUrl);
		await services.runs.resume();
		return say({ type: 'opened' });
	}
	if (order.type === 'answer') {
		if (!services) throw new Error('the bot is not open');
		return say({ type: 'answered', ...(await answer(services, order.questions)) });
	}
	say({ type: 'looked', ...(await look()) });
});

async function answer({ runs }: Services, questions: readonly LoadQuestion[]): Promise<Tally> {
	shown = 0;
	const endings = await Promise.all(
		questions.map(async ({ workspaceId, conversation, text }) => {
			const { finished } = await runs.submit({ workspaceId, conversation, text, askedBy: { id: conversation }, allowWrites: false });
			return finished;
		}),
	);
	const totals = endings.map((ending) => ending.totals);
	return {
		answered: endings.filter(({ type }) => type === 'result').length,
		failed: endings.filter(({ type }) => type === 'failure').length,
		shown,
		modelCalls: totals.reduce((sum, { modelCalls }) => sum + modelCalls, 0),
		repairs: totals.reduce((sum, { repairs }) => sum + repairs, 0),
		reusing: totals.filter(({ reused }) => reused.length > 0).length,
	};
}

async function look(): Promise<OwnMemory> {
	await sleep(SETTLE_MS);
	if (!globalThis.gc) throw new Error('the process needs --expose-gc');
	// What the first collection finalises, the second one frees.
	await globalThis.gc({ type: 'major', execution: 'async' });
	await globalThis.gc({ type: 'major', execution: 'async' });
	const { rss, heapUsed, external } = process.memoryUsage();
	return { rss: rss / MB, heapUsed: heapUsed / MB, external: external / MB, handles: process.getActiveResourcesInfo().length };
}
