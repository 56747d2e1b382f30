import { isDeepStrictEqual } from 'node:util';
import type { Asked, Case } from './cases.ts';
import type { Chat } from './chat.ts';
import { requestsIn, type Suite } from './suite.ts';

/** What became of the questions of one case. */
export interface Performed {
	readonly platform: string;
	readonly name: string;
	readonly promise: Case['promise'];
	readonly questions: number;
	/** Whose goal was reached; whose state is as it was. */
	readonly reached: number;
	readonly untouched: number;
	/** Writes in the simulator's log. */
	readonly sent: number;
	/** Questions whose log holds exactly what was approved, each as often as it was. */
	readonly exact: number;
	/** Calls whose response got lost, and which nobody wanted again because they had been made. */
	readonly declined: number;
	/** Of a dry run: what it lists as not sent. */
	readonly listed: readonly (readonly string[])[];
	/** Numbers of the questions of which the promise does not hold. */
	readonly broken: readonly number[];
	readonly seconds: number;
}

export interface Performance {
	readonly suite: Suite;
	/** Sessions begin so, and are followed by the number of the question. */
	readonly prefix: string;
	readonly environment: Readonly<Record<string, string>>;
	/** By how many workspaces there are. */
	readonly openChat: (workspaces: number) => Promise<Chat>;
}

/** The toolset that the replies call. */
const TOOLSET = 'spotify';

/** All questions of the suite at once, each in a workspace and a session of its own, through one bot. */
export async function performCase(wanted: Case, { suite, prefix, environment, openChat }: Performance): Promise<Performed> {
	const startedAt = performance.now();
	const chat = await openChat(suite.writes.length);
	const start = () => chat.start({ ...environment, ...wanted.environment });
	try {
		await start();
		// One after the other: to connect is to read a long document, which is not what is looked at here.
		for (const [workspace, { number }] of suite.writes.entries()) {
			await chat.connect(workspace, TOOLSET, `${suite.addressOf(prefix + number)}/openapi.json`);
		}
		const asked = await Promise.all(
			suite.writes.map(async ({ number, query }, workspace): Promise<Asked> => {
				const place = await chat.ask(workspace, `${wanted.option ?? ''}${query}`);
				return { number, session: prefix + number, place, approved: new Map(), declined: new Set() };
			}),
		);
		await wanted.play({ chat, suite, asked, restart: start });
		const found = await judged(wanted, asked, suite, prefix);
		return {
			platform: chat.platform,
			name: wanted.name,
			promise: wanted.promise,
			...found,
			seconds: (performance.now() - startedAt) / 1000,
		};
	} catch (error) {
		// What the chat does not tell.
		const troubles = chat
			.logs()
			.split('\n')
			.filter((line) => /"level":(?:50|60|"error"|"fatal")/.test(line));
		throw new Error(`${chat.platform}, ${wanted.name}:\n${troubles.slice(-20).join('\n')}`, { cause: error });
	} finally {
		await chat.close();
	}
}

async function judged(wanted: Case, asked: readonly Asked[], suite: Suite, prefix: string) {
	const failed = await suite.failed(prefix);
	const rows = await Promise.all(
		asked.map(async ({ number, session, approved, declined, place }) => {
			const sent = await suite.sent(session);
			const isExact = isDeepStrictEqual([...sent].sort(), [...approved.values()].sort());
			const untouched = await suite.isUntouched(session);
			const reached = !failed.has(number);
			const left = wanted.promise === 'once' && declined.size > 0;
			const kept = wanted.promise === 'untouched' ? untouched && sent.length === 0 : reached || left;
			return {
				number,
				sent: sent.length,
				isExact,
				untouched,
				reached,
				declined: declined.size,
				kept: kept && isExact,
				listed: listedIn(place.shown()),
			};
		}),
	);
	const count = (of: (row: (typeof rows)[number]) => boolean) => rows.filter(of).length;
	return {
		questions: rows.length,
		reached: count(({ reached }) => reached),
		untouched: count(({ untouched }) => untouched),
		sent: rows.reduce((sum, { sent }) => sum + sent, 0),
		declined: rows.reduce((sum, { declined }) => sum + declined, 0),
		exact: count(({ isExact }) => isExact),
		listed: rows.map(({ listed }) => listed),
		broken: rows.flatMap(({ number, kept }) => (kept ? [] : [number])),
	};
}

/** The last post tells what was held back. */
function listedIn(shown: readonly string[]): readonly string[] {
	return requestsIn(shown.findLast((text) => text.includes('Dry run')) ?? '');
}
