import { pino } from 'pino';
import { createWebClient } from '../../../../adapters/slack/access/web-client.ts';
import { createOutbound, type Outbound, type OutboundOptions } from '../../../../adapters/slack/outbound/outbound.ts';
import type { SlackMessage } from '../../../../adapters/slack/render/message.ts';
import { createPostings, type Postings } from '../../../../src/runs/postings.ts';
import { createProcessIdentity } from '../../../../src/runs/process-identity.ts';
import { openStorage } from '../../../../src/storage/open.ts';
import { startWebApi, type WebApi } from '../web-api-server.ts';

export const logger = pino({ level: 'silent' });
export const THREAD = { team: 'T1', channel: 'C1', threadTs: '1.000100' } as const;
/** Between two messages of a channel. */
export const INTERVAL_MS = 40;

export interface World extends AsyncDisposable {
	readonly api: WebApi;
	readonly outbound: Outbound;
	readonly postings: Postings;
	/** As another process on the same storage would have it. */
	another(options?: Partial<OutboundOptions>): Outbound;
	/** What people read in a channel, oldest first. */
	texts(channel?: string): string[];
}

/** An outbound that speaks with a Web API of its own. */
export async function createWorld(options: { readonly pageSize?: number; readonly url?: string } = {}): Promise<World> {
	const storage = await openStorage('sqlite://:memory:', { logger });
	const api = await startWebApi(options);
	const clients = { apiUrl: options.url ?? api.url, logger };
	const opened: Outbound[] = [];
	const open = (more: Partial<OutboundOptions> = {}): { outbound: Outbound; postings: Postings } => {
		const postings = createPostings(storage, { owner: createProcessIdentity(), logger });
		const clientOf = async (team: string) => createWebClient(`xoxb-${team}`, clients, team);
		const outbound = createOutbound({ clientOf, postings, logger, intervalMs: INTERVAL_MS, retryMs: 20, ...more });
		opened.push(outbound);
		return { outbound, postings };
	};
	return {
		api,
		...open(),
		another: (more) => open(more).outbound,
		texts: (channel = 'C1') => api.messages.filter((message) => message.channel === channel).map(({ text }) => text),
		async [Symbol.asyncDispose]() {
			await Promise.all(opened.map((each) => each.close()));
			await api.close();
			await storage.close();
		},
	};
}

export function message(text: string): SlackMessage {
	return { text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] };
}

/** Of calls one after the other, in milliseconds. */
export function gaps(calls: readonly { readonly at: number }[]): number[] {
	return calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0));
}
