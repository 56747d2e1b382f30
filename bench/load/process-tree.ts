import { readFileSync } from 'node:fs';
import { readProcessUsage } from '../../src/sandbox/process-usage.ts';

/** What a process and all that it started have used. */
export interface TreeUsage {
	/** The most that all of them had at once, in samples: pages that they share count for each. */
	readonly peakRssMb: number;
	/** Of all, those that have ended too, up to the last sample that saw them. */
	readonly cpuSeconds: number;
	/** The most that there were at once. */
	readonly peakProcesses: number;
	/** Processor time by the names of the programs, the first process aside: `node` is the sandbox, `tsc` the compiler. */
	readonly startedCpuSeconds: Readonly<Record<string, number>>;
}

/** Linux counts processor time in hundredths of a second (proc_stat(5)). */
const TICKS_PER_SECOND = 100;
const SAMPLE_MS = 250;

/** Watches the trees of processes from now on. `stop` gives what they have used since, in the order of `pids`. */
export function watchTrees(pids: readonly number[]): { stop(): TreeUsage[] } {
	const trees = pids.map((pid) => new Tree(pid));
	const sample = () => {
		for (const tree of trees) tree.sample();
	};
	sample();
	for (const tree of trees) tree.begin();
	const timer = setInterval(sample, SAMPLE_MS);
	return {
		stop() {
			clearInterval(timer);
			sample();
			return trees.map((tree) => tree.usage());
		},
	};
}

class Tree {
	readonly #root: number;
	readonly #cpuMs = new Map<number, number>();
	readonly #names = new Map<number, string>();
	readonly #cpuMsBefore = new Map<number, number>();
	#peakRssMb = 0;
	#peakProcesses = 0;

	constructor(root: number) {
		this.#root = root;
	}

	begin(): void {
		for (const [pid, ms] of this.#cpuMs) this.#cpuMsBefore.set(pid, ms);
		this.#peakRssMb = 0;
	}

	sample(): void {
		let rssMb = 0;
		let processes = 0;
		for (const pid of [this.#root, ...descendantsOf(this.#root)]) {
			const used = readProcessUsage(pid);
			if (!used) continue;
			processes += 1;
			rssMb += used.residentMb;
			this.#cpuMs.set(pid, used.cpuMs);
			this.#names.set(pid, this.#names.get(pid) ?? nameOf(pid));
		}
		this.#peakRssMb = Math.max(this.#peakRssMb, rssMb);
		this.#peakProcesses = Math.max(this.#peakProcesses, processes);
	}

	usage(): TreeUsage {
		const started: Record<string, number> = {};
		let cpuSeconds = 0;
		for (const [pid, ms] of this.#cpuMs) {
			const seconds = (ms - (this.#cpuMsBefore.get(pid) ?? 0)) / 1000;
			cpuSeconds += seconds;
			if (pid === this.#root) continue;
			const name = this.#names.get(pid) ?? '';
			started[name] = (started[name] ?? 0) + seconds;
		}
		return { peakRssMb: this.#peakRssMb, cpuSeconds, peakProcesses: this.#peakProcesses, startedCpuSeconds: started };
	}
}

function nameOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
	} catch {
		return '';
	}
}

/** What runs below a process now. */
export function processesBelow(pid: number): readonly { readonly name: string; readonly residentMb: number }[] {
	return descendantsOf(pid).map((child) => ({ name: nameOf(child), residentMb: readProcessUsage(child)?.residentMb ?? 0 }));
}

/** Of those that the main thread of each has started. */
function descendantsOf(pid: number): number[] {
	const children = childrenOf(pid);
	return [...children, ...children.flatMap(descendantsOf)];
}

function childrenOf(pid: number): number[] {
	try {
		const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
		return children === '' ? [] : children.split(' ').map(Number);
	} catch {
		return [];
	}
}

/** Seconds that the processors of this machine have worked, whoever for, since it started. NaN where there is no /proc. */
export function machineCpuSeconds(): number {
	try {
		const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (readFileSync('/proc/stat', 'latin1').split('\n')[0] ?? '')
			.split(/ +/)
			.slice(1)
			.map(Number);
		return (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
	} catch {
		return Number.NaN;
	}
}
