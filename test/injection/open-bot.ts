import type { TestContext } from 'node:test';
import type { ModelRequest } from '../../src/model/model.ts';
import { type Fixture, openFixture, WORKSPACE } from '../pipeline/fixture.ts';
import { type Apis, startApis, thingsDocument } from './apis.ts';

export interface Opened {
	readonly bot: Fixture;
	readonly apis: Apis;
	/** Connects both APIs in a workspace, the first with another document. */
	readonly connect: (workspaceId: string, document: unknown) => Promise<void>;
}

/** The whole bot, with `things` and `vault` connected in the tests' own workspace. */
export async function openBot(context: TestContext): Promise<Opened> {
	const apis = await startApis(context);
	const bot = await openFixture();
	context.after(() => bot.close());
	const connect = async (workspaceId: string, document: unknown) => {
		const add = (name: string, text: string) =>
			bot.services.catalogue.add({ workspaceId, name, source: `${name}.json`, addedAt: '2026-01-01', addedBy: 'test' }, text);
		await add('things', JSON.stringify(document));
		await add('vault', apis.vaultDocument);
	};
	await connect(WORKSPACE, thingsDocument(apis.thingsUrl));
	return { bot, apis, connect };
}

export function textOf({ messages }: ModelRequest): string {
	return messages.map(({ content }) => content).join('\n');
}

/** Without what stands between data markers, which nothing in between can close. */
export function withoutData(text: string): string {
	return text.replaceAll(/<data>[^<]*<\/data>/g, '');
}
