import { toUserError } from '../errors.ts';
import { inTime } from './in-time.ts';

/** Why something is not ready, in words for an operator; undefined when it is. May reject, with a UserError where the cause is known. */
export type Look = () => Promise<string | undefined> | string | undefined;

/** The phases of a process. It is ready in the second alone. */
export type Phase = 'starting' | 'serving' | 'stopping';

/** What `/readyz` answers. */
export interface Report {
	readonly ready: boolean;
	readonly phase: Phase;
	/** None while starting and while stopping. */
	readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
}

/** Whether this process does its work. */
export interface Readiness {
	/** The work has begun; these are looked at from now on, all at once. Without effect once it is stopping. */
	serving(looks: Readonly<Record<string, Look>>): void;
	stopping(): void;
	/** At most a second old, as to what was looked at. Never rejects. */
	report(): Promise<Report>;
}

/** Whoever asks more often gets the same again: a look writes to the storage. */
const FRESH_MS = 1_000;
/** A look that takes longer has failed. Docker's health check has 10 s, a probe of Kubernetes 1 s unless it is told otherwise. */
const LIMIT_MS = 2_000;

export function createReadiness(limitMs = LIMIT_MS): Readiness {
	let phase: Phase = 'starting';
	let looks: Readonly<Record<string, Look>> = {};
	let latest: { readonly at: number; readonly checks: Promise<Report['checks']> } | undefined;

	const lookAtAll = async (): Promise<Report['checks']> => {
		const found = Object.entries(looks).map(async ([name, look]) => [name, await lookAt(look, limitMs)] as const);
		return Object.fromEntries(await Promise.all(found));
	};
	return {
		serving(given) {
			if (phase === 'stopping') return;
			phase = 'serving';
			looks = given;
			latest = undefined;
		},
		stopping() {
			phase = 'stopping';
		},
		async report() {
			if (phase !== 'serving') return { ready: false, phase, checks: {} };
			if (!latest || performance.now() - latest.at > FRESH_MS) latest = { at: performance.now(), checks: lookAtAll() };
			const checks = await latest.checks;
			// It may have begun to stop meanwhile.
			return { ready: phase === 'serving' && Object.values(checks).every(({ ok }) => ok), phase, checks };
		},
	};
}

async function lookAt(look: Look, limitMs: number): Promise<Report['checks'][string]> {
	try {
		const late = `no answer within ${limitMs / 1000} s`;
		const problem = await inTime(limitMs, Promise.try(look), late);
		return problem === undefined ? { ok: true, detail: 'ok' } : { ok: false, detail: problem };
	} catch (error) {
		return { ok: false, detail: toUserError(error).userMessage };
	}
}
