import { messageOf, UserError } from '../errors.ts';

/** Primary result codes, https://sqlite.org/rescode.html (the extended code holds the primary one in its low byte). */
const SQLITE_REASONS: Readonly<Record<number, string>> = {
	5: "The bot's database is locked by another program. Try again in a moment; if it stays locked, the operator should end the program that holds it.",
	8: "The bot's database cannot be written: the file or its folder is read-only. The operator should make both writable.",
	10: "The disk under the bot's database failed to read or write. The operator should check the disk and its free space.",
	11: "The bot's database file is damaged. The operator should restore it from a backup.",
	13: "The disk of the bot's database is full, so nothing more can be saved. The operator should free some space; then try again.",
	14: "The bot's database file cannot be opened. The operator should check that its path names a file, and that the folder may be read and written.",
	26: 'The file is not an SQLite database. The operator should name another file in DATABASE_URL, or restore this one from a backup.',
};
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;

/** First words of Redis error replies. */
const REDIS_REASONS: readonly (readonly [prefix: string, reason: string])[] = [
	['OOM', "The bot's Redis is out of memory. The operator should give it more; then try again."],
	['MISCONF', "The bot's Redis cannot save to its disk. The operator should check the disk of the Redis server; then try again."],
	['READONLY', "The bot's Redis is a read-only replica. The operator should name the primary server in DATABASE_URL or REDIS_URL."],
	['LOADING', "The bot's Redis is still loading its data. Try again in a moment."],
	[
		'NOAUTH',
		"The bot's Redis asks for a password. The operator should put it into DATABASE_URL or REDIS_URL, whichever is set (redis://:password@host:6379).",
	],
	[
		'WRONGPASS',
		"The bot's Redis does not accept the password. The operator should correct it in DATABASE_URL or REDIS_URL, whichever is set.",
	],
	['NOPERM', "The bot's Redis user lacks a permission. The operator should allow it to read, write and run scripts."],
];
const REDIS_AWAY =
	"The bot's Redis cannot be reached. Try again in a moment; the operator should check that it runs and that its address (DATABASE_URL or REDIS_URL) is right.";

/** Folder and file errors of the operating system, while a database is opened. */
const FILE_REASONS: Readonly<Record<string, string>> = {
	EACCES: 'The bot may not write to its folder. The operator should make it writable, or name another in DATABASE_URL.',
	EPERM: 'The bot may not write to its folder. The operator should make it writable, or name another in DATABASE_URL.',
	EROFS: 'Its folder is on a read-only file system. The operator should name another in DATABASE_URL.',
	ENOTDIR: 'A part of its path is no folder. The operator should name another path in DATABASE_URL.',
	EEXIST: 'A part of its path is no folder. The operator should name another path in DATABASE_URL.',
	ENOENT: 'Its folder cannot be created. The operator should name another path in DATABASE_URL.',
	ENOSPC: 'The disk is full. The operator should free some space.',
};

/** A failure of the store as a UserError `storage` with cause and next step; the original is its `cause`. A UserError stays what it is. */
export function storageError(error: unknown): UserError {
	return error instanceof UserError ? error : new UserError('storage', reasonOf(error), { cause: error });
}

/** The same for a store that could not be opened. `place` is its address without credentials. */
export function openingError(place: string, error: unknown): UserError {
	const reason = FILE_REASONS[codeOf(error)] ?? storageError(error).userMessage;
	return new UserError('storage', `The database ${place} cannot be used. ${reason}`, { cause: error });
}

export function closedError(): UserError {
	return new UserError('storage', "The bot's database is closed because the bot is shutting down. Try again when it is back.");
}

/** Another connection holds a lock; the same statement may succeed in a moment. */
export function isBusy(error: unknown): boolean {
	const code = sqliteCodeOf(error);
	return code === SQLITE_BUSY || code === SQLITE_LOCKED;
}

function reasonOf(error: unknown): string {
	const sqlite = sqliteCodeOf(error);
	if (sqlite !== undefined) {
		return SQLITE_REASONS[sqlite === SQLITE_LOCKED ? SQLITE_BUSY : sqlite] ?? unknownReason();
	}
	const message = messageOf(error);
	const reply = REDIS_REASONS.find(([prefix]) => message.startsWith(prefix));
	if (reply) return reply[1];
	return isConnectionError(error) ? REDIS_AWAY : unknownReason();
}

function unknownReason(): string {
	return "The bot's database could not be read or written. Try again; the log tells the operator the cause.";
}

function sqliteCodeOf(error: unknown): number | undefined {
	if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
	return error.errcode & 0xff;
}

function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Of the Redis client: its own error classes for a lost or missing connection, or a socket error of the operating system. */
function isConnectionError(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	if (/^(E[A-Z]+|ERR_TLS_\w+)$/.test(codeOf(error))) return true;
	return /Client(Offline|Closed)|Timeout|SocketClosed|Disconnects|ReconnectStrategy|AggregateError/.test(error.constructor.name);
}
