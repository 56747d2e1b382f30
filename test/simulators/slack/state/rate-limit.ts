export interface RateLimitOptions {
	/** Of new messages in one channel; Slack allows about one (https://docs.slack.dev/apis/web-api/rate-limits). */
	readonly perSecond?: number;
	/** How many may come at once before that counts. */
	readonly burst?: number;
	/** Further limits, by method and workspace. */
	readonly perMinute?: Readonly<Record<string, number>>;
}

export interface RateLimited {
	readonly method: string;
	readonly key: string;
	readonly at: number;
}

export interface RateLimit {
	/** Seconds to wait when the call is one too many; undefined when it may go on. */
	check(method: string, team: string, channel: string): number | undefined;
	readonly refused: RateLimited[];
}

const POSTING = new Set(['chat.postMessage', 'chat.postEphemeral', 'chat.startStream']);

/** Buckets that fill up again with time; those of messages are per channel, the others per workspace. */
export function createRateLimit(options: RateLimitOptions | false): RateLimit {
	const buckets = new Map<string, { level: number; at: number }>();
	const refused: RateLimited[] = [];
	const take = (key: string, perSecond: number, burst: number): number | undefined => {
		const now = performance.now();
		const bucket = buckets.get(key) ?? { level: burst, at: now };
		const level = Math.min(burst, bucket.level + ((now - bucket.at) / 1000) * perSecond);
		const allowed = level >= 1;
		buckets.set(key, { level: allowed ? level - 1 : level, at: now });
		return allowed ? undefined : Math.max(1, Math.ceil((1 - level) / perSecond));
	};
	return {
		refused,
		check(method, team, channel) {
			if (options === false) return undefined;
			const { perSecond = 1, burst = 3, perMinute = {} } = options;
			const posting = POSTING.has(method) ? take(`${team}/${channel}`, perSecond, burst) : undefined;
			const limit = perMinute[method];
			const wait = posting ?? (limit === undefined ? undefined : take(`${team}/${method}`, limit / 60, limit));
			if (wait !== undefined) refused.push({ method, key: `${team}/${channel}`, at: Date.now() });
			return wait;
		},
	};
}
