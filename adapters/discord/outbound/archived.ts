import { type REST, RESTJSONErrorCodes, Routes } from 'discord.js';
import { refusalOf } from './discord-failure.ts';

/** The bot may not: the thread was locked. */
const FORBIDDEN: ReadonlySet<unknown> = new Set([RESTJSONErrorCodes.MissingPermissions, RESTJSONErrorCodes.MissingAccess]);

/** Does what a thread that was archived refuses: opens it again first, where that is for the bot to do. Rejects with Discord's error. */
export async function evenIfArchived<T>(api: REST, channel: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (refusalOf(error) !== RESTJSONErrorCodes.InvalidActionOnArchivedThread || !(await reopen(api, channel))) throw error;
		return work();
	}
}

async function reopen(api: REST, thread: string): Promise<boolean> {
	try {
		await api.patch(Routes.channel(thread), { body: { archived: false } });
		return true;
	} catch (error) {
		if (!FORBIDDEN.has(refusalOf(error))) throw error;
		return false;
	}
}
