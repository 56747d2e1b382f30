import type { UserError } from '../errors.ts';
import type { Run } from './run.ts';

/** What ends an inquiry that nobody decided: nobody did in time, or before its run was stopped. */
export const CLOSED = ['expired', 'stopped'] as const;
export type Closed = (typeof CLOSED)[number];

/** Something that a person is asked in the course of a run, with what it is about and, once it is decided, what they said. */
export type Inquiry<About, Said> = About & {
	/** At most 60 letters, digits and hyphens. */
	readonly id: string;
	readonly runId: string;
	readonly workspaceId: string;
	/** The user id of who asked the question. */
	readonly askedBy: string;
	readonly expiresAt: string;
	readonly decision?: Decided<Said>;
	/** Without a decision: why nobody can make one any more. */
	readonly closed?: Closed;
};

export type Decided<Said> = Said & {
	/** User id. */
	readonly by: string;
	readonly at: string;
};

/** What waits for a person, on any platform, decided in any process. Methods reject with a UserError when the storage fails. */
export interface Inquiries<About, Said> {
	/**
	 * The inquiry about this very thing. After a crash it is the one that the run was waiting for, if that has been decided or can still be; otherwise
	 * a new one. Equal ones of a run that wait at the same time have one each.
	 */
	open(run: Run, about: About): Promise<Inquiry<About, Said>>;
	get(id: string): Promise<Inquiry<About, Said> | undefined>;
	/**
	 * What comes first holds, and is returned: this decision, an earlier one, or that it was `closed`, by its expiry or because its run is over or
	 * was told to stop, whether or not the process that has it knows of that yet. Undefined when there is no such inquiry.
	 */
	decide(id: string, decision: Said & { readonly by: string }): Promise<Inquiry<About, Said> | undefined>;
	/**
	 * The decision: at once when it is made in this process, within 500 ms when in another. It is used up then: an equal inquiry later on is one of
	 * its own. Rejects with the signal's reason, and with what `expired` gives once it has expired. It is withdrawn then, unless the reason is
	 * `RunLeft`.
	 */
	wait(id: string, signal: AbortSignal): Promise<Decided<Said>>;
	/**
	 * Nobody waits for it any more. From now on it cannot be decided, and what holds is returned: that it was `closed`, or the decision that came
	 * before. `wait` does this by itself; undefined when there is no such inquiry.
	 */
	withdraw(id: string): Promise<Inquiry<About, Said> | undefined>;
}

export interface InquiryOptions {
	/** Singular; its records and claims are named by it. */
	readonly name: string;
	/** How long a person has. */
	readonly limitMs: number;
	/** What is said when nobody decided in time. */
	readonly expired: () => UserError;
}
