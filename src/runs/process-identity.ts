import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * `<host>:<pid>:<random>`: who holds a run. `host` stands for the machine, its boot and its process namespace, so that two containers of one
 * name, or a machine before and after a restart, never take each other's process ids for their own.
 */
export function createProcessIdentity(): string {
	return `${hostIdentity()}:${process.pid}:${randomUUID()}`;
}

/** True only when `identity` is a process of this very host and no such process runs any more. */
export function isDead(identity: string): boolean {
	const [where, pid] = identity.split(':');
	if (where !== hostIdentity() || !pid || !/^[1-9]\d*$/.test(pid)) return false;
	try {
		process.kill(Number(pid), 0);
		return false;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'ESRCH';
	}
}

let host: string | undefined;

/** It does not change while a process lives. */
function hostIdentity(): string {
	host ??= identifyHost();
	return host;
}

function identifyHost(): string {
	const parts = [
		hostname(),
		orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
		orNothing(() => readlinkSync('/proc/self/ns/pid')),
	];
	return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

/** Linux alone has these files; elsewhere there are no process namespaces to tell apart. */
function orNothing(read: () => string): string {
	try {
		return read();
	} catch {
		return '';
	}
}
