import type { TestContext } from 'node:test';
import { type CountingApi, startCountingApi } from './counting-api.ts';
import { type Fixture, type FixtureOptions, openFixture, type Script, WORKSPACE } from './fixture.ts';

export const QUESTION = 'What is it?';
const SCAFFOLD = 'async function work(): Promise<number> {}\nconst n = await work();\nreturn answer(`It is ${n}.`, n);';

/** A program whose function has this body, from its line 2 on, and gives a number. */
export const working = (body: string) =>
	`async function work(): Promise<number> {\n${body}\n}\nconst n = await work();\nreturn answer(\`It is \${n}.\`, n);`;

/** Replies that lead to the first program, and repair it with the others. */
export const replies = (first: string, ...repairs: readonly string[]): Script => ({
	scaffold: [SCAFFOLD],
	plan: [first],
	implement: [first],
	reflect: repairs,
});

/** How often `makeThing` was called. */
export const posts = ({ requests }: CountingApi) => requests.filter((request) => request === 'POST /things').length;

/** The whole bot on an API on which every write counts, as the toolset `things`. */
export async function openThings(context: TestContext, options?: FixtureOptions): Promise<{ bot: Fixture; api: CountingApi }> {
	const api = await startCountingApi({ removable: true });
	const bot = await openFixture(options);
	context.after(async () => {
		api.release();
		await bot.close();
		api.close();
	});
	await bot.services.catalogue.add(
		{ workspaceId: WORKSPACE, name: 'things', source: 'things.json', addedAt: '2026-01-01', addedBy: 'test' },
		api.document,
	);
	return { bot, api };
}

/** The bot in another process, on what an earlier one has left. */
export async function openNext(context: TestContext, { folder }: Fixture): Promise<Fixture> {
	const next = await openFixture({ folder });
	context.after(() => next.close());
	return next;
}
