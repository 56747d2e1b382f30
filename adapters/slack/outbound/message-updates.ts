import type { WebClient } from '@slack/web-api';
import type { SlackMessage } from '../render/message.ts';
import { callPatiently, type Patience } from './call-patiently.ts';
import { isUndrawable, withoutLayout } from './post-message.ts';
import type { RateGate } from './rate-gate.ts';
import { refusalOf } from './slack-failure.ts';
import type { PostedTarget } from './target.ts';

/** Changes of messages that stand already. */
export interface MessageUpdates {
	/** Resolves when it is shown, was overtaken by a newer one, or the message is gone. */
	update(target: PostedTarget, message: SlackMessage): Promise<void>;
	/** Overtakes every update. Resolves when the message is gone. */
	remove(target: PostedTarget): Promise<void>;
}

export interface MessageUpdatesOptions {
	readonly clientOf: (team: string) => Promise<WebClient>;
	readonly gate: RateGate;
	readonly patience: Patience;
	/** Between two updates of one message. */
	readonly intervalMs: number;
}

/** A message to show; without one, it is to be removed. */
interface Change {
	readonly message?: SlackMessage;
	readonly done: PromiseWithResolvers<void>;
}

const GONE: ReadonlySet<unknown> = new Set(['message_not_found', 'thread_not_found']);

export function createMessageUpdates(options: MessageUpdatesOptions): MessageUpdates {
	const changing = new Map<string, ChangingMessage>();

	function change(target: PostedTarget, message?: SlackMessage): Promise<void> {
		const key = `${target.team}/${target.channel}/${target.ts}`;
		const known = changing.get(key);
		if (known) return known.add(message);
		const first = new ChangingMessage(target, options);
		changing.set(key, first);
		const done = first.add(message);
		void first.work(() => changing.delete(key));
		return done;
	}
	return { update: (target, message) => change(target, message), remove: (target) => change(target) };
}

/** One change after the other, always the newest, until none waits. */
class ChangingMessage {
	readonly #target: PostedTarget;
	readonly #options: MessageUpdatesOptions;
	#waiting: Change | undefined;
	#current: Change | undefined;

	constructor(target: PostedTarget, options: MessageUpdatesOptions) {
		this.#target = target;
		this.#options = options;
	}

	add(message: SlackMessage | undefined): Promise<void> {
		// What is to be removed is not shown differently any more.
		if (this.#waiting && !this.#waiting.message) return this.#waiting.done.promise;
		this.#waiting?.done.resolve();
		this.#waiting = { message, done: Promise.withResolvers() };
		return this.#waiting.done.promise;
	}

	/** Never rejects. `ended` is called as soon as nothing waits: what is added later needs another one to work on it. */
	async work(ended: () => void): Promise<void> {
		const { gate, patience } = this.#options;
		const onRateLimit = (ms: number) => gate.hold(this.#methodOf(this.#current), ms);
		while (this.#waiting) {
			try {
				await callPatiently(() => this.#attempt(), { ...patience, onRateLimit });
				this.#current?.done.resolve();
			} catch (error) {
				(this.#current ?? this.#take())?.done.reject(error);
			}
			this.#current = undefined;
		}
		ended();
	}

	async #attempt(): Promise<void> {
		const { clientOf, gate, patience, intervalMs } = this.#options;
		const { team, channel, ts } = this.#target;
		const own = `${team}/${channel}/${ts}`;
		if ((this.#waiting ?? this.#current)?.message) await gate.pass(own, patience.closing);
		await gate.pass(this.#methodOf(this.#waiting ?? this.#current), patience.closing);
		const client = await clientOf(team);
		// Whatever came while this waited has overtaken what it waited with.
		const newest = this.#take();
		if (newest) this.#current?.done.resolve();
		this.#current = newest ?? this.#current;
		try {
			await show(client, this.#target, this.#current?.message);
		} finally {
			gate.hold(own, intervalMs);
		}
	}

	#take(): Change | undefined {
		const taken = this.#waiting;
		this.#waiting = undefined;
		return taken;
	}

	/** Slack limits each method for each workspace. */
	#methodOf(change: Change | undefined): string {
		return `${this.#target.team}/${change?.message ? 'chat.update' : 'chat.delete'}`;
	}
}

async function show(client: WebClient, { channel, ts }: PostedTarget, message: SlackMessage | undefined): Promise<void> {
	const update = ({ text, blocks }: SlackMessage) => client.chat.update({ channel, ts, text: text.toWellFormed(), blocks: [...blocks] });
	try {
		if (message) await drawn(message, update);
		else await client.chat.delete({ channel, ts });
	} catch (error) {
		if (!GONE.has(refusalOf(error))) throw error;
	}
}

async function drawn(message: SlackMessage, update: (message: SlackMessage) => Promise<unknown>): Promise<void> {
	try {
		await update(message);
	} catch (error) {
		if (!isUndrawable(error)) throw error;
		await update(withoutLayout(message));
	}
}
