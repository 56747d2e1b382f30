import { UserError } from '../../src/errors.ts';
import type { JsonValue } from '../../src/json.ts';
import { readDocument } from '../../src/toolset/document-source.ts';
import { kindOf, parseAddress } from '../../src/toolset/http/address.ts';
import { createEgress, type Egress } from '../../src/toolset/http/egress.ts';
import { createKnownSecrets } from '../../src/toolset/http/known-secrets.ts';
import { openToolset } from '../../src/toolset/open-toolset.ts';
import type { Toolset } from '../../src/toolset/tool.ts';
import type { SessionRecord, Suite } from './contract.ts';

/** One session of a suite's server, with a state and a log of its own. Methods reject with a UserError when the server does not do its part. */
export interface ServedSession {
	/** Back to the state and the empty log that every session begins with. */
	reset(): Promise<void>;
	/** The suite's toolset as the product makes it of the document below the session's address. Rejects also when that is another suite's. */
	open(suite: Pick<Suite, 'name' | 'toolset' | 'documentPath' | 'isServedBy'>): Promise<Toolset>;
	/** What it has seen since it was reset, and how that left it. */
	record(): Promise<SessionRecord>;
	close(): Promise<void>;
}

/** Where the scorer alone may go, whatever it is spelt like. */
const ADMINISTRATION = /(^|\/)_admin(\/|$)/i;

/**
 * The base address of a suite's server, without a slash at its end. Throws a UserError for anything but http on this machine: the writes of all
 * strategies go out without anybody being asked.
 */
export function loopbackBase(text: string): string {
	const url = URL.parse(text);
	if (url?.protocol !== 'http:' || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
		throw new UserError('bad-input', `--base takes the address of the suite's server, such as http://127.0.0.1:8102, and not ${text}.`);
	}
	const address = parseAddress(url.hostname);
	if (address ? kindOf(address) !== 'loopback' : url.hostname !== 'localhost') {
		throw new UserError(
			'not-allowed',
			`--base is ${url.host}, which is not this machine. Programs change things there without asking anybody: start the suite's server here, and name it as http://127.0.0.1:<port>.`,
		);
	}
	return url.href.replace(/\/+$/, '');
}

/** `base` is what `loopbackBase` gives. Nothing is asked of the server yet. */
export function sessionAt(base: string, session: string, signal: AbortSignal): ServedSession {
	const address = `${base}/s/${encodeURIComponent(session)}`;
	const egress = confined(createEgress({ allowPrivateHosts: [new URL(base).host], allowLoopback: false }), address);
	const administer = (what: string, method = 'GET') => askServer(`${address}/_admin/${what}`, method, signal);
	return {
		async reset() {
			await administer('reset', 'POST');
		},
		async open(suite) {
			const source = address + suite.documentPath;
			const { text, sourceUrl } = await readDocument(source, { egress, allowFiles: false, signal });
			const open = openToolset({
				egressOf: () => egress,
				secrets: new Map(),
				severalWorkspaces: false,
				known: createKnownSecrets([]),
				exampleUrl: () => Promise.reject(new UserError('not-found', 'Suites have no examples.')),
			});
			const record = { workspaceId: 'eval', name: suite.toolset, source, addedAt: '2026-01-01T00:00:00.000Z', addedBy: 'eval' };
			const toolset = await open({ ...record, ...(sourceUrl !== undefined && { sourceUrl }) }, text);
			if (suite.isServedBy?.([...toolset.tools.values()].map(({ origin }) => origin)) !== false) return toolset;
			throw new UserError(
				'document',
				`The document at ${source} has none of the operations that ${suite.name} is about. Is --base the server of this suite?`,
			);
		},
		async record() {
			const [log, state] = await Promise.all([administer('log'), administer('state')]);
			if (!Array.isArray(log))
				throw new UserError('document', `The log at ${address}/_admin/log is no list. Is --base the suite's own server?`);
			return { base, session, log, state };
		},
		close: () => egress.close(),
	};
}

/** A way to one session, without its administration. */
function confined(egress: Egress, address: string): Egress {
	return {
		...egress,
		async fetch(request, limits) {
			if (isOpen(request.url, address)) return egress.fetch(request, limits);
			return { ok: false, kind: 'refused', message: 'This address is not open to programs.', reset: false };
		},
	};
}

function isOpen(text: string, address: string): boolean {
	const url = URL.parse(text);
	if (!url?.href.startsWith(`${address}/`)) return false;
	try {
		return !ADMINISTRATION.test(decodeURIComponent(url.pathname.slice(new URL(address).pathname.length)));
	} catch {
		return false;
	}
}

async function askServer(url: string, method: string, signal: AbortSignal): Promise<JsonValue> {
	try {
		const response = await fetch(url, {
			method,
			signal,
			...(method === 'POST' && { body: '{}', headers: { 'content-type': 'application/json' } }),
		});
		if (!response.ok)
			throw new UserError('network', `The suite's server answers ${response.status} to ${method} ${url}. Is it the one of this suite?`);
		return (await response.json()) as JsonValue;
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof UserError) throw error;
		throw new UserError(
			'network',
			`The suite's server does not answer at ${new URL(url).origin}. Start it, and run the same command again: it goes on where it stopped.`,
			{ cause: error },
		);
	}
}
