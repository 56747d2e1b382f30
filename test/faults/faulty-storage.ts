import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openStorage as openRealStorage } from '../../src/storage/open.ts';
import type { Records, Storage } from '../../src/storage/storage.ts';
import { storageError } from '../../src/storage/storage-error.ts';
import { type Arming, HIT, OUTAGE_MS, type StorageFault, WRITES } from './storage-fault.ts';

/** Operations of this process since it was armed. */
const state: { fault: StorageFault | undefined; matched: number; writes: string[]; awayUntil: number; isRedis: boolean } = {
	fault: undefined,
	matched: 0,
	writes: [],
	awayUntil: 0,
	isRedis: false,
};

/** Listens for what is to go wrong. Without anything said, nothing does. */
export function listenForFaults(): void {
	process.on('message', (message: Arming | 'writes') => {
		if (message === 'writes') return void process.send?.({ writes: state.writes });
		Object.assign(state, { fault: message.fault ?? undefined, matched: 0, writes: [], awayUntil: 0 });
		process.send?.({ armed: true });
	});
	// Who listens would keep the process from ending.
	process.channel?.unref();
}

/** As `openStorage` of the bot, which is replaced by it. */
export async function openStorage(...args: Parameters<typeof openRealStorage>): Promise<Storage> {
	state.isRedis = args[0].startsWith('redis');
	const storage = await openRealStorage(...args);
	return {
		records: <T extends object>(namespace: string) => faultyRecords(namespace, storage.records<T>(namespace)) as never,
		claim: (key, ...more) => through(`claim ${key}`, () => storage.claim(key, ...more)),
		holder: (key) => through(`holder ${key}`, () => storage.holder(key)),
		release: (key, owner) => through(`release ${key}`, () => storage.release(key, owner)),
		close: () => storage.close(),
	};
}

function faultyRecords<T>(namespace: string, records: Records<T>): Records<T> {
	return {
		get: (key) => through(`get ${namespace}/${key}`, () => records.get(key)),
		getMany: (keys) => through(`getMany ${namespace}/${keys.join(',')}`, () => records.getMany(keys)),
		put: (key, value) => through(`put ${namespace}/${key}`, () => records.put(key, value)),
		delete: (key) => through(`delete ${namespace}/${key}`, () => records.delete(key)),
		change: (key, make) => through(`change ${namespace}/${key}`, () => records.change(key, make)),
		async *entries(prefix = '', after) {
			await through(`entries ${namespace}/${prefix}`, async () => {});
			yield* records.entries(prefix, after);
		},
		async *keys(prefix = '', after) {
			await through(`keys ${namespace}/${prefix}`, async () => {});
			yield* records.keys(prefix, after);
		},
	};
}

async function through<R>(operation: string, work: () => Promise<R>): Promise<R> {
	const isWrite = WRITES.has(operation.split(' ', 1)[0] ?? '');
	if (isWrite) state.writes.push(operation);
	if (Date.now() < state.awayUntil) throw failure();
	if (!isHit(operation, isWrite)) return work();
	const kind = state.fault?.kind;
	state.fault = undefined;
	writeSync(2, `${HIT}${operation}\n`);
	switch (kind) {
		case 'kill-before':
			return endAtOnce();
		case 'kill-after':
			await work();
			return endAtOnce();
		case 'lose':
			await work();
			throw failure();
		case 'stall':
			await delay(OUTAGE_MS);
			return work();
		case 'outage':
			state.awayUntil = Date.now() + OUTAGE_MS;
			throw failure();
		default:
			throw failure();
	}
}

function isHit(operation: string, isWrite: boolean): boolean {
	const { fault } = state;
	if (!fault || !(fault.operation === undefined ? isWrite : new RegExp(fault.operation).test(operation))) return false;
	state.matched += 1;
	return state.matched === fault.occurrence;
}

function endAtOnce(): Promise<never> {
	process.kill(process.pid, 'SIGKILL');
	return new Promise(() => {});
}

/** What the store of this process says when it cannot do it: a full disk, a connection that broke. */
function failure(): Error {
	return storageError(
		state.isRedis
			? Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
			: Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 }),
	);
}
