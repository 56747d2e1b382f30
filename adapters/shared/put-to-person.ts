import type { Logger } from 'pino';
import { isStopped } from '../../src/errors.ts';
import type { Decided, Inquiries, Inquiry } from '../../src/runs/inquiry.ts';
import { RunLeft } from '../../src/runs/run-left.ts';

/** A card in a chat by which a person decides about something. */
export interface Card<About, Said> {
	readonly inquiries: Pick<Inquiries<About, Said>, 'get' | 'wait' | 'withdraw'>;
	/** Shows it. Rejects when it cannot be shown, and with the reason of the signal. */
	post(signal: AbortSignal): Promise<void>;
	/** Draws it anew from what holds: what was decided, or why nobody can decide any more. */
	settle(held: Inquiry<About, Said>): Promise<void>;
	/** Whether only this process can draw it anew; otherwise whoever's process was told of a decision does. */
	readonly drawnHere: boolean;
	readonly logger: Logger;
}

/**
 * Puts something to a person and waits for what they decide. Rejects as `Inquiries.wait` does, and when the card cannot be shown; nobody can decide
 * any more then, and the card says so, unless the run is left to be gone on with.
 */
export async function putToPerson<About, Said>(
	{ id, runId }: Inquiry<About, Said>,
	{ inquiries, post, settle, drawnHere, logger }: Card<About, Said>,
	signal: AbortSignal,
): Promise<Decided<Said>> {
	const settleQuietly = async () => {
		try {
			const held = await inquiries.get(id);
			if (held && (held.decision || held.closed)) await settle(held);
		} catch (error) {
			logger.debug({ err: error, run: runId }, 'a card could not be settled');
		}
	};
	try {
		await post(signal);
		const decided = await inquiries.wait(id, signal);
		if (drawnHere) void settleQuietly();
		return decided;
	} catch (error) {
		// Nobody waits for it any more, unless somebody goes on with the run.
		const left = signal.aborted ? signal.reason instanceof RunLeft : isStopped(error);
		if (!left) await inquiries.withdraw(id);
		void settleQuietly();
		throw error;
	}
}
