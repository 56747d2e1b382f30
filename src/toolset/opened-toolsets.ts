import type { OpenedToolset } from './toolset-record.ts';

/** The toolsets that this process has open, one version of each at a time. */
export interface OpenedToolsets {
	/** Opens a version once; whoever asks meanwhile shares it. A failure is not kept: it may pass (a server that was down). */
	get(key: string, version: string, open: () => Promise<OpenedToolset>): Promise<OpenedToolset>;
	/** Takes over one that is open. */
	put(key: string, version: string, toolset: OpenedToolset): void;
	drop(key: string): void;
	/** Drops all whose key begins so, but these. */
	keepOnly(prefix: string, keys: ReadonlySet<string>): void;
	/** Ends all, those that were replaced or dropped, too. Never rejects. */
	close(): Promise<void>;
}

interface Entry {
	readonly version: string;
	readonly toolset: Promise<OpenedToolset>;
	readonly use: Use;
}

/** How much a toolset is called. */
interface Use {
	running: number;
	/** By `performance.now()`. */
	last: number;
}

/**
 * @param idleMs what is replaced or dropped is closed when nobody has called it for so long: runs that were offered it go on with it, and wait for
 * models and people between two calls
 */
export function createOpenedToolsets(idleMs: number): OpenedToolsets {
	const entries = new Map<string, Entry>();
	const retired = new Map<Entry, NodeJS.Timeout>();

	const closeWhenIdle = (entry: Entry, waitMs: number) => {
		const timer = setTimeout(() => {
			const left = entry.use.running > 0 ? idleMs : entry.use.last + idleMs - performance.now();
			if (left > 0) return closeWhenIdle(entry, left);
			retired.delete(entry);
			void closeEntry(entry);
		}, waitMs);
		timer.unref();
		retired.set(entry, timer);
	};
	const drop = (key: string) => {
		const entry = entries.get(key);
		entries.delete(key);
		if (entry) closeWhenIdle(entry, idleMs);
	};
	const set = (key: string, version: string, opening: Promise<OpenedToolset>) => {
		drop(key);
		const use = { running: 0, last: performance.now() };
		const entry = { version, toolset: opening.then((toolset) => counted(toolset, use)), use };
		entries.set(key, entry);
		entry.toolset.catch(() => {
			if (entries.get(key) === entry) entries.delete(key);
		});
		return entry.toolset;
	};

	return {
		get(key, version, open) {
			const known = entries.get(key);
			return known?.version === version ? known.toolset : set(key, version, open());
		},
		put: (key, version, toolset) => void set(key, version, Promise.resolve(toolset)),
		drop,
		keepOnly(prefix, keys) {
			for (const key of entries.keys()) if (key.startsWith(prefix) && !keys.has(key)) drop(key);
		},
		async close() {
			for (const timer of retired.values()) clearTimeout(timer);
			const all = [...entries.values(), ...retired.keys()];
			entries.clear();
			retired.clear();
			await Promise.all(all.map(closeEntry));
		},
	};
}

async function closeEntry({ toolset }: Entry): Promise<void> {
	const opened = await toolset.catch(() => undefined);
	await opened?.close?.();
}

/** Counts the calls of a toolset that holds connections. */
function counted(toolset: OpenedToolset, use: Use): OpenedToolset {
	if (!toolset.close) return toolset;
	return {
		...toolset,
		async call(...call) {
			use.running += 1;
			try {
				return await toolset.call(...call);
			} finally {
				use.running -= 1;
				use.last = performance.now();
			}
		},
	};
}
