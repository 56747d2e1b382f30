import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import type { PendingWrite } from '../../src/conversation.ts';
import { UserError } from '../../src/errors.ts';
import type { JsonValue } from '../../src/json.ts';
import { APPROVAL_LIMIT_MS, type Approvals, createApprovals } from '../../src/runs/approvals.ts';
import type { Run } from '../../src/runs/run.ts';
import { createRunIds } from '../../src/runs/run-id.ts';
import { RunLeft } from '../../src/runs/run-left.ts';
import { createRun } from '../../src/runs/run-request.ts';
import { createRunStore } from '../../src/runs/run-store.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Records, Storage } from '../../src/storage/storage.ts';

const logger = pino({ level: 'silent' });
const WRITE: PendingWrite = { tool: 'crm.add', effect: 'write', method: 'POST', url: 'https://crm.example.com/a', body: { name: 'Ada' } };
const OTHER: PendingWrite = { ...WRITE, body: { name: 'Grace' } };
const newId = createRunIds();
const never = new AbortController().signal;

let folder: string;
let url: string;
let storage: Storage;
let run: Run;
beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-'));
	url = `sqlite://${folder}/bot.sqlite`;
	storage = await openStorage(url, { logger });
	run = await accept();
});
afterEach(async () => {
	await storage.close();
	await rm(folder, { recursive: true });
});

function accept(): Promise<Run> {
	const request = { workspaceId: 'slack:T1', conversation: 'slack:T1/C1/1', text: 'q', askedBy: { id: 'U1' }, allowWrites: false };
	return createRunStore(storage).accept(createRun(newId(), request));
}

/** As another process has them. */
const elsewhere = (on = storage): Approvals => createApprovals(on);

/** The same storage, with other ways of doing things in one namespace. */
function changed(namespace: string, change: <T>(records: Records<T>) => Partial<Records<T>>): Storage {
	return {
		...storage,
		records: <T extends JsonValue | object>(name: string): Records<T> => {
			const records = storage.records<T>(name);
			return name === namespace ? { ...records, ...change(records) } : records;
		},
	};
}

function laterBy(context: TestContext, ms: number): void {
	const now = Date.now() + ms;
	context.mock.timers.reset();
	context.mock.timers.enable({ apis: ['Date'], now });
}

describe('an approval', () => {
	it('that does not exist cannot be had, decided or waited for', async () => {
		const approvals = createApprovals(storage);
		assert.equal(await approvals.get('x'), undefined);
		assert.equal(await approvals.decide('x', { allowed: true, by: 'U1' }), undefined);
		await assert.rejects(approvals.wait('x', never));
	});

	it('holds the exact call, who asked, and when it expires', async () => {
		const approval = await createApprovals(storage).open(run, WRITE);
		assert.match(approval.id, /^[\w-]{1,60}$/);
		const { id, expiresAt, ...rest } = approval;
		assert.deepEqual(rest, { runId: run.id, workspaceId: 'slack:T1', askedBy: 'U1', write: WRITE });
		const left = Date.parse(expiresAt) - Date.now();
		assert.ok(left <= APPROVAL_LIMIT_MS && left > APPROVAL_LIMIT_MS - 10_000);
		assert.deepEqual(await elsewhere().get(id), approval);
	});

	it('is one for each of equal calls that wait at the same time', async () => {
		const approvals = createApprovals(storage);
		const opened = await Promise.all([WRITE, WRITE, OTHER, WRITE].map((write) => approvals.open(run, write)));
		const later = await approvals.open(run, WRITE);
		assert.equal(new Set(opened.map(({ id }) => id)).size, 4);
		assert.ok(!opened.some(({ id }) => id === later.id));
		await approvals.decide(opened[0]?.id ?? '', { allowed: true, by: 'U1' });
		assert.equal((await approvals.get(opened[1]?.id ?? ''))?.decision, undefined);
	});

	it('is another one for the same call on another line, or once more', async () => {
		const { id } = await createApprovals(storage).open(run, { ...WRITE, line: { number: 2, text: 'a' } });
		for (const write of [WRITE, { ...WRITE, line: { number: 3, text: 'a' } }, { ...WRITE, uncertain: true as const }])
			assert.notEqual((await elsewhere().open(run, write)).id, id);
		assert.equal((await elsewhere().open(run, { ...WRITE, line: { number: 2, text: 'a' } })).id, id);
	});

	it('is none for the same call of another run', async () => {
		const { id } = await createApprovals(storage).open(run, WRITE);
		assert.notEqual((await elsewhere().open(await accept(), WRITE)).id, id);
	});
});

describe('deciding', () => {
	it('ends the wait in this process and in others', async () => {
		const approvals = createApprovals(storage);
		for (const decider of [approvals, elsewhere()]) {
			const { id } = await approvals.open(run, WRITE);
			const waiting = approvals.wait(id, never);
			await delay(5);
			const decided = await decider.decide(id, { allowed: true, by: 'U2' });
			assert.partialDeepStrictEqual(decided, { id, decision: { allowed: true, by: 'U2' } });
			assert.deepEqual(await waiting, decided?.decision);
			assert.deepEqual(await elsewhere().get(id), decided);
		}
	});

	it('can be for a dry run instead, in all processes', async () => {
		const approvals = createApprovals(storage);
		const { id } = await approvals.open(run, WRITE);
		await elsewhere().decide(id, { allowed: false, dryRun: true, by: 'U2' });
		assert.partialDeepStrictEqual(await approvals.wait(id, never), { allowed: false, dryRun: true });
		assert.partialDeepStrictEqual(await elsewhere().decide(id, { allowed: true, by: 'U3' }), { decision: { dryRun: true, by: 'U2' } });
	});

	it('before anybody waits is as good', async () => {
		const approvals = createApprovals(storage);
		const { id } = await approvals.open(run, WRITE);
		await elsewhere().decide(id, { allowed: false, by: 'U2' });
		assert.partialDeepStrictEqual(await approvals.wait(id, never), { allowed: false, by: 'U2' });
	});

	it('again changes nothing: the first one holds, of however many', async () => {
		const approvals = createApprovals(storage);
		for (let round = 0; round < 5; round++) {
			const { id } = await approvals.open(run, WRITE);
			const waiting = approvals.wait(id, never);
			const deciders = [approvals, elsewhere(), elsewhere()];
			const decided = await Promise.all(
				Array.from({ length: 9 }, (_, n) => deciders[n % 3]?.decide(id, { allowed: n % 2 === 0, by: `U${n}` })),
			);
			const late = await elsewhere().decide(id, { allowed: true, by: 'late' });
			const held = await waiting;
			for (const approval of [...decided, late]) assert.deepEqual(approval?.decision, held);
		}
	});

	it('holds even where it could not be recorded', async () => {
		const failing = changed('approval-decisions', () => ({ put: () => Promise.reject(new Error('disk full')) }));
		const approvals = createApprovals(storage);
		const { id } = await approvals.open(run, WRITE);
		await assert.rejects(elsewhere(failing).decide(id, { allowed: false, by: 'U2' }), /disk full/);
		assert.partialDeepStrictEqual(await elsewhere().decide(id, { allowed: true, by: 'U3' }), { decision: { allowed: false, by: 'U2' } });
		assert.partialDeepStrictEqual(await approvals.wait(id, never), { allowed: false, by: 'U2' });
	});

	it('is too late once the run is over', async () => {
		const approvals = createApprovals(storage);
		const { id } = await approvals.open(run, WRITE);
		await createRunStore(storage).close(run.id);
		const held = await approvals.decide(id, { allowed: true, by: 'U1' });
		assert.equal(held?.decision, undefined);
		assert.equal(held?.closed, 'stopped');
		assert.deepEqual(await elsewhere().get(id), held);
	});

	it('is too late once the run was told to stop, even where nobody knows of that yet', async () => {
		const approvals = createApprovals(storage);
		const { id } = await approvals.open(run, WRITE);
		const waiting = assert.rejects(approvals.wait(id, AbortSignal.timeout(700)));
		await createRunStore(storage).requestStop(run.id, 'dana');
		const held = await elsewhere().decide(id, { allowed: true, by: 'U1' });
		assert.equal(held?.decision, undefined);
		assert.equal(held?.closed, 'stopped');
		await waiting;
		assert.deepEqual(await elsewhere().get(id), held);
	});
});

describe('withdrawing', () => {
	const stop = new UserError('stopped', 'Stopped by dana.');

	it('is what an approval comes to whose run is stopped while it waits', async () => {
		const approvals = createApprovals(storage);
		const { id } = await approvals.open(run, WRITE);
		const stopping = new AbortController();
		const waiting = approvals.wait(id, stopping.signal);
		await delay(5);
		stopping.abort(stop);
		await assert.rejects(waiting, stop);
		assert.equal((await elsewhere().get(id))?.closed, 'stopped');
		const late = await elsewhere().decide(id, { allowed: true, by: 'U1' });
		assert.equal(late?.decision, undefined);
		assert.equal(late?.closed, 'stopped');
		assert.notEqual((await approvals.open(run, WRITE)).id, id);
	});

	it('holds when it comes before the wait', async () => {
		const approvals = createApprovals(storage);
		const { id } = await approvals.open(run, WRITE);
		await assert.rejects(approvals.wait(id, AbortSignal.abort(stop)), stop);
		assert.equal((await elsewhere().decide(id, { allowed: true, by: 'U1' }))?.closed, 'stopped');
	});

	it('or deciding: what comes first holds, and all hear of the same', async () => {
		for (let round = 0; round < 8; round++) {
			const { id } = await createApprovals(storage).open(run, WRITE);
			const [withdrawn, decided] = await Promise.all([
				elsewhere().withdraw(id),
				elsewhere().decide(id, { allowed: true, by: 'U1' }),
				elsewhere().withdraw(id),
			]);
			assert.deepEqual(withdrawn, decided);
			assert.equal(withdrawn?.closed, withdrawn?.decision ? undefined : 'stopped');
		}
	});

	it('does not undo a decision', async () => {
		const approvals = createApprovals(storage);
		const { id } = await approvals.open(run, WRITE);
		const decided = await elsewhere().decide(id, { allowed: false, by: 'U1' });
		assert.deepEqual(await approvals.withdraw(id), decided);
		assert.deepEqual(await approvals.get(id), decided);
		assert.equal(await approvals.withdraw('unknown'), undefined);
	});
});

describe('expiry', () => {
	it('ends the wait, and later decisions count for nothing', async (context) => {
		const approvals = createApprovals(storage);
		const { id } = await approvals.open(run, WRITE);
		const waiting = approvals.wait(id, never);
		const refused = assert.rejects(waiting, { name: 'UserError', code: 'not-allowed', message: /within 15 minutes/ });
		await delay(20);
		laterBy(context, APPROVAL_LIMIT_MS);
		await refused;
		assert.equal((await elsewhere().decide(id, { allowed: true, by: 'U1' }))?.closed, 'expired');
		// By a clock that is behind.
		laterBy(context, -APPROVAL_LIMIT_MS);
		assert.equal((await elsewhere().decide(id, { allowed: true, by: 'U1' }))?.closed, 'expired');
		assert.equal((await elsewhere().get(id))?.decision, undefined);
	});

	it('comes when the operator says, and names that time', async (context) => {
		for (const [limitMs, words] of [
			[1000, '1 second'],
			[90_000, '90 seconds'],
			[120_000, '2 minutes'],
			[APPROVAL_LIMIT_MS, '15 minutes'],
			[86_400_000, '24 hours'],
		] as const) {
			const approvals = createApprovals(storage, limitMs);
			const { id, expiresAt } = await approvals.open(run, { ...WRITE, body: { limitMs } });
			assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - limitMs) < 10_000);
			laterBy(context, limitMs);
			await assert.rejects(approvals.wait(id, never), { code: 'not-allowed', message: new RegExp(`within ${words}, so it was not sent`) });
			context.mock.timers.reset();
		}
	});

	it('is the end also of one that nobody waits for', async (context) => {
		const { id } = await createApprovals(storage).open(run, WRITE);
		laterBy(context, APPROVAL_LIMIT_MS);
		assert.equal((await elsewhere().decide(id, { allowed: true, by: 'U1' }))?.closed, 'expired');
		assert.equal((await elsewhere().get(id))?.decision, undefined);
	});

	it('does not undo a decision that came just before it', async (context) => {
		const approvals = createApprovals(storage);
		const { id } = await approvals.open(run, WRITE);
		await elsewhere().decide(id, { allowed: true, by: 'U1' });
		laterBy(context, APPROVAL_LIMIT_MS + 1);
		assert.partialDeepStrictEqual(await approvals.wait(id, never), { allowed: true, by: 'U1' });
		assert.partialDeepStrictEqual(await elsewhere().decide(id, { allowed: false, by: 'U2' }), { decision: { allowed: true } });
	});
});

describe('waiting', () => {
	it('rejects with the reason of the signal, and leaves the approval of a run open that is only left', async () => {
		const approvals = createApprovals(storage);
		const { id } = await approvals.open(run, WRITE);
		const stop = new AbortController();
		const waiting = approvals.wait(id, stop.signal);
		await delay(5);
		stop.abort(new RunLeft('left'));
		await assert.rejects(waiting, /left/);
		await assert.rejects(approvals.wait(id, stop.signal), /left/);
		await approvals.decide(id, { allowed: true, by: 'U1' });
		const again = await approvals.open(run, WRITE);
		assert.equal(again.id, id);
		assert.equal(again.decision?.allowed, true);
	});

	it('uses the decision up: an equal call later on is asked about anew', async () => {
		const deciding = Promise.withResolvers<void>();
		const slow = changed('approval-decisions', (records) => ({
			put: async (key, value) => {
				await deciding.promise;
				await records.put(key, value);
			},
		}));
		const approvals = createApprovals(storage);
		const { id } = await approvals.open(run, WRITE);
		// Recorded by a process that is slower than the one that waits.
		const decided = elsewhere(slow).decide(id, { allowed: true, by: 'U1' });
		await approvals.wait(id, never);
		assert.notEqual((await approvals.open(run, WRITE)).id, id);
		deciding.resolve();
		await decided;
		assert.equal((await approvals.get(id))?.decision?.allowed, true);
		const next = await elsewhere().open(run, WRITE);
		assert.notEqual(next.id, id);
		assert.equal(next.decision, undefined);
	});

	it('uses up a decision that nobody took because the wait was just over', async () => {
		const approvals = createApprovals(storage);
		const { id } = await approvals.open(run, WRITE);
		const over = new AbortController();
		const waiting = assert.rejects(approvals.wait(id, over.signal));
		assert.equal((await elsewhere().decide(id, { allowed: true, by: 'U1' }))?.decision?.allowed, true);
		over.abort();
		await waiting;
		const next = await elsewhere().open(run, WRITE);
		assert.notEqual(next.id, id);
		assert.equal(next.decision, undefined);
	});

	it('goes on when the storage fails for a while', async () => {
		let failures = 1;
		const failing: Storage = {
			...storage,
			holder: (key) => (failures-- > 0 ? Promise.reject(new Error('away')) : storage.holder(key)),
		};
		const approvals = createApprovals(failing);
		const { id } = await approvals.open(run, WRITE);
		const waiting = approvals.wait(id, never);
		await elsewhere().decide(id, { allowed: true, by: 'U1' });
		assert.partialDeepStrictEqual(await waiting, { allowed: true });
	});
});

describe('a real process', () => {
	async function start(): Promise<{ id: string; decision: Promise<string>; kill: () => Promise<void> }> {
		const script = path.join(import.meta.dirname, 'approving-process.ts');
		const child = spawn(process.execPath, [script, url, JSON.stringify(run), JSON.stringify(WRITE)], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		const lines = createInterface({ input: child.stdout });
		const next = async () => String((await once(lines, 'line'))[0]);
		const id = await next();
		const decision = next();
		return {
			id,
			decision,
			kill: async () => {
				child.kill('SIGKILL');
				await once(child, 'exit');
			},
		};
	}

	it('hears of a decision in another one', async () => {
		const child = await start();
		const decided = await createApprovals(storage).decide(child.id, { allowed: true, by: 'U2' });
		assert.deepEqual(JSON.parse(await child.decision), decided?.decision);
	});

	it('that is killed while it waits leaves its approval to the next one, decided meanwhile', async () => {
		const child = await start();
		await child.kill();
		await elsewhere().decide(child.id, { allowed: true, by: 'U2' });
		const next = createApprovals(storage);
		const { id, decision } = await next.open(run, WRITE);
		assert.equal(id, child.id);
		assert.equal(decision?.allowed, true);
		assert.deepEqual(await next.wait(id, never), decision);
	});

	it('that is killed while it waits leaves its approval to the next one, still to be decided', async () => {
		const child = await start();
		await child.kill();
		const next = createApprovals(storage);
		assert.notEqual((await next.open(run, OTHER)).id, child.id);
		assert.equal((await next.open(run, WRITE)).id, child.id);
		const waiting = next.wait(child.id, never);
		await elsewhere().decide(child.id, { allowed: false, by: 'U2' });
		assert.partialDeepStrictEqual(await waiting, { allowed: false });
	});

	it('that is killed while it waits, and long gone, leaves nothing to be decided', async (context) => {
		const child = await start();
		await child.kill();
		laterBy(context, APPROVAL_LIMIT_MS + 1);
		const { id, decision } = await createApprovals(storage).open(run, WRITE);
		assert.notEqual(id, child.id);
		assert.equal(decision, undefined);
	});
});
