import { outsideRuns } from '../../observability/run-context.ts';
import type { Connected } from './connect.ts';
import { unlessAborted } from './unless-aborted.ts';

/** One connection to a server, made when it is first used, shared by all who use it, and made again after it broke. */
export interface McpConnection {
	/** Rejects with what connecting rejected with, with `signal`'s reason, or with `ConnectionClosed` once `close` was called. */
	use<Result>(work: (connected: Connected) => Promise<Result>, signal: AbortSignal): Promise<Result>;
	/** The next use connects anew; this connection is closed when nobody uses it any more. For a session that the server no longer knows. */
	retire(connected: Connected): void;
	/** Ends what is open and refuses every further use. Never rejects. */
	close(): Promise<void>;
	readonly closed: boolean;
}

interface Link {
	readonly opening: Promise<Connected>;
	/** Once it is there. */
	connected: Connected | undefined;
	users: number;
}

/** What `use` rejects with after `close`. */
export class ConnectionClosed extends Error {
	override readonly name = 'ConnectionClosed';
}

/** A connection that nobody has used for this long is closed: a stdio server is a process, an HTTP session takes up a place at its server. */
const IDLE_MS = 5 * 60_000;

/** @param open connects; called anew for each connection */
export function createMcpConnection(open: (signal: AbortSignal) => Promise<Connected>, idleMs = IDLE_MS): McpConnection {
	const ending = new AbortController();
	const links = new Set<Link>();
	const closing = new Set<Promise<void>>();
	let current: Link | undefined;
	let idle: NodeJS.Timeout | undefined;

	const forget = (link: Link) => {
		if (current === link) current = undefined;
	};
	const end = (link: Link) => {
		forget(link);
		if (!links.delete(link)) return;
		const ended = link.opening
			.then((connected) => connected.close())
			.catch(() => undefined)
			.finally(() => closing.delete(ended));
		closing.add(ended);
	};
	const connect = (): Link => {
		// Others go on to use it: what it has to say later is not said in the course of this run.
		const link: Link = { opening: outsideRuns(() => open(ending.signal)), connected: undefined, users: 0 };
		link.opening.then(
			(connected) => {
				link.connected = connected;
				connected.client.onclose = () => end(link);
			},
			() => end(link),
		);
		links.add(link);
		current = link;
		return link;
	};
	const leave = (link: Link) => {
		link.users -= 1;
		if (link.users > 0) return;
		if (link !== current) end(link);
		else idle = setTimeout(end, idleMs, link).unref();
	};

	return {
		get closed() {
			return ending.signal.aborted;
		},
		async use(work, signal) {
			if (ending.signal.aborted) throw new ConnectionClosed();
			clearTimeout(idle);
			const link = current ?? connect();
			link.users += 1;
			try {
				return await work(await unlessAborted(link.opening, signal));
			} finally {
				leave(link);
			}
		},
		retire(connected) {
			if (current?.connected === connected) forget(current);
		},
		async close() {
			ending.abort(new ConnectionClosed());
			clearTimeout(idle);
			for (const link of links) end(link);
			await Promise.all(closing);
		},
	};
}
