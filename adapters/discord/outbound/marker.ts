import { createHash } from 'node:crypto';
import type { APIMessageTopLevelComponent } from 'discord.js';

/**
 * The `id` of the first component of the message that stands for `key`: a number of 31 bits, by which it is found among others
 * (discord.com/developers/docs/components/reference#anatomy-of-a-component). Two keys share one with a chance of 1 to 2,000 million.
 */
export function markerOf(key: string): number {
	return digest(key).readUInt32BE() >>> 1 || 1;
}

/** Discord makes one message of all that come with the same nonce within minutes; it takes 25 characters. */
export function nonceOf(key: string): string {
	return digest(key).toString('base64url').slice(0, 25);
}

export function marked(components: readonly APIMessageTopLevelComponent[], key: string): APIMessageTopLevelComponent[] {
	const [first, ...rest] = components;
	return first ? [{ ...first, id: markerOf(key) }, ...rest] : [];
}

function digest(key: string): Buffer {
	return createHash('sha256').update(key).digest();
}
