import type { Logger } from 'pino';
import { UserError } from '../errors.ts';
import type { Storage } from '../storage/storage.ts';
import type { ToolsetRecord } from '../toolset/toolset-record.ts';
import { type Belongings, isConversationOf, keysOf } from './belongings.ts';
import { EXPORTED } from './export.ts';
import type { ExportedRecord } from './export-format.ts';
import { migrateFrom, SCHEMA_VERSION } from './migrate.ts';
import { fieldOf, type Namespace } from './namespace.ts';
import { readExport } from './read-export.ts';

export interface Imported {
	readonly workspaceId: string;
	readonly records: number;
	/** Toolsets whose credential was typed in: no export has it. */
	readonly withoutCredential: readonly string[];
}

/**
 * Restores an export into a workspace that has nothing. All of the file is read and checked before anything is written. Rejects with a UserError
 * `bad-input`: what is no whole export, has records of another workspace, is from a newer version, or would meet something that is there.
 */
export async function importWorkspace(storage: Storage, file: string, { logger }: { readonly logger: Logger }): Promise<Imported> {
	const { header, records } = await readExport(file);
	const { workspace: workspaceId, schemaVersion } = header;
	if (schemaVersion > SCHEMA_VERSION) {
		throw new UserError('bad-input', `${file} is from a newer version of the bot. Update this one, then import it.`);
	}
	await requireEmpty(storage, { workspaceId, runs: new Set(), conversations: new Set() });
	const checked = new ImportCheck(workspaceId, file);
	for await (const record of records) checked.add(record);
	// What keys do not say is of this workspace, the file has said since.
	await requireEmpty(storage, checked.belongings);
	const withoutCredential: string[] = [];
	for await (const { namespace, key, value } of (await readExport(file)).records) {
		await storage.records(namespace).put(key, value);
		if (namespace === 'toolsets' && (value as unknown as ToolsetRecord).sealed)
			withoutCredential.push((value as unknown as ToolsetRecord).name);
	}
	await migrateFrom(schemaVersion, storage, { logger });
	return { workspaceId, records: checked.count, withoutCredential };
}

/** Whether all records are those of one workspace. */
class ImportCheck {
	readonly #runs = new Set<string>();
	readonly #conversations = new Set<string>();
	readonly #file: string;
	readonly belongings: Belongings;
	count = 0;

	constructor(workspaceId: string, file: string) {
		this.belongings = { workspaceId, runs: this.#runs, conversations: this.#conversations };
		this.#file = file;
	}

	add(record: ExportedRecord): void {
		const namespace = EXPORTED.find(({ name }) => name === record.namespace);
		if (!namespace) throw this.#refused(record, 'no export has such records');
		if (!this.#isOwn(record, namespace)) throw this.#refused(record, `it is not of ${this.belongings.workspaceId}`);
		this.count += 1;
	}

	#isOwn({ key, value }: ExportedRecord, { name, owner, kept }: Namespace): boolean {
		const { workspaceId } = this.belongings;
		const said = fieldOf(value, 'workspaceId');
		if (said !== undefined && said !== workspaceId) return false;
		if (name === 'runs' || name === 'unfinished-runs') return this.#addRun(key, value, kept);
		if (owner.by === 'workspace') return owner.workspaceOf(key) === workspaceId;
		if (owner.by === 'conversation') return isConversationOf(owner.conversationOf(key), this.belongings);
		const run = kept.until === 'run' ? kept.runOf(key, value) : undefined;
		return run !== undefined && this.#runs.has(run);
	}

	/** Runs come first. */
	#addRun(key: string, value: unknown, kept: Namespace['kept']): boolean {
		const [id, conversation] = [fieldOf(value, 'id'), fieldOf(value, 'conversation')];
		if (typeof id !== 'string' || typeof conversation !== 'string') return false;
		if (fieldOf(value, 'workspaceId') !== this.belongings.workspaceId) return false;
		this.#runs.add(id);
		this.#conversations.add(conversation);
		return kept.until === 'run' && kept.runOf(key, value) === id;
	}

	#refused({ namespace, key }: ExportedRecord, why: string): UserError {
		return new UserError(
			'bad-input',
			`The record ${key} (${namespace}) of ${this.#file} cannot be imported: ${why}. Nothing was written. Import the file as it was exported.`,
		);
	}
}

async function requireEmpty(storage: Storage, belongings: Belongings): Promise<void> {
	const { workspaceId } = belongings;
	for (const namespace of EXPORTED) {
		for await (const _key of keysOf(storage, namespace, belongings)) {
			throw new UserError(
				'bad-input',
				`The workspace ${workspaceId} has ${namespace.holds} already, and an export is restored into an empty one. Erase it first: npm start -- erase ${workspaceId}`,
			);
		}
	}
}
