/** discord.com/developers/docs/reference#snowflakes */
const DISCORD_EPOCH = 1_420_070_400_000;

export interface Snowflakes {
	/** A new id of this moment, higher than all before it. */
	next(): string;
	/** A new id of an earlier moment: of accounts and servers, which are older than what is said in them. */
	before(ageMs: number): string;
}

export function createSnowflakes(now: () => number = Date.now): Snowflakes {
	let last = 0n;
	let older = 0n;
	return {
		next() {
			const floor = BigInt(now() - DISCORD_EPOCH) << 22n;
			last = floor > last ? floor : last + 1n;
			return String(last);
		},
		before(ageMs) {
			older += 1n;
			// No two of the same millisecond, so that servers spread over shards.
			return String((BigInt(now() - ageMs - DISCORD_EPOCH) + older) << 22n);
		},
	};
}

export function timeOf(id: string): number {
	return Number(BigInt(id) >> 22n) + DISCORD_EPOCH;
}

export function timestampOf(id: string): string {
	return new Date(timeOf(id)).toISOString().replace('Z', '000+00:00');
}

export function isSnowflake(value: unknown): value is string {
	return typeof value === 'string' && /^\d{17,20}$/.test(value);
}

/** discord.com/developers/docs/events/gateway#sharding */
export function shardOf(guild: string | undefined, shards: number): number {
	return guild === undefined ? 0 : Number((BigInt(guild) >> 22n) % BigInt(shards));
}
