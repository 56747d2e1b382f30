import { type APIMessage, type APIUser, type REST, RESTJSONErrorCodes, Routes } from 'discord.js';
import { refusalOf } from './discord-failure.ts';
import { markerOf } from './marker.ts';

/** The most that Discord gives at once (discord.com/developers/docs/resources/message#get-channel-messages). */
const PAGE = 100;
const PAGES = 20;
/** How far the clocks of this machine and of Discord may be apart. */
const CLOCK_MARGIN_MS = 600_000;
/** Without a better word: whoever sent it has died since. */
const LOOK_BACK_MS = 24 * 3_600_000;

/**
 * The id of the bot's message that stands for `key`, among the newest 2,000 of its channel. `since` (ms of this machine's clock) leaves out what is
 * older; a day when left out. Undefined also where the bot may not read what was said before: Discord's nonce is all there is then.
 */
export async function findMessage(
	rest: REST,
	channel: string,
	key: string,
	since = Date.now() - LOOK_BACK_MS,
): Promise<string | undefined> {
	const marker = markerOf(key);
	const oldest = snowflakeAt(since - CLOCK_MARGIN_MS);
	let before: string | undefined;
	for (let page = 0; page < PAGES; page++) {
		const messages = await readPage(rest, channel, before);
		const alike = messages.filter(({ components }) => components?.[0]?.id === marker);
		// Others can mark their messages so, too.
		const self = alike.length > 0 && (await ownId(rest));
		const found = alike.find(({ author }) => author.id === self);
		if (found) return found.id;
		before = messages.at(-1)?.id;
		if (before === undefined || messages.length < PAGE || BigInt(before) < oldest) return undefined;
	}
	return undefined;
}

const own = new WeakMap<REST, string>();

/** Of the bot's user, which need not be that of the application. */
async function ownId(rest: REST): Promise<string> {
	const id = own.get(rest) ?? ((await rest.get(Routes.user())) as APIUser).id;
	own.set(rest, id);
	return id;
}

async function readPage(rest: REST, channel: string, before: string | undefined): Promise<APIMessage[]> {
	const query = new URLSearchParams({ limit: String(PAGE), ...(before && { before }) });
	try {
		return (await rest.get(Routes.channelMessages(channel), { query })) as APIMessage[];
	} catch (error) {
		const code = refusalOf(error);
		if (code === RESTJSONErrorCodes.MissingAccess || code === RESTJSONErrorCodes.MissingPermissions) return [];
		throw error;
	}
}

/** Milliseconds of the first second of 2015, from which Discord's ids count (discord.com/developers/docs/reference#snowflakes). */
const EPOCH_MS = 1_420_070_400_000;

/** The smallest id of that time. */
export function snowflakeAt(ms: number): bigint {
	return BigInt(Math.max(0, Math.floor(ms) - EPOCH_MS)) << 22n;
}
