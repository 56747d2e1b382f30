import type { Fields } from '../fields.ts';

export interface Session {
	readonly team: string;
	readonly channel: string;
	readonly thread_ts: string;
	readonly status: string;
	readonly title?: string;
}

/** What Slack shows at the foot or the head of a thread, besides its messages. */
export interface ThreadState {
	/** The line such as "is thinking…"; empty when there is none. */
	readonly status: string;
	readonly title?: string;
	readonly prompts: readonly Fields[];
	readonly session?: Session;
}

export interface ThreadStates {
	get(channel: string, threadTs: string): ThreadState;
	change(channel: string, threadTs: string, change: Partial<ThreadState>): ThreadState;
	sessions(): readonly Session[];
	/** Every status line that was ever shown in this thread, in order. */
	history(channel: string, threadTs: string): readonly string[];
	/** Whatever stood there at any time, over all threads. */
	everything(): readonly string[];
}

const NOTHING: ThreadState = { status: '', prompts: [] };

export function createThreadStates(): ThreadStates {
	const states = new Map<string, ThreadState>();
	const shown: { readonly key: string; readonly change: Partial<ThreadState> }[] = [];
	return {
		get: (channel, threadTs) => states.get(`${channel}/${threadTs}`) ?? NOTHING,
		change(channel, threadTs, change) {
			const key = `${channel}/${threadTs}`;
			const state = { ...(states.get(key) ?? NOTHING), ...change };
			states.set(key, state);
			if (change.status !== '') shown.push({ key, change });
			return state;
		},
		sessions: () => [...states.values()].flatMap((state) => state.session ?? []),
		history: (channel, threadTs) =>
			shown.flatMap(({ key, change }) => (key === `${channel}/${threadTs}` && change.status ? [change.status] : [])),
		everything: () => shown.map(({ change }) => JSON.stringify(change)),
	};
}
