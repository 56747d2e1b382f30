import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { closedError, isBusy } from './storage-error.ts';

export type SqliteRow = Record<string, unknown>;

/** How long a statement may wait, in all, for a lock of another process. */
const BUSY_TIMEOUT_MS = 5000;
/** How much of that SQLite may wait by itself. It does so on the main thread, where nothing else runs meanwhile, so it is short. */
const BLOCKING_WAIT_MS = 50;
const RETRY_AFTER_MS = 25;
/** How long statements follow one another without a break: what else the process does waits meanwhile. One takes 0.05 ms. */
const SLICE_MS = 10;

/**
 * One connection to an SQLite file. Statements run one after another in the order they were asked for, each in a transaction of its own; one
 * that finds the database locked waits without holding up the process. Every promise rejects with SQLite's own error.
 *
 * Write-ahead logging with `synchronous=NORMAL`: what was acknowledged survives the death of the process. Only a power cut of the machine
 * can take the last transactions back; the file stays sound even then.
 */
export class SqliteDatabase {
	readonly #connection: DatabaseSync;
	readonly #busyTimeoutMs: number;
	/** By their text, of which there must be no more than a few dozen: none of them is given up. */
	readonly #statements = new Map<string, StatementSync>();
	#last: Promise<unknown> = Promise.resolve();
	/** When the first statement since the event loop turned began. */
	#sliceBegan: number | undefined;
	#closed = false;

	private constructor(connection: DatabaseSync, busyTimeoutMs: number) {
		this.#connection = connection;
		this.#busyTimeoutMs = busyTimeoutMs;
	}

	/** Opens or creates `file` with its folder. `:memory:` is a database of its own that ends with the connection. */
	static async open(file: string, { busyTimeoutMs = BUSY_TIMEOUT_MS }: { busyTimeoutMs?: number } = {}): Promise<SqliteDatabase> {
		if (file !== ':memory:') await mkdir(path.dirname(path.resolve(file)), { recursive: true });
		const connection = new DatabaseSync(file, { timeout: Math.min(BLOCKING_WAIT_MS, busyTimeoutMs) });
		const database = new SqliteDatabase(connection, busyTimeoutMs);
		try {
			const [mode] = await database.query('PRAGMA journal_mode = WAL');
			// A file system without shared memory keeps the rollback journal, which is only safe when every transaction is synchronised.
			await database.query(`PRAGMA synchronous = ${mode?.journal_mode === 'wal' ? 'NORMAL' : 'FULL'}`);
			return database;
		} catch (error) {
			connection.close();
			throw error;
		}
	}

	/** The rows that `sql` gives, if it gives any. */
	query(sql: string, ...parameters: SQLInputValue[]): Promise<SqliteRow[]> {
		if (this.#closed) return Promise.reject(closedError());
		const rows = this.#last.then(() => this.#untilFree(() => this.#statement(sql).all(...parameters)));
		this.#last = rows.catch(() => {});
		return rows;
	}

	/** Finishes what was asked for before, then closes. */
	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		await this.#last;
		this.#connection.close();
	}

	async #untilFree<T>(work: () => T): Promise<T> {
		const deadline = Date.now() + this.#busyTimeoutMs;
		if (this.#sliceBegan !== undefined && performance.now() - this.#sliceBegan > SLICE_MS) await nextTurn();
		this.#beginSlice();
		for (;;) {
			try {
				return work();
			} catch (error) {
				if (!isBusy(error) || Date.now() >= deadline) throw error;
			}
			await delay(RETRY_AFTER_MS);
		}
	}

	/**
	 * Statements that lead to one another leave no turn to the event loop in between: 500 questions accepted at once held it up for 0.7 s, as long as all
	 * that was written for them.
	 */
	#beginSlice(): void {
		if (this.#sliceBegan !== undefined) return;
		this.#sliceBegan = performance.now();
		setImmediate(() => {
			this.#sliceBegan = undefined;
		});
	}

	#statement(sql: string): StatementSync {
		let statement = this.#statements.get(sql);
		if (!statement) {
			statement = this.#connection.prepare(sql);
			this.#statements.set(sql, statement);
		}
		return statement;
	}
}
