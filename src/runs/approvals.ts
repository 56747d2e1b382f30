import { setTimeout as delay } from 'node:timers/promises';
import type { PendingWrite } from '../conversation.ts';
import { UserError } from '../errors.ts';
import { hashJson } from '../json.ts';
import type { Records, Storage } from '../storage/storage.ts';
import type { Run } from './run.ts';
import { createRunIds } from './run-id.ts';
import { RunLeft } from './run-left.ts';
import { createRunStore, type RunStore } from './run-store.ts';

/** How long a person has to decide about a write: who has not answered by then has gone. */
export const APPROVAL_LIMIT_MS = 15 * 60_000;

/** A write that waits for a person. */
export interface Approval {
	/** At most 60 letters, digits and hyphens. */
	readonly id: string;
	readonly runId: string;
	readonly workspaceId: string;
	/** The user id of who asked the question. */
	readonly askedBy: string;
	readonly write: PendingWrite;
	readonly expiresAt: string;
	readonly decision?: Decision;
	/** Without a decision: why nobody can make one any more. */
	readonly closed?: (typeof CLOSED)[number];
}

export interface Decision {
	readonly allowed: boolean;
	/** User id. */
	readonly by: string;
	readonly at: string;
}

/** Writes that wait for a person, on any platform, decided in any process. Methods reject with a UserError when the storage fails. */
export interface Approvals {
	/**
	 * The approval of this very call. After a crash it is the one that the run was waiting for, if that has been decided or can still be; otherwise a
	 * new one. Equal calls of a run that wait at the same time have one each.
	 */
	open(run: Run, write: PendingWrite): Promise<Approval>;
	get(id: string): Promise<Approval | undefined>;
	/**
	 * What comes first holds, and is returned: this decision, an earlier one, or that it was `closed`, by its expiry or because its run is over or
	 * was told to stop, whether or not the process that has it knows of that yet. Undefined when there is no such approval.
	 */
	decide(id: string, decision: { readonly allowed: boolean; readonly by: string }): Promise<Approval | undefined>;
	/**
	 * The decision: at once when it is made in this process, within 500 ms when in another. It is used up then: an equal call later on gets an
	 * approval of its own. Rejects with the signal's reason, and with `not-allowed` once the approval has expired. It is withdrawn then, unless the
	 * reason is `RunLeft`.
	 */
	wait(id: string, signal: AbortSignal): Promise<Decision>;
	/**
	 * Nobody waits for it any more. From now on it cannot be decided, and what holds is returned: that it was `closed`, or the decision that came
	 * before. `wait` does this by itself; undefined when there is no such approval.
	 */
	withdraw(id: string): Promise<Approval | undefined>;
}

/** How often an approval is looked at for a decision of another process: two reads each time. */
const POLL_MS = 500;
/** How much longer a decision stays in its claim than the approval lasts, for clocks of hosts that differ and processes that were suspended. */
const CLAIM_SLACK_MS = 60 * 60_000;
/** What holds an approval that nobody decided in time, or before its run was stopped. */
const CLOSED = ['expired', 'stopped'] as const;

export function createApprovals(storage: Storage): Approvals {
	return new StoredApprovals(storage);
}

/** What a program is told whose write nobody decided about. */
export function approvalExpired(cause?: unknown): UserError {
	return new UserError('not-allowed', 'Nobody allowed the write within 15 minutes, so it was not sent. Ask again.', { cause });
}

/**
 * An approval never changes; its decision is whatever took the claim on it first, its end without one too, so that all processes agree. A decision
 * is copied into a record, because claims lapse. That it was used up is a record of its own: who copies the decision late must not undo it.
 */
class StoredApprovals implements Approvals {
	readonly #storage: Storage;
	readonly #runs: RunStore;
	readonly #approvals: Records<Approval>;
	readonly #decisions: Records<Decision>;
	readonly #used: Records<{ readonly at: string }>;
	readonly #newId = createRunIds();
	/** Given out by `open` and still waited for here. */
	readonly #inHand = new Set<string>();
	/** What wakes those who wait here. */
	readonly #waiting = new Map<string, AbortController>();

	constructor(storage: Storage) {
		this.#storage = storage;
		this.#runs = createRunStore(storage);
		this.#approvals = storage.records('approvals');
		this.#decisions = storage.records('approval-decisions');
		this.#used = storage.records('approvals-used');
	}

	async open(run: Run, write: PendingWrite): Promise<Approval> {
		const left = await this.#left(run, write);
		// Nothing is awaited between the look and the mark: of equal calls that come at once each gets another one.
		const again = left.find(({ id }) => !this.#inHand.has(id));
		const approval = again ?? newApproval(`${run.id}-${this.#newId()}`, run, write);
		this.#inHand.add(approval.id);
		if (again) return approval;
		try {
			await this.#approvals.put(approval.id, approval);
		} catch (error) {
			this.#inHand.delete(approval.id);
			throw error;
		}
		return approval;
	}

	async get(id: string): Promise<Approval | undefined> {
		const approval = await this.#approvals.get(id);
		return approval && { ...approval, ...(await this.#outcomeOf(approval)) };
	}

	async decide(id: string, { allowed, by }: { readonly allowed: boolean; readonly by: string }): Promise<Approval | undefined> {
		const approval = await this.get(id);
		if (!approval || approval.decision || approval.closed) return approval;
		if (await this.#isOver(approval.runId)) return this.#close(approval, 'stopped');
		const decision: Decision = { allowed, by, at: new Date().toISOString() };
		if (!(await this.#claim(approval, JSON.stringify(decision)))) return this.#settled(approval);
		await this.#decisions.put(id, decision);
		this.#waiting.get(id)?.abort();
		return { ...approval, decision };
	}

	async withdraw(id: string): Promise<Approval | undefined> {
		this.#inHand.delete(id);
		const approval = await this.get(id);
		if (!approval || approval.decision || approval.closed) return approval;
		return this.#close(approval, 'stopped');
	}

	async wait(id: string, signal: AbortSignal): Promise<Decision> {
		try {
			signal.throwIfAborted();
			const approval = await this.#approvals.get(id);
			if (!approval) throw new Error(`there is no approval ${id}`);
			const decision = await this.#decided(approval, signal);
			await this.#used.put(id, { at: new Date().toISOString() });
			return decision;
		} catch (error) {
			// The run ends in any case; where the storage fails, a later decision finds it over.
			if (signal.aborted && !(signal.reason instanceof RunLeft)) await this.withdraw(id).catch(() => {});
			throw error;
		} finally {
			this.#inHand.delete(id);
		}
	}

	/** Of the same call, not used up, and decided or still to be decided; the oldest first. */
	async #left(run: Run, write: PendingWrite): Promise<Approval[]> {
		const call = hashJson(write);
		const left: Approval[] = [];
		for await (const [id, stored] of this.#approvals.entries(`${run.id}-`)) {
			if (hashJson(stored.write) !== call || (await this.#used.get(id))) continue;
			const approval = (await this.get(id)) ?? stored;
			if (!approval.closed) left.push(approval);
		}
		return left;
	}

	async #decided(approval: Approval, signal: AbortSignal): Promise<Decision> {
		const { id } = approval;
		try {
			for (;;) {
				signal.throwIfAborted();
				const woken = new AbortController();
				this.#waiting.set(id, woken);
				// A storage that fails now may work at the next look; the expiry ends this.
				const decision = await this.#outcomeOf(approval).then(
					(outcome) => outcome.decision,
					() => undefined,
				);
				if (decision) return decision;
				const left = Date.parse(approval.expiresAt) - Date.now();
				if (left <= 0) return await this.#expire(approval);
				await delay(Math.min(POLL_MS, left), undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => {});
			}
		} finally {
			this.#waiting.delete(id);
		}
	}

	/** A decision that came before this is given all the same. */
	async #expire(approval: Approval): Promise<Decision> {
		const { decision } = await this.#close(approval, 'expired');
		if (decision) return decision;
		throw approvalExpired();
	}

	/** From now on nobody decides. */
	async #close(approval: Approval, closed: Approval['closed'] & string): Promise<Approval> {
		return (await this.#claim(approval, closed)) ? { ...approval, closed } : this.#settled(approval);
	}

	/** As it is once something else has come first. */
	async #settled(approval: Approval): Promise<Approval> {
		const outcome = await this.#outcomeOf(approval);
		if (outcome.decision) await this.#decisions.put(approval.id, outcome.decision);
		return { ...approval, ...outcome };
	}

	async #outcomeOf(approval: Approval): Promise<Outcome> {
		const decided = await this.#decisions.get(approval.id);
		if (decided) return { decision: decided };
		const held = outcomeIn(await this.#storage.holder(claimOf(approval.id)));
		return held ?? (hasExpired(approval) ? { closed: 'expired' } : {});
	}

	/** Whether the run has ended, or was told to. */
	async #isOver(runId: string): Promise<boolean> {
		return !(await this.#runs.isUnfinished(runId)) || (await this.#runs.stopRequest(runId)) !== undefined;
	}

	#claim({ id, expiresAt }: Approval, owner: string): Promise<boolean> {
		return this.#storage.claim(claimOf(id), owner, Math.max(0, Date.parse(expiresAt) - Date.now()) + CLAIM_SLACK_MS);
	}
}

function newApproval(id: string, run: Run, write: PendingWrite): Approval {
	return {
		id,
		runId: run.id,
		workspaceId: run.workspaceId,
		askedBy: run.question.askedBy.id,
		write,
		expiresAt: new Date(Date.now() + APPROVAL_LIMIT_MS).toISOString(),
	};
}

function hasExpired({ expiresAt }: Approval): boolean {
	return Date.now() >= Date.parse(expiresAt);
}

function claimOf(id: string): string {
	return `approval/${id}`;
}

type Outcome = Pick<Approval, 'decision' | 'closed'>;

/** The owner of the claim is the outcome itself. */
function outcomeIn(holder: string | undefined): Outcome | undefined {
	if (holder === undefined) return undefined;
	const closed = CLOSED.find((end) => end === holder);
	return closed ? { closed } : { decision: JSON.parse(holder) as Decision };
}
