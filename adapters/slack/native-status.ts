import type { WebClient } from '@slack/web-api';
import PQueue from 'p-queue';
import type { Logger } from 'pino';
import { UserError } from '../../src/errors.ts';
import type { Run } from '../../src/runs/run.ts';
import type { Outbound } from './outbound/outbound.ts';
import { refusalOf } from './outbound/slack-failure.ts';
import type { Place } from './place.ts';

/**
 * Slack's own status line and stop button of a thread. Free plans and apps that are no agents have none, and do without. Calls of a workspace wait
 * for one another; one that is not `wanted` any more when its turn comes is left out. Methods never reject.
 */
export interface NativeStatus {
	/** While it is `processing`, Slack shows its stop button. */
	setSession(run: Run, place: Place, status: 'processing' | 'active', wanted?: () => boolean): Promise<void>;
	/** An empty text takes the line away. */
	setText(place: Place, text: string, wanted?: () => boolean): Promise<void>;
}

export interface NativeStatusOptions {
	readonly outbound: Pick<Outbound, 'call'>;
	readonly logger: Logger;
}

/** Characters of a question that name its session. Slack takes 200 (docs.slack.dev/reference/methods/agents.sessions.setStatus). */
const TITLE_CHARACTERS = 80;
/** What Slack says where an app has no status line at all, and not only in this place or at this moment. */
const NO_STATUS: ReadonlySet<unknown> = new Set([
	'access_denied',
	'feature_not_enabled',
	'missing_scope',
	'no_permission',
	'not_allowed',
	'not_allowed_token_type',
	'unknown_method',
]);
/** A workspace that has no status line for apps is asked again after that: plans and settings change. */
const UNAVAILABLE_MS = 600_000;

export function createNativeStatus({ outbound, logger }: NativeStatusOptions): NativeStatus {
	const unavailable = new Map<string, number>();
	const queues = new Map<string, PQueue>();

	/** One call of a workspace at a time: when Slack has it wait, the others wait behind it instead of being turned away, too. */
	const inTurn = (team: string) => {
		const turns = queues.get(team) ?? new PQueue({ concurrency: 1 });
		queues.set(team, turns);
		return turns;
	};
	const call = async (team: string, set: (client: WebClient) => Promise<unknown>) => {
		if ((unavailable.get(team) ?? 0) > Date.now()) return;
		try {
			await outbound.call(team, set);
		} catch (error) {
			const none = error instanceof UserError && NO_STATUS.has(refusalOf(error.cause));
			if (none) unavailable.set(team, Date.now() + UNAVAILABLE_MS);
			logger.debug({ err: error, team }, none ? 'this workspace has no status line for the app' : 'a status line could not be set');
		}
	};
	const set = ({ team }: Place, wanted: () => boolean, work: (client: WebClient) => Promise<unknown>): Promise<void> =>
		inTurn(team).add(() => (wanted() ? call(team, work) : undefined));

	return {
		setSession: (run, place, status, wanted = () => true) =>
			set(place, wanted, (client) =>
				client.agents.sessions.setStatus({
					channel_id: place.channel,
					thread_ts: place.threadTs,
					status,
					title: run.question.text.slice(0, TITLE_CHARACTERS).toWellFormed(),
					initiator_user_id: run.question.askedBy.id,
				}),
			),
		setText: (place, status, wanted = () => true) =>
			set(place, wanted, (client) => client.assistant.threads.setStatus({ channel_id: place.channel, thread_ts: place.threadTs, status })),
	};
}
