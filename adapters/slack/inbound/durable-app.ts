import { App, type AppOptions, ErrorCode, type ReceiverEvent } from '@slack/bolt';
import type { Logger } from 'pino';
import { isStopped } from '../../../src/errors.ts';
import type { Inbox } from '../../shared/inbox.ts';

/** Bolt's App, with what people say written down before Slack is told that it has arrived, and every event taken once. */
export class DurableApp extends App {
	readonly #inbox: Inbox;
	readonly #logger: Logger;

	constructor(options: AppOptions, inbox: Inbox, logger: Logger) {
		super(options);
		this.#inbox = inbox;
		this.#logger = logger;
		this.error(async (error) => {
			// The bot is stopping, or could not read the token of the workspace: it does not count as handled, and is taken up again.
			const later = isStopped(error) || error.code === ErrorCode.AuthorizationError;
			if (!isStopped(error)) logger.error({ err: error }, 'an event of Slack could not be handled');
			if (later) throw error;
		});
	}

	/** Bolt acknowledges events before it calls any listener, so this is the last place in front of it. */
	override async processEvent(event: ReceiverEvent): Promise<void> {
		const key = deliveryKey(event.body);
		if (key === undefined) return super.processEvent(event);
		// The verification token of old, which Slack still sends, is nothing to keep.
		const { token: _, ...body } = event.body;
		if (!(await this.#accept(key, body))) return event.ack();
		await this.#handle(key, event);
	}

	/** Handles what ended processes have left, as if it came now. */
	async handleLeftBehind(): Promise<void> {
		const left = await this.#inbox.leftBehind();
		await Promise.all(left.map(([key, body]) => this.#handle(key, { body, ack: async () => {} }).catch(() => {})));
	}

	async #accept(key: string, body: object): Promise<boolean> {
		try {
			return await this.#inbox.accept(key, body);
		} catch (error) {
			// Bolt only says that there was an error, and not which.
			this.#logger.error(
				{ err: error, key },
				'what came from Slack could not be written down: it delivers a message again, and whoever used a command or button sees that it failed',
			);
			throw error;
		}
	}

	async #handle(key: string, event: ReceiverEvent): Promise<void> {
		try {
			await super.processEvent(event);
		} catch (error) {
			if (isStopped(error)) return;
			throw error;
		}
		await this.#inbox.done(key);
	}
}

/** Identifies what must be handled once and must not be lost: events, slash commands, and the message shortcut. Presses of buttons can be repeated. */
function deliveryKey(body: ReceiverEvent['body']): string | undefined {
	if (body.type === 'event_callback' && typeof body.event_id === 'string')
		return isTalkOfOthers(body.event) ? undefined : `event/${body.event_id}`;
	if (typeof body.command === 'string' && typeof body.trigger_id === 'string') return `command/${body.trigger_id}`;
	if (body.type === 'message_action' && typeof body.trigger_id === 'string') return `shortcut/${body.trigger_id}`;
	return undefined;
}

/** What people say to one another is most of what a channel brings, and none of it is written down. A mention comes as an event of its own. */
function isTalkOfOthers(event: ReceiverEvent['body']): boolean {
	return event?.type === 'message' && (event.bot_id !== undefined || (event.channel_type !== 'im' && event.thread_ts === undefined));
}
