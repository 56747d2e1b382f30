/** A process with the bot, whose conversations are lines of a file: they outlive it when it is killed. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Services } from '../../src/services.ts';
import { serveParent } from './child.ts';
import { connectFilms, openBot, type Settings } from './open-bot.ts';
import type { LoadQuestion } from './questions.ts';
import { fileConversation } from './shown-file.ts';

export type BotOrder =
	| { readonly type: 'open'; readonly settings: Settings; readonly shownFile: string }
	/** Gives workspaces the film API. */
	| { readonly type: 'connect'; readonly workspaces: readonly string[]; readonly apiUrl: string }
	/** Begins to answer, and takes up what is unfinished. */
	| { readonly type: 'serve' }
	/** Measures from now on. */
	| { readonly type: 'watch' }
	/** All at once. */
	| { readonly type: 'ask'; readonly questions: readonly LoadQuestion[] }
	| { readonly type: 'measure' }
	| { readonly type: 'close' };

export type BotWord =
	| { readonly type: 'opened' | 'connected' | 'serving' | 'watching' | 'closed' }
	/** All of them are on disk. */
	| { readonly type: 'accepted'; readonly runs: readonly string[] }
	/** An ending was shown. */
	| { readonly type: 'ended'; readonly conversation: string }
	| ({ readonly type: 'measured' } & Measured);

/** Of the time since it was told to watch. */
export interface Measured {
	/** Milliseconds from one turn of the event loop's timers to the next, which are 10 ms apart when nothing holds it up. */
	readonly loopDelay: { readonly p50: number; readonly p99: number; readonly max: number };
	/** Of this process alone, its threads included. */
	readonly cpuSeconds: number;
	/** The most resident memory that this process has ever had. */
	readonly peakRssMb: number;
}

const RESOLUTION_MS = 10;

let services: Services | undefined;
let delay: ReturnType<typeof monitorEventLoopDelay> | undefined;
let cpuBefore = process.cpuUsage();

serveParent<BotOrder, BotWord>(async (order, say) => {
	if (order.type === 'open') {
		const { settings, shownFile } = order;
		services = await openBot(settings, (conversation) =>
			fileConversation(shownFile, conversation, () => say({ type: 'ended', conversation })),
		);
		return say({ type: 'opened' });
	}
	if (!services) throw new Error(`the bot is not open, and cannot ${order.type}`);
	if (order.type === 'connect') {
		for (const workspaceId of order.workspaces) await connectFilms(services, workspaceId, order.apiUrl);
		return say({ type: 'connected' });
	}
	if (order.type === 'serve') {
		await services.runs.resume();
		return say({ type: 'serving' });
	}
	if (order.type === 'watch') {
		watch();
		return say({ type: 'watching' });
	}
	if (order.type === 'ask') return say({ type: 'accepted', runs: await ask(services, order.questions) });
	if (order.type === 'measure') return say({ type: 'measured', ...measured() });
	await services.close();
	say({ type: 'closed' });
});

async function ask({ runs }: Services, questions: readonly LoadQuestion[]): Promise<string[]> {
	const submitted = questions.map(async ({ workspaceId, conversation, text, number }) =>
		runs.submit({ workspaceId, conversation, text, askedBy: { id: `person-${number}` }, allowWrites: false, id: `question-${number}` }),
	);
	return (await Promise.all(submitted)).map(({ run }) => run.id);
}

function watch(): void {
	delay ??= monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	delay.enable();
	delay.reset();
	cpuBefore = process.cpuUsage();
}

function measured(): Measured {
	const { user, system } = process.cpuUsage(cpuBefore);
	const ms = (percentile: number) => (delay ? delay.percentile(percentile) / 1e6 : Number.NaN);
	return {
		loopDelay: { p50: ms(50), p99: ms(99), max: delay ? delay.max / 1e6 : Number.NaN },
		cpuSeconds: (user + system) / 1e6,
		peakRssMb: process.resourceUsage().maxRSS / 1024,
	};
}
