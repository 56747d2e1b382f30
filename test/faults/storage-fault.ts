/**
 * What happens to one operation of the storage, in the process it is sent to:
 * - `kill-before`, `kill-after`: the process ends as by kill -9, with the operation not begun or acknowledged by the store
 * - `fail`: it fails once, and nothing was done
 * - `lose`: it is carried out, and its answer lost: it fails all the same
 * - `outage`: it fails, as does everything else in the next 3 s
 * - `stall`: it is carried out 3 s late
 */
export const STORAGE_FAULTS = ['kill-before', 'kill-after', 'fail', 'lose', 'outage', 'stall'] as const;
export type StorageFaultKind = (typeof STORAGE_FAULTS)[number];

export interface StorageFault {
	readonly kind: StorageFaultKind;
	/** A regular expression for the operation, `<method> <namespace>/<key>` or, of claims, `<method> <key>`; every one that writes when left out. */
	readonly operation?: string;
	/** Which of those that match, from 1. */
	readonly occurrence: number;
}

/** What a process is told: the fault that is to come from now on, or none. */
export interface Arming {
	readonly fault: StorageFault | null;
}

/** What it tells: that it has heard, or which operation was hit. A killed one writes the same line to its standard error, which cannot be lost. */
export type Report = { readonly armed: true } | { readonly hit: string } | { readonly writes: readonly string[] };

/** Begins the line of standard error that names the operation. */
export const HIT = 'storage fault at ';

export const OUTAGE_MS = 3_000;

/** Operations that change something. */
export const WRITES: ReadonlySet<string> = new Set(['put', 'change', 'delete', 'claim', 'release']);
