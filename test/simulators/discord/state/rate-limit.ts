import { createHash } from 'node:crypto';

export interface RateLimited {
	readonly route: string;
	readonly key: string;
	readonly at: number;
	readonly retryAfter: number;
	readonly scope: 'user' | 'global';
}

export interface Admission {
	/** discord.com/developers/docs/topics/rate-limits#header-format */
	readonly headers: Readonly<Record<string, string>>;
	/** Seconds to wait when the call is one too many. */
	readonly retryAfter?: number;
}

export interface RateLimit {
	admit(route: string, major: string): Admission;
	readonly refused: RateLimited[];
}

const POSTING = 'POST /channels/:id/messages';
const WINDOW_MS = 5000;
/** Of the routes whose limits nobody documents: more than a test needs. */
const PLENTY = 1000;

/** Buckets that are full again some seconds after their first call; by route and by channel, server or webhook. */
export function createRateLimit(messagesPer5s: number): RateLimit {
	const buckets = new Map<string, { used: number; resetAt: number }>();
	const refused: RateLimited[] = [];
	return {
		refused,
		admit(route, major) {
			const limit = route === POSTING ? messagesPer5s : PLENTY;
			const key = `${route} ${major}`;
			const now = Date.now();
			const known = buckets.get(key);
			const bucket = known && known.resetAt > now ? known : { used: 0, resetAt: now + WINDOW_MS };
			buckets.set(key, bucket);
			const allowed = bucket.used < limit;
			if (allowed) bucket.used += 1;
			const seconds = (bucket.resetAt - now) / 1000;
			const headers = {
				'x-ratelimit-limit': String(limit),
				'x-ratelimit-remaining': String(limit - bucket.used),
				'x-ratelimit-reset': (bucket.resetAt / 1000).toFixed(3),
				'x-ratelimit-reset-after': seconds.toFixed(3),
				'x-ratelimit-bucket': createHash('md5').update(route).digest('hex'),
			};
			if (allowed) return { headers };
			refused.push({ route, key: major, at: now, retryAfter: seconds, scope: 'user' });
			return { headers, retryAfter: seconds };
		},
	};
}
