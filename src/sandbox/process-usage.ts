import { readFileSync } from 'node:fs';

export interface ProcessUsage {
	/** Of all threads, since the process began. Linux counts it in steps of 10 ms. */
	readonly cpuMs: number;
	readonly residentMb: number;
}

/** Linux counts processor time in hundredths of a second for user space, whatever the kernel's own clock (proc_pid_stat(5)). */
const MS_PER_TICK = 10;

/** What a process has used, as its kernel sees it. Undefined where there is no /proc, or no such process. */
export function readProcessUsage(pid: number): ProcessUsage | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		// The second field is the command in brackets and may hold blanks; `state` is the third field and comes first here.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
		return {
			cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK,
			residentMb: Number(resident?.[1] ?? 0) / 1024,
		};
	} catch {
		return undefined;
	}
}
