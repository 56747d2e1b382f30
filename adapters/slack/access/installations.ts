import type { Installation, InstallationQuery, InstallationStore } from '@slack/oauth';
import { UserError } from '../../../src/errors.ts';
import { exclusively } from '../../../src/runs/exclusively.ts';
import type { Resealed, SealedRecords } from '../../../src/storage/reseal.ts';
import type { Seal } from '../../../src/storage/sealed.ts';
import type { Storage } from '../../../src/storage/storage.ts';

/** The workspaces and organisations that have installed the app, with their tokens: on disk sealed, in memory for seconds. */
export interface Installations {
	/**
	 * For Slack's libraries. A workspace without an installation of its own is served by that of its organisation, once an event has told which
	 * one that is. Rejects with a UserError: `not-found`, `storage`, or `configuration` when the encryption key is another one.
	 */
	readonly store: Required<InstallationStore>;
	/** The organisation whose installation serves the team. */
	organisationOf(team: string): Promise<string | undefined>;
	/** Workspaces and organisations. Rejects when their tokens cannot be read. */
	count(): Promise<number>;
}

export interface InstallationsOptions {
	readonly storage: Storage;
	readonly seal: Pick<Seal, 'seal' | 'open'>;
	/** How long another process may go on with what was deleted here. */
	readonly cacheMs?: number;
}

type AnyInstallation = Installation<'v1' | 'v2', boolean>;
type Query = InstallationQuery<boolean>;

const CACHE_MS = 3_000;
const INSTALLATIONS = 'slack-installations';
/** How long a process may take to write one before another may; it takes milliseconds. */
const CLAIM_MS = 10_000;

export function createInstallations({ storage, seal, cacheMs = CACHE_MS }: InstallationsOptions): Installations {
	/** By the id of the workspace (T…) or organisation (E…), as in the stores of Slack's own libraries. */
	const records = storage.records<{ sealed: string }>(INSTALLATIONS);
	const organisations = storage.records<{ enterprise: string }>('slack-organisations');
	const cache = new Map<string, { readonly until: number; readonly found: Promise<AnyInstallation | undefined> }>();
	const remembered = new Map<string, string>();

	async function read(id: string): Promise<AnyInstallation | undefined> {
		const record = await records.get(id);
		return record && JSON.parse(seal.open(record.sealed, contextOf(id)));
	}

	/** Absence and failure are not kept: the next one may have just installed it. */
	function installationOf(id: string): Promise<AnyInstallation | undefined> {
		const known = cache.get(id);
		if (known && performance.now() < known.until) return known.found;
		const found = read(id);
		const entry = { until: performance.now() + cacheMs, found };
		cache.set(id, entry);
		const forget = () => cache.get(id) === entry && cache.delete(id);
		found.then((installation) => installation ?? forget(), forget);
		return found;
	}

	async function remember(team: string, enterprise: string): Promise<void> {
		if (remembered.get(team) === enterprise) return;
		await organisations.put(team, { enterprise });
		remembered.set(team, enterprise);
	}

	async function organisationOf(team: string): Promise<string | undefined> {
		return remembered.get(team) ?? (await organisations.get(team))?.enterprise;
	}

	async function find(query: Query): Promise<AnyInstallation | undefined> {
		const { teamId, enterpriseId, isEnterpriseInstall } = query;
		if (isEnterpriseInstall && enterpriseId) {
			if (teamId) await remember(teamId, enterpriseId);
			return installationOf(enterpriseId);
		}
		if (!teamId) return undefined;
		const own = await installationOf(teamId);
		const enterprise = own ? undefined : await organisationOf(teamId);
		return enterprise ? installationOf(enterprise) : own;
	}

	return {
		store: {
			async storeInstallation(installation) {
				const id = installation.isEnterpriseInstall ? installation.enterprise?.id : installation.team?.id;
				if (!id) throw new UserError('internal', 'Slack did not say which workspace installed the app. Install it again.');
				await alone(storage, id, () => records.put(id, { sealed: seal.seal(JSON.stringify(installation), contextOf(id)) }));
				cache.delete(id);
			},
			async fetchInstallation(query) {
				const found = await find(query);
				if (!found) throw new UserError('not-found', 'The bot is not installed in this workspace of Slack. Install it at /slack/install.');
				// Callers write refreshed tokens into what they get.
				return structuredClone(found);
			},
			async deleteInstallation({ teamId, enterpriseId, isEnterpriseInstall }) {
				const id = isEnterpriseInstall ? enterpriseId : teamId;
				if (!id) return;
				await alone(storage, id, () => records.delete(id));
				cache.delete(id);
			},
		},
		organisationOf,
		async count() {
			let count = 0;
			for await (const [id, { sealed }] of records.entries()) {
				if (count++ === 0) seal.open(sealed, contextOf(id));
			}
			return count;
		},
	};
}

function contextOf(id: string): string {
	return `slack-installation/${id}`;
}

/** The tokens of all workspaces and organisations, sealed anew. */
export const slackInstallations: SealedRecords = {
	what: 'Slack installations',
	async *reseal(storage, seal) {
		const records = storage.records<{ sealed: string }>(INSTALLATIONS);
		for await (const [id] of records.entries()) {
			const resealed = await alone(storage, id, async (): Promise<Resealed | undefined> => {
				const stored = await records.get(id);
				if (!stored) return undefined;
				let renewed: string | undefined;
				try {
					renewed = seal.renew(stored.sealed, contextOf(id));
				} catch (error) {
					if (!(error instanceof UserError)) throw error;
					return { outcome: 'unreadable', whose: `the installation in ${id} of Slack` };
				}
				if (renewed === undefined) return { outcome: 'current' };
				await records.put(id, { sealed: renewed });
				return { outcome: 'renewed' };
			});
			if (resealed) yield resealed;
		}
	},
};

/** While no other process stores or deletes it: what is sealed anew must not take the place of a token that has just come. */
function alone<R>(storage: Storage, id: string, work: () => Promise<R>): Promise<R> {
	return exclusively(storage, contextOf(id), { ttlMs: CLAIM_MS, retryMs: 50 }, work);
}
