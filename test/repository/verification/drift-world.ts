import assert from 'node:assert/strict';
import type { FunctionRecord } from '../../../src/repository/function-record.ts';
import { exampleOf } from '../../../src/repository/verification/verify.ts';
import { type AdminWorld, openAdminWorld } from '../../commands/toolset/admin-world.ts';
import { WORKSPACE } from '../../pipeline/fixture.ts';
import { answerOf, type Change, documentOf, FILMS, PROGRAMS } from './films-api.ts';

/** The whole bot with the API of films and eleven functions that answers have left behind. */
export interface DriftWorld {
	readonly admin: AdminWorld;
	/** A workspace of its own with the same API and functions. */
	copied(): Promise<string>;
	list(workspaceId: string): Promise<readonly FunctionRecord[]>;
	/** The API is described like that from now on; as it was when left out. */
	publish(change?: Change): void;
	/** Reads it anew, and says yes. */
	refresh(workspaceId: string): Promise<string>;
	/** Asks what a function answers. The model calls the function where it is not `mended`, else writes that in its place. */
	ask(name: string, workspaceId: string, mended?: string): Promise<Answered>;
	close(): Promise<void>;
}

export interface Answered {
	readonly modelCalls: number;
	/** What the model was told, by stage. */
	readonly prompts: Readonly<Record<string, string>>;
}

/** How each function that a change may break is asked for. */
const ASKED: Readonly<Record<string, readonly [question: string, call: string]>> = {
	findPersonId: ['Which id does the person Sofia Coppola have?', "findPersonId('Sofia Coppola')"],
	titlesDirectedBy: ['Which titles has Sofia Coppola directed?', "titlesDirectedBy('Sofia Coppola')"],
	dramasOf: ['Which dramas are of the year 2003?', 'dramasOf(2003)'],
	averageRuntime: ['What is the average running time of the films 1 and 2?', 'averageRuntime([1, 2])'],
	taglineOf: ['What is the tagline of the film 1?', 'taglineOf(1)'],
	countReviews: ['How many reviews does the film 1 have?', 'countReviews(1)'],
	starsOfYear: ['How many stars do the films of the year 2003 have together?', 'starsOfYear(2003)'],
	ageAt: ['How old was Sofia Coppola when the film 1 came out?', "ageAt('Sofia Coppola', 1)"],
};

/** Of no use to anybody: the programs bring their own main call. */
const SCAFFOLD = 'async function whatever(): Promise<number> {}\n\nreturn answer("", await whatever());';

export async function openDriftWorld(): Promise<DriftWorld> {
	const admin = await openAdminWorld(({ url }) => [200, answerOf(url)]);
	const { functions } = admin.bot.services;
	const publish: DriftWorld['publish'] = (change = (films) => films) => admin.publish(documentOf(change(FILMS)));
	const connect = (workspaceId: string) => admin.say(`/toolset add films ${admin.api.origin}/openapi.json`, { workspaceId });
	publish();
	await connect(WORKSPACE);
	for (const [at, program] of PROGRAMS.entries()) {
		const asked = await admin.bot.ask(`Question ${at}`, { scaffold: [SCAFFOLD], plan: [SCAFFOLD], implement: [program] });
		assert.equal(asked.end.type, 'result', JSON.stringify(asked.end));
	}
	const kept = await functions.list(WORKSPACE);
	assert.equal(kept.length, 11);
	let workspaces = 0;
	return {
		admin,
		async copied() {
			const workspaceId = `console:${++workspaces}`;
			publish();
			await connect(workspaceId);
			for (const record of kept) {
				const examples = await functions.examples(record);
				const { version: _version, examples: _digests, ...fn } = record;
				await functions.add(
					{ ...fn, workspaceId },
					examples.map((example) => exampleOf(record.name, example)),
				);
			}
			return workspaceId;
		},
		list: (workspaceId) => functions.list(workspaceId),
		publish,
		refresh: (workspaceId) => admin.agree('/toolset refresh films', { workspaceId }),
		async ask(name, workspaceId, mended) {
			const [question, call] = ASKED[name] ?? assert.fail(name);
			const main = `return answer('', await ${call});`;
			const anew = `${mended?.split('{\n')[0]} {}\n\n${main}`;
			const { documentation = '' } = (await functions.get(workspaceId, name)) ?? {};
			const program = `/** ${documentation} */\n${mended}\n${main}`;
			const script = mended === undefined ? { scaffold: [main] } : { scaffold: [anew], plan: [anew], implement: [program] };
			const { end, requests } = await admin.bot.ask(question, script, { workspaceId });
			assert.equal(end.type, 'result', JSON.stringify(end));
			const prompts = requests.map(({ stage, messages }) => [stage, messages.map(({ content }) => content).join('\n')]);
			return { modelCalls: end.totals.modelCalls, prompts: Object.fromEntries(prompts) };
		},
		close: () => admin.close(),
	};
}
