import type { SandboxLimits } from './outcome.ts';

/** What one program may use unless the operator says otherwise. */
export const DEFAULT_LIMITS: SandboxLimits = {
	// A question with 20 calls one after another at 2 s each still finishes; nobody watches a silent thread for longer than a minute.
	wallMs: 60_000,
	// Without a JIT, sorting and joining 100,000 records takes 0.1 s, building as many with 20 fields each 0.3 s.
	cpuMs: 2_000,
	// 100,000 records of 20 fields fit.
	memoryMb: 64,
	// Ten pages of ten detail lookups. Above that the program has usually lost its way, and APIs begin to throttle.
	toolCalls: 100,
	// A table of 10,000 rows of 100 characters; no chat shows more.
	resultBytes: 1_000_000,
	// All of it goes into the model's prompt or a log record when something fails.
	logBytes: 65_536,
};

/** What a child process is started with, whatever a run allows. A run's own limits must stay below. */
export const PROCESS_LIMITS = {
	/**
	 * Data segment. A warm child has 55 MB of it, one that has run hundreds of programs 100 MB, and V8 lets a heap overshoot its limit before it
	 * gives up. The isolate's limit and the parent's watch on resident memory are tighter; this one holds when they are too slow.
	 */
	dataMb: 512,
	/** Processor time in a child's whole life: the end of one that spins where no signal but the kernel's reaches it. */
	cpuSeconds: 60,
} as const;

/** Heap an isolate may be given: isolated-vm accepts no less, and the data segment of the process holds no more. */
export const LOWEST_MEMORY_MB = 8;
export const HIGHEST_MEMORY_MB = 128;

const HIGHEST: { readonly [Limit in 'cpuMs' | 'memoryMb']: number } = { cpuMs: 30_000, memoryMb: HIGHEST_MEMORY_MB };

/** Throws a RangeError for limits that the child processes cannot keep: a mistake of the caller, not of the program. */
export function checkLimits(limits: SandboxLimits): void {
	for (const [name, value] of Object.entries(limits)) {
		if (!Number.isFinite(value) || value < 0) throw new RangeError(`Sandbox limit ${name} must be a number from 0 up, not ${value}.`);
	}
	if (limits.memoryMb < LOWEST_MEMORY_MB) throw new RangeError(`Sandbox limit memoryMb must be at least ${LOWEST_MEMORY_MB}.`);
	for (const name of ['cpuMs', 'memoryMb'] as const) {
		if (limits[name] > HIGHEST[name]) throw new RangeError(`Sandbox limit ${name} must be at most ${HIGHEST[name]}, not ${limits[name]}.`);
	}
}

/** Resident memory a child may reach in a run: what it had when it was warm, twice the heap (V8 copies while it collects), and buffers. */
export function residentLimitMb(warmMb: number, memoryMb: number): number {
	return warmMb + 2 * memoryMb + 64;
}

/**
 * The longest line, in bytes, that an honest child sends in a run: its answer and its logs, or the arguments of its tool calls (a million
 * characters). A character takes at most 3 bytes, or 6 when it is a control character that JSON escapes.
 */
export function longestLine(limits: SandboxLimits): number {
	return 6 * (limits.resultBytes + limits.logBytes) + 4_000_000;
}
