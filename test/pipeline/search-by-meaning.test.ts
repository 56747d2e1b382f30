import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, type TestContext, test } from 'node:test';
import { completionBody, sendJson, startServer } from '../model/model-server.ts';
import { documentOf } from '../toolset/openapi/document.ts';
import { openFixture, WORKSPACE } from './fixture.ts';
import { GOOD, PLAN, SCAFFOLD } from './programs.ts';

const OPERATIONS = 400;
/** The only tool about refunds, behind all that an offer would be filled up with, and long known when half of the tools are. */
const REFUNDING = 100;
const QUESTION = 'Welche Erstattungen gab es?';

const REPLIES = { 'You turn': SCAFFOLD, 'You plan': PLAN, 'You implement': GOOD };

/** The bot on a server that chats by script and embeds as `embed` says, with the films and an API of 400 operations. */
async function openBot(context: TestContext, embed: (response: ServerResponse, texts: readonly string[]) => void) {
	const server = await startServer(context, (response, _index, { url, body }) => {
		if (url.endsWith('/embeddings')) return embed(response, body.input as string[]);
		const [system] = body.messages as { content: string }[];
		const reply = Object.entries(REPLIES).find(([beginning]) => system?.content.startsWith(beginning))?.[1];
		sendJson(response, 200, completionBody(`\`\`\`ts\n${reply}\n\`\`\``));
	});
	const bot = await openFixture({ environment: { OPENAI_BASE_URL: server.baseUrl, EMBEDDING_MODEL: 'embed-1' } });
	context.after(() => bot.close());
	const paths = Object.fromEntries(
		Array.from({ length: OPERATIONS }, (_, at) => [
			`/parcels/${at}`,
			{ get: { operationId: `list_parcels_${at}`, summary: at === REFUNDING ? 'Money given back.' : 'Parcels.', responses: {} } },
		]),
	);
	const record = { workspaceId: WORKSPACE, name: 'parcels', source: 'parcels.json', addedAt: '2026-01-01', addedBy: 'test' };
	await bot.services.catalogue.add(record, documentOf(paths));
	const plans = () =>
		server.requests.flatMap(({ body }) => {
			const content = (body.messages as { content: string }[] | undefined)?.[0]?.content ?? '';
			return content.startsWith('You plan') ? [content] : [];
		});
	return { bot, plans };
}

describe('a question in another language than the tools', () => {
	test('is offered what it means, once the tools are known', async (context) => {
		let known = 0;
		const { bot, plans } = await openBot(context, (response, texts) => {
			known += texts.filter((text) => text.startsWith('parcels')).length;
			const embeddings = texts.map((text) => (/Money given back|Erstattung/.test(text) ? [1, 0] : [0, 1]));
			sendJson(response, 200, { data: embeddings.map((embedding, index) => ({ index, embedding })) });
		});
		assert.equal((await bot.ask(QUESTION, {})).end.type, 'result');
		for (let round = 0; known < OPERATIONS / 2 && round < 2000; round += 1) await new Promise((resolve) => setTimeout(resolve, 5));
		assert.equal((await bot.ask(`${QUESTION} Alle bitte.`, {})).end.type, 'result');
		assert.match(plans().at(-1) ?? '', new RegExp(`\\.listParcels${REFUNDING}\\(`));
	});

	test('is answered although the embedding server hangs', async (context) => {
		const { bot, plans } = await openBot(context, () => {});
		assert.equal((await bot.ask(QUESTION, {})).end.type, 'result');
		assert.match(plans()[0] ?? '', /movies\.searchPerson[\s\S]*parcels\.listParcels0/);
	});
});
