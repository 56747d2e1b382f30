import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from '@slack/oauth';
import { pino } from 'pino';
import { createInstallations, type Installations } from '../../../../adapters/slack/access/installations.ts';
import { UserError } from '../../../../src/errors.ts';
import { openStorage } from '../../../../src/storage/open.ts';
import { createSeal } from '../../../../src/storage/sealed.ts';
import type { Records, Storage } from '../../../../src/storage/storage.ts';

const KEY = 'k'.repeat(32);
const CACHE_MS = 60;

function installation(team: string, token = `xoxb-${team}`): Installation<'v2', false> {
	return {
		team: { id: team, name: 'Acme' },
		enterprise: undefined,
		user: { id: 'U1', token: undefined, scopes: undefined },
		bot: { id: 'B1', userId: 'UBOT', token, scopes: ['chat:write'] },
		isEnterpriseInstall: false,
		authVersion: 'v2',
	};
}

function organisation(enterprise: string): Installation<'v2', true> {
	return {
		...installation('', `xoxb-${enterprise}`),
		team: undefined,
		enterprise: { id: enterprise },
		isEnterpriseInstall: true,
	};
}

const ofTeam = (teamId: string) => ({ teamId, enterpriseId: undefined, isEnterpriseInstall: false }) as const;
const notInstalled = (error: unknown) => error instanceof UserError && error.code === 'not-found' && /install/.test(error.userMessage);

describe('installations', () => {
	let storage: Storage;
	let here: Installations;
	beforeEach(async () => {
		storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
		here = open();
	});
	afterEach(() => storage.close());
	const open = (key = KEY, from = storage) => createInstallations({ storage: from, seal: createSeal(key), cacheMs: CACHE_MS });
	const tokenOf = async (query: Parameters<Installations['store']['fetchInstallation']>[0], from = here) =>
		(await from.store.fetchInstallation(query)).bot?.token;

	it('of nobody are told as such', async () => {
		await assert.rejects(tokenOf(ofTeam('T1')), notInstalled);
		await assert.rejects(tokenOf({ teamId: undefined, enterpriseId: 'E1', isEnterpriseInstall: true }), notInstalled);
		await assert.rejects(tokenOf({ teamId: undefined, enterpriseId: undefined, isEnterpriseInstall: false } as never), notInstalled);
		await here.store.deleteInstallation(ofTeam('T1'));
		assert.equal(await here.count(), 0);
	});

	it('without a workspace are refused', async () => {
		await assert.rejects(here.store.storeInstallation({ ...installation('T1'), team: undefined } as never), UserError);
	});

	it('are kept for each workspace', async () => {
		await here.store.storeInstallation(installation('T1'));
		await here.store.storeInstallation(installation('T2'));
		assert.deepEqual(await here.store.fetchInstallation(ofTeam('T1')), JSON.parse(JSON.stringify(installation('T1'))));
		assert.equal(await tokenOf(ofTeam('T2'), open()), 'xoxb-T2');
		assert.equal(await here.count(), 2);
		await here.store.deleteInstallation(ofTeam('T1'));
		await assert.rejects(tokenOf(ofTeam('T1')), notInstalled);
		assert.equal(await tokenOf(ofTeam('T2')), 'xoxb-T2');
	});

	it('are on disk sealed', async () => {
		await here.store.storeInstallation(installation('T1', 'xoxb-secret'));
		for await (const [, record] of storage.records<object>('slack-installations').entries()) {
			assert.doesNotMatch(JSON.stringify(record), /xoxb|secret|Acme/);
		}
	});

	it('cannot be read with another key, nor as those of another workspace', async () => {
		await here.store.storeInstallation(installation('T1'));
		const wrongKey = (error: unknown) => error instanceof UserError && error.code === 'configuration';
		await assert.rejects(tokenOf(ofTeam('T1'), open('x'.repeat(32))), wrongKey);
		await assert.rejects(open('x'.repeat(32)).count(), wrongKey);
		const records = storage.records<object>('slack-installations');
		await records.put('T2', (await records.get('T1')) ?? {});
		await assert.rejects(tokenOf(ofTeam('T2')));
	});

	it('come from memory for a moment, and then as other processes have left them', async () => {
		let reads = 0;
		const counting: Storage = { ...storage, records: (name) => counted(storage.records(name), () => reads++) };
		const cached = open(KEY, counting);
		await here.store.storeInstallation(installation('T1'));
		await Promise.all(Array.from({ length: 50 }, () => tokenOf(ofTeam('T1'), cached)));
		assert.equal(reads, 1);
		await here.store.deleteInstallation(ofTeam('T1'));
		await delay(CACHE_MS + 20);
		await assert.rejects(tokenOf(ofTeam('T1'), cached), notInstalled);
		await here.store.storeInstallation(installation('T1', 'xoxb-new'));
		assert.equal(await tokenOf(ofTeam('T1'), cached), 'xoxb-new', 'absence is not kept');
		await cached.store.storeInstallation(installation('T1', 'xoxb-newer'));
		assert.equal(await tokenOf(ofTeam('T1'), cached), 'xoxb-newer');
	});

	it('cannot be changed through what was given', async () => {
		await here.store.storeInstallation(installation('T1'));
		const given = await here.store.fetchInstallation(ofTeam('T1'));
		if (given.bot) given.bot.token = 'changed';
		assert.equal(await tokenOf(ofTeam('T1')), 'xoxb-T1');
	});

	it('of an organisation serve its workspaces, also after a restart', async () => {
		await here.store.storeInstallation(organisation('E1'));
		await assert.rejects(tokenOf(ofTeam('T1')), notInstalled);
		assert.equal(await tokenOf({ teamId: 'T1', enterpriseId: 'E1', isEnterpriseInstall: true } as never), 'xoxb-E1');
		assert.equal(await here.organisationOf('T1'), 'E1');
		const later = open();
		assert.equal(await tokenOf(ofTeam('T1'), later), 'xoxb-E1');
		await assert.rejects(tokenOf(ofTeam('T2'), later), notInstalled);
		await later.store.storeInstallation(installation('T1'));
		assert.equal(await tokenOf(ofTeam('T1'), later), 'xoxb-T1', 'its own comes first');
		await later.store.deleteInstallation({ teamId: undefined, enterpriseId: 'E1', isEnterpriseInstall: true });
		assert.equal(await tokenOf(ofTeam('T1'), later), 'xoxb-T1');
	});

	it('fail loudly when the storage does', async () => {
		await storage.close();
		await assert.rejects(tokenOf(ofTeam('T1')), (error) => error instanceof UserError && error.code === 'storage');
		storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	});
});

function counted<T>(records: Records<T>, onGet: () => void): Records<T> {
	return {
		...records,
		get: (key) => {
			onGet();
			return records.get(key);
		},
	};
}
