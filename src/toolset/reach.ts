import { type DocumentText, readDocument } from './document-source.ts';
import { createEgress, type Egress } from './http/egress.ts';
import { isOperator } from './operator-secret.ts';

/** What calls of toolsets, and the documents that toolsets are made of, can be at. */
export interface Reach {
	readonly egress: Egress;
	/** Rejects as `document-source.ts` says, with `stopped` after half a minute. */
	readDocument(source: string): Promise<DocumentText>;
}

/** The rights of every workspace in one process: whoever administers a workspace of a chat is not the operator of this machine. */
export interface Reaches {
	/** At the console: also files and loopback addresses of this machine. */
	readonly operator: Reach;
	/** In a chat: neither of them. */
	readonly chat: Reach;
	of(workspaceId: string): Reach;
	close(): Promise<void>;
}

export interface ReachOptions {
	/** Private addresses that are open to all; see `EgressPolicyOptions`. */
	readonly allowPrivateHosts: readonly string[];
}

/** For reading a document from elsewhere: the largest take seconds. */
const DOCUMENT_TIMEOUT_MS = 30_000;

/** Throws a UserError of code `configuration` when `allowPrivateHosts` has an entry that cannot be read. */
export function createReaches(options: ReachOptions): Reaches {
	const operator = createReach(options, true);
	const chat = createReach(options, false);
	return {
		operator,
		chat,
		of: (workspaceId) => (isOperator(workspaceId) ? operator : chat),
		async close() {
			await Promise.all([operator.egress.close(), chat.egress.close()]);
		},
	};
}

function createReach({ allowPrivateHosts }: ReachOptions, thisMachine: boolean): Reach {
	const egress = createEgress({ allowPrivateHosts, allowLoopback: thisMachine });
	return {
		egress,
		readDocument: (source) => readDocument(source, { egress, allowFiles: thisMachine, signal: AbortSignal.timeout(DOCUMENT_TIMEOUT_MS) }),
	};
}
