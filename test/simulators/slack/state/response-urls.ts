import { randomBytes } from 'node:crypto';
import { Refusal } from '../refusal.ts';

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses: five times within 30 minutes. */
const MOST_USES = 5;
const LIFE_MS = 30 * 60 * 1000;

/** What an answer to a response_url is about. */
export interface ResponseTarget {
	readonly team: string;
	readonly channel: string;
	readonly user: string;
	/** The message that was clicked, when one was. */
	readonly message?: string;
	readonly threadTs?: string;
}

export interface ResponseUrls {
	/** The path of a new address. */
	issue(target: ResponseTarget): string;
	/** Where it leads, or a refusal once it is used up. */
	find(path: string): ResponseTarget;
	/** Counts one use. */
	use(path: string): void;
}

export function createResponseUrls(): ResponseUrls {
	const targets = new Map<string, { readonly target: ResponseTarget; readonly expiresAt: number; uses: number }>();
	return {
		issue(target) {
			const path = `/actions/${target.team}/${randomBytes(8).toString('hex')}/${randomBytes(12).toString('base64url')}`;
			targets.set(path, { target, expiresAt: Date.now() + LIFE_MS, uses: 0 });
			return path;
		},
		find(path) {
			const entry = targets.get(path);
			if (!entry || Date.now() > entry.expiresAt) throw new Refusal('expired_url');
			if (entry.uses >= MOST_USES) throw new Refusal('used_url');
			return entry.target;
		},
		use(path) {
			const entry = targets.get(path);
			if (entry) entry.uses += 1;
		},
	};
}
