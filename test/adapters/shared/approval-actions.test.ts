import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { pino } from 'pino';
import { decidableApproval, decide } from '../../../adapters/shared/approval-actions.ts';
import { outcomeOf } from '../../../adapters/shared/approval-outcome.ts';
import type { Presser } from '../../../adapters/shared/run-actions.ts';
import { type Approval, type Approvals, createApprovals } from '../../../src/runs/approvals.ts';
import type { Run } from '../../../src/runs/run.ts';
import { createRun } from '../../../src/runs/run-request.ts';
import { createRunStore } from '../../../src/runs/run-store.ts';
import { openStorage } from '../../../src/storage/open.ts';
import type { Storage } from '../../../src/storage/storage.ts';

const WRITE = { tool: 'crm.add', effect: 'write', method: 'POST', url: 'https://crm.example' } as const;
const person = (id: string, { admin = false, workspaceId = 'slack:T1' } = {}): Presser => ({
	id,
	workspaceId,
	isAdmin: async () => admin,
	name: async () => id,
});
const [dana, alex, sam] = [person('dana'), person('alex', { admin: true }), person('sam')];

let storage: Storage;
let approvals: Approvals;
let run: Run;
let settled: Approval[];
const settle = async (approval: Approval) => {
	settled.push(approval);
};
beforeEach(async () => {
	storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	approvals = createApprovals(storage);
	const request = { workspaceId: 'slack:T1', conversation: 'c', text: 'q', askedBy: { id: 'dana' }, allowWrites: false };
	run = await createRunStore(storage).accept(createRun('01ARZ3NDEKTSV4RRFFQ69G5FAV', request));
	settled = [];
});
afterEach(() => storage.close());

describe('deciding about a write', () => {
	for (const said of ['allowed', 'refused', 'dry-run'] as const) {
		test(`holds, and is shown: ${said}`, async () => {
			const { id } = await approvals.open(run, WRITE);
			await decide(id, said, dana, { approvals }, settle);
			const held = await approvals.get(id);
			assert.equal(held && outcomeOf(held), said);
			assert.deepEqual(settled, [held]);
		});
	}

	test('is for the asker and admins of the workspace', async () => {
		const { id } = await approvals.open(run, WRITE);
		await assert.rejects(decide(id, 'allowed', sam, { approvals }, settle), {
			code: 'not-allowed',
			message: /Only the person who asked, or an admin/,
		});
		for (const stranger of [person('dana', { workspaceId: 'slack:T2' }), person('root', { workspaceId: 'slack:T2', admin: true })])
			await assert.rejects(decide(id, 'allowed', stranger, { approvals }, settle), { code: 'not-found' });
		await assert.rejects(decide('unknown', 'allowed', alex, { approvals }, settle), { code: 'not-found' });
		assert.equal((await approvals.get(id))?.decision, undefined);
		await decide(id, 'allowed', alex, { approvals }, settle);
		assert.equal(settled.length, 1);
	});

	test('twice alike is once', async () => {
		const { id } = await approvals.open(run, WRITE);
		await decide(id, 'allowed', dana, { approvals }, settle);
		await decide(id, 'allowed', dana, { approvals }, settle);
		await decide(id, 'allowed', alex, { approvals }, settle);
		assert.equal((await approvals.get(id))?.decision?.by, 'dana');
	});

	test('otherwise, once it is decided, is told that this holds', async () => {
		const { id } = await approvals.open(run, WRITE);
		await decide(id, 'dry-run', dana, { approvals }, settle);
		for (const said of ['allowed', 'refused'] as const)
			await assert.rejects(decide(id, said, alex, { approvals }, settle), /decided before you pressed, and that holds/);
		assert.deepEqual(settled.map(outcomeOf), ['dry-run', 'dry-run', 'dry-run']);
	});

	test('too late is told why, and the card shows it', async () => {
		const late = createApprovals(storage, 0);
		const { id: expired } = await late.open(run, WRITE);
		await assert.rejects(decide(expired, 'allowed', dana, { approvals: late }, settle), /Nobody decided about this call in time/);
		const { id: stopped } = await approvals.open(run, { ...WRITE, method: 'PUT' });
		await approvals.withdraw(stopped);
		await assert.rejects(decide(stopped, 'allowed', dana, { approvals }, settle), /The question was stopped/);
		assert.deepEqual(settled.map(outcomeOf), ['expired', 'stopped']);
	});
});

describe('looking whether something can be decided', () => {
	test('decides nothing', async () => {
		const { id } = await approvals.open(run, { ...WRITE, secondLook: true });
		assert.equal((await decidableApproval(id, dana, { approvals }, settle)).write.secondLook, true);
		assert.equal((await approvals.get(id))?.decision, undefined);
		await assert.rejects(decidableApproval(id, sam, { approvals }, settle), { code: 'not-allowed' });
		assert.deepEqual(settled, []);
	});

	test('is told as deciding is, once it cannot', async () => {
		const { id } = await approvals.open(run, WRITE);
		await decide(id, 'refused', dana, { approvals }, settle);
		await assert.rejects(decidableApproval(id, dana, { approvals }, settle), /decided before you pressed/);
		assert.deepEqual(settled.map(outcomeOf), ['refused', 'refused']);
	});
});
