import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Records, Storage } from '../storage/storage.ts';
import { type Lease, type LeaseTerms, takeLease } from './lease.ts';

/** The platform refused a message for certain: nothing of it appeared. `cause` says why. */
export class NotSent extends Error {
	override readonly name = 'NotSent';

	constructor(cause: unknown) {
		super('the message was refused', { cause });
	}
}

export interface Message {
	/** Posts it and gives its id. Rejects with NotSent when it certainly did not appear; anything else counts as unknown. */
	readonly send: () => Promise<string>;
	/** Looks for it among what was posted. */
	readonly find: () => Promise<string | undefined>;
}

/** Messages of a chat that must not appear twice, whatever is killed meanwhile. Methods reject with a UserError when the storage fails. */
export interface Postings {
	/**
	 * The id of the message that stands for `key`. `send` is called at most once at a time over all processes and never again after it has
	 * succeeded. When an earlier call may have got through (it was cut off, or rejected with anything but NotSent), `find` looks for its message
	 * first. Rejects with what `find` or `send` rejected with, or with the cause of a NotSent.
	 */
	post(key: string, message: Message): Promise<string>;
	/** The id of the message that stands for `key`, when it is known to be posted. `find` looks for one that was sent and may have got through. */
	get(key: string, find?: Message['find']): Promise<string | undefined>;
	/** The message is gone: the next `post` sends it anew. */
	forget(key: string): Promise<void>;
}

export interface PostingsOptions {
	/** As `createProcessIdentity` makes it. */
	readonly owner: string;
	readonly logger: Logger;
	/** How long a message stays with a process that gives no sign of life, and how often that one gives it. */
	readonly lease?: { readonly ttlMs: number; readonly renewMs: number };
}

/** As runs are leased: a process that is cut off from the storage has given the message up before another one takes it. */
const LEASE = { ttlMs: 15_000, renewMs: 5_000 };
/** How often a message that another process is sending is looked at. */
const FOLLOW_MS = 100;

/** Without an id, a `send` was begun that may have got through. */
interface PostingRecord {
	readonly id?: string;
	/** When this was written (ISO 8601): what belongs to no run goes by it. Left out by earlier versions. */
	readonly at?: string;
}

export function createPostings(storage: Storage, options: PostingsOptions): Postings {
	return new StoredPostings(storage, options);
}

class StoredPostings implements Postings {
	readonly #storage: Storage;
	readonly #records: Records<PostingRecord>;
	readonly #terms: LeaseTerms;
	/** A lease belongs to the process: those of it who post the same message share one attempt. */
	readonly #posting = new Map<string, Promise<string>>();

	constructor(storage: Storage, { owner, logger, lease = LEASE }: PostingsOptions) {
		this.#storage = storage;
		this.#records = storage.records('postings');
		this.#terms = { ...lease, owner, logger };
	}

	post(key: string, message: Message): Promise<string> {
		const known = this.#posting.get(key);
		if (known) return known;
		const posting = this.#post(key, message).finally(() => this.#posting.delete(key));
		this.#posting.set(key, posting);
		return posting;
	}

	async get(key: string, find?: Message['find']): Promise<string | undefined> {
		const record = await this.#records.get(key);
		const found = record && record.id === undefined ? await find?.() : undefined;
		return found === undefined ? record?.id : this.#keep(key, found);
	}

	async forget(key: string): Promise<void> {
		await this.#records.delete(key);
	}

	async #post(key: string, message: Message): Promise<string> {
		for (;;) {
			const id = await this.get(key);
			if (id !== undefined) return id;
			const lease = await takeLease(this.#storage, `posting/${key}`, this.#terms);
			try {
				const posted = lease && (await this.#postOnce(key, message, lease));
				if (posted !== undefined) return posted;
			} finally {
				await lease?.release();
			}
			await delay(FOLLOW_MS);
		}
	}

	/** Undefined when the lease was lost before anything was sent. */
	async #postOnce(key: string, message: Message, lease: Lease): Promise<string | undefined> {
		// Another process may have posted it just before it gave the lease up.
		const record = await this.#records.get(key);
		if (record?.id !== undefined) return record.id;
		const found = record && (await message.find());
		if (found !== undefined) return this.#keep(key, found);
		await this.#records.put(key, { at: new Date().toISOString() });
		return lease.held() ? this.#keep(key, await this.#send(key, message, record !== undefined)) : undefined;
	}

	async #send(key: string, { send }: Message, mayHaveBeenSent: boolean): Promise<string> {
		try {
			return await send();
		} catch (error) {
			if (!(error instanceof NotSent)) throw error;
			// That this one was refused says nothing about those before it.
			if (!mayHaveBeenSent) await this.forget(key);
			throw error.cause;
		}
	}

	/** The message stands, whether or not that can be recorded: without a record the next one who posts it will find it. */
	async #keep(key: string, id: string): Promise<string> {
		try {
			await this.#records.put(key, { id, at: new Date().toISOString() });
		} catch (error) {
			this.#terms.logger.error({ err: error, key }, 'that a message was posted could not be recorded');
		}
		return id;
	}
}
