import { setTimeout as delay } from 'node:timers/promises';
import { hashJson } from '../json.ts';
import type { Records, Storage } from '../storage/storage.ts';
import { CLOSED, type Closed, type Decided, type Inquiries, type Inquiry, type InquiryOptions } from './inquiry.ts';
import type { Run } from './run.ts';
import { createRunIds } from './run-id.ts';
import { RunLeft } from './run-left.ts';
import { createRunStore, type RunStore } from './run-store.ts';

/** How often an inquiry is looked at for a decision of another process: two reads each time. */
const POLL_MS = 500;
/** How much longer a decision stays in its claim than the inquiry lasts, for clocks of hosts that differ and processes that were suspended. */
const CLAIM_SLACK_MS = 60 * 60_000;

export function createInquiries<About extends object, Said extends object>(
	storage: Storage,
	options: InquiryOptions,
): Inquiries<About, Said> {
	return new StoredInquiries(storage, options);
}

/**
 * An inquiry never changes; its decision is whatever took the claim on it first, its end without one too, so that all processes agree. A decision
 * is copied into a record, because claims lapse. That it was used up is a record of its own: who copies the decision late must not undo it.
 */
class StoredInquiries<About extends object, Said extends object> implements Inquiries<About, Said> {
	readonly #storage: Storage;
	readonly #runs: RunStore;
	readonly #options: InquiryOptions;
	readonly #inquiries: Records<Inquiry<About, Said>>;
	readonly #decisions: Records<Decided<Said>>;
	readonly #used: Records<{ readonly at: string }>;
	readonly #newId = createRunIds();
	/** Given out by `open` and still waited for here. */
	readonly #inHand = new Set<string>();
	/** What wakes those who wait here. */
	readonly #waiting = new Map<string, AbortController>();

	constructor(storage: Storage, options: InquiryOptions) {
		this.#storage = storage;
		this.#options = options;
		this.#runs = createRunStore(storage);
		this.#inquiries = storage.records(`${options.name}s`);
		this.#decisions = storage.records(`${options.name}-decisions`);
		this.#used = storage.records(`${options.name}s-used`);
	}

	async open(run: Run, about: About): Promise<Inquiry<About, Said>> {
		const left = await this.#left(run, about);
		// Nothing is awaited between the look and the mark: of equal calls that come at once each gets another one.
		const again = left.find(({ id }) => !this.#inHand.has(id));
		const inquiry = again ?? this.#newInquiry(run, about);
		this.#inHand.add(inquiry.id);
		if (again) return inquiry;
		try {
			await this.#inquiries.put(inquiry.id, inquiry);
		} catch (error) {
			this.#inHand.delete(inquiry.id);
			throw error;
		}
		return inquiry;
	}

	async get(id: string): Promise<Inquiry<About, Said> | undefined> {
		const inquiry = await this.#inquiries.get(id);
		return inquiry && { ...inquiry, ...(await this.#outcomeOf(inquiry)) };
	}

	async decide(id: string, said: Said & { readonly by: string }): Promise<Inquiry<About, Said> | undefined> {
		const inquiry = await this.get(id);
		if (!inquiry || inquiry.decision || inquiry.closed) return inquiry;
		if (await this.#isOver(inquiry.runId)) return this.#close(inquiry, 'stopped');
		const decision: Decided<Said> = { ...said, at: new Date().toISOString() };
		if (!(await this.#claim(inquiry, JSON.stringify(decision)))) return this.#settled(inquiry);
		await this.#decisions.put(id, decision);
		this.#waiting.get(id)?.abort();
		return { ...inquiry, decision };
	}

	async withdraw(id: string): Promise<Inquiry<About, Said> | undefined> {
		this.#inHand.delete(id);
		const inquiry = await this.get(id);
		if (!inquiry || inquiry.decision || inquiry.closed) return inquiry;
		return this.#close(inquiry, 'stopped');
	}

	async wait(id: string, signal: AbortSignal): Promise<Decided<Said>> {
		try {
			signal.throwIfAborted();
			const inquiry = await this.#inquiries.get(id);
			if (!inquiry) throw new Error(`there is no inquiry ${id}`);
			const decision = await this.#decided(inquiry, signal);
			await this.#used.put(id, { at: new Date().toISOString() });
			return decision;
		} catch (error) {
			// The run ends in any case; where the storage fails, a later decision finds it over.
			if (signal.aborted && !(signal.reason instanceof RunLeft)) await this.#giveUp(id).catch(() => {});
			throw error;
		} finally {
			this.#inHand.delete(id);
		}
	}

	/** A decision that came at the last moment is used up by nobody, and must not be found by an equal call later on. */
	async #giveUp(id: string): Promise<void> {
		const held = await this.withdraw(id);
		if (held?.decision) await this.#used.put(id, { at: new Date().toISOString() });
	}

	/** About the same, not used up, and decided or still to be decided; the oldest first. */
	async #left(run: Run, about: About): Promise<Inquiry<About, Said>[]> {
		const wanted = hashJson(about);
		const left: Inquiry<About, Said>[] = [];
		for await (const [id, stored] of this.#inquiries.entries(`${run.id}-`)) {
			if (hashJson(aboutOf(stored)) !== wanted || (await this.#used.get(id))) continue;
			const inquiry = (await this.get(id)) ?? stored;
			if (!inquiry.closed) left.push(inquiry);
		}
		return left;
	}

	async #decided(inquiry: Inquiry<About, Said>, signal: AbortSignal): Promise<Decided<Said>> {
		const { id } = inquiry;
		try {
			for (;;) {
				signal.throwIfAborted();
				const woken = new AbortController();
				this.#waiting.set(id, woken);
				// A storage that fails now may work at the next look; the expiry ends this.
				const decision = await this.#outcomeOf(inquiry).then(
					(outcome) => outcome.decision,
					() => undefined,
				);
				if (decision) return decision;
				const left = Date.parse(inquiry.expiresAt) - Date.now();
				if (left <= 0) return await this.#expire(inquiry);
				await delay(Math.min(POLL_MS, left), undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => {});
			}
		} finally {
			this.#waiting.delete(id);
		}
	}

	/** A decision that came before this is given all the same. */
	async #expire(inquiry: Inquiry<About, Said>): Promise<Decided<Said>> {
		const { decision } = await this.#close(inquiry, 'expired');
		if (decision) return decision;
		throw this.#options.expired();
	}

	/** From now on nobody decides. */
	async #close(inquiry: Inquiry<About, Said>, closed: Closed): Promise<Inquiry<About, Said>> {
		return (await this.#claim(inquiry, closed)) ? { ...inquiry, closed } : this.#settled(inquiry);
	}

	/** As it is once something else has come first. */
	async #settled(inquiry: Inquiry<About, Said>): Promise<Inquiry<About, Said>> {
		const outcome = await this.#outcomeOf(inquiry);
		if (outcome.decision) await this.#decisions.put(inquiry.id, outcome.decision);
		return { ...inquiry, ...outcome };
	}

	async #outcomeOf(inquiry: Inquiry<About, Said>): Promise<Outcome<Said>> {
		const decided = await this.#decisions.get(inquiry.id);
		if (decided) return { decision: decided };
		const held = outcomeIn<Said>(await this.#storage.holder(this.#claimOf(inquiry.id)));
		return held ?? (Date.now() >= Date.parse(inquiry.expiresAt) ? { closed: 'expired' } : {});
	}

	/** Whether the run has ended, or was told to. */
	async #isOver(runId: string): Promise<boolean> {
		return !(await this.#runs.isUnfinished(runId)) || (await this.#runs.stopRequest(runId)) !== undefined;
	}

	#claim({ id, expiresAt }: Inquiry<About, Said>, owner: string): Promise<boolean> {
		return this.#storage.claim(this.#claimOf(id), owner, Math.max(0, Date.parse(expiresAt) - Date.now()) + CLAIM_SLACK_MS);
	}

	#claimOf(id: string): string {
		return `${this.#options.name}/${id}`;
	}

	#newInquiry(run: Run, about: About): Inquiry<About, Said> {
		return {
			...about,
			id: `${run.id}-${this.#newId()}`,
			runId: run.id,
			workspaceId: run.workspaceId,
			askedBy: run.question.askedBy.id,
			expiresAt: new Date(Date.now() + this.#options.limitMs).toISOString(),
		};
	}
}

/** What it is about, without what all inquiries have. */
function aboutOf<About extends object>(inquiry: Inquiry<About, object>): object {
	const { id: _id, runId: _run, workspaceId: _workspace, askedBy: _asker, expiresAt: _expiry, ...about } = inquiry;
	return about;
}

interface Outcome<Said> {
	readonly decision?: Decided<Said>;
	readonly closed?: Closed;
}

/** The owner of the claim is the outcome itself. */
function outcomeIn<Said>(holder: string | undefined): Outcome<Said> | undefined {
	if (holder === undefined) return undefined;
	const closed = CLOSED.find((end) => end === holder);
	return closed ? { closed } : { decision: JSON.parse(holder) as Decided<Said> };
}
