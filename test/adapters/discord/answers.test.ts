import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PermissionFlagsBits } from 'discord-api-types/v10';
import { PERMISSIONS } from '../../../adapters/discord/access/permissions.ts';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import type { Message } from '../../simulators/discord/discord.ts';
import type { Answer } from '../../simulators/model-server.ts';
import { openDiscordWorld } from './bot-process.ts';
import { answered, asRead, assertMannerly, commanded, postsIn, press, seen } from './people-see.ts';

const ROWS = 120;

/** A model whose program gives what it was told to, under this sentence. */
function saying(sentence: string, value: unknown, comment = 'Says it.'): Answer {
	const type = Array.isArray(value) ? '{ readonly name: string; readonly year: number }[]' : 'string';
	const head = `/** ${comment} */\nasync function said(): Promise<${type}>`;
	const call = `const told = await said();\nreturn answer(${JSON.stringify(sentence)}, told);`;
	return (stage) => {
		if (stage === 'scaffold') return `${head} {}\n${call}`;
		if (stage === 'plan') return `${head} {\n  // 1. ${comment}\n}`;
		return `${head} { return ${JSON.stringify(value)}; }\n${call}`;
	};
}

describe('what a model answers', { concurrency: true }, () => {
	test('is shown as a table, and whole as CSV when it is long', async (context) => {
		const rows = Array.from({ length: ROWS }, (_, index) => ({ name: `Film "${index}", the sequel`, year: 1900 + index }));
		const environment = await modelEnvironment(context, saying('These are the films.', rows));
		const { discord, start } = await openDiscordWorld(context, {}, { messagesPer5s: 1000 });
		await start(environment);
		const { id } = await discord.person('dana').say('films', 'Which films are there?', { mention: 'user' });
		const result = asRead(await seen(discord, id, /^These are the films\./));
		assert.match(result, /```\nname +year\n[─ ]+\nFilm "0", the sequel +1900\n/);
		assert.match(result, /120 rows|100 more|more rows?/);
		const [csv, ...others] = discord.files().filter(({ channel_id, name }) => channel_id === id && name.endsWith('.csv'));
		assert.deepEqual(others, []);
		const lines =
			csv?.content
				.replace(/^\ufeff/, '')
				.trim()
				.split(/\r?\n/) ?? [];
		assert.equal(lines.length, ROWS + 1);
		assert.equal(lines[0], 'name,year');
		assert.equal(lines.at(-1), '"Film ""119"", the sequel",2019');
		assertMannerly(discord);
	});

	test('is shown to its end, however long it is', async (context) => {
		const sentence = `It began. ${'And then there was more of it. '.repeat(200)}It ended.`;
		const environment = await modelEnvironment(context, saying(sentence, 'a line\n'.repeat(3000)));
		const { discord, start } = await openDiscordWorld(context, {}, { messagesPer5s: 1000 });
		await start(environment);
		const dana = discord.person('dana');
		const { id } = await dana.say('films', 'Tell me all.', { mention: 'user' });
		await seen(discord, id, /^It began\. /);
		const files = () => discord.files().filter(({ channel_id }) => channel_id === id);
		assert.ok(
			files().some(({ content }) => content.trim().endsWith('It ended.')),
			'the sentence as a file',
		);
		assert.ok(
			files().some(({ content }) => content.split('\n').filter((line) => line.includes('a line')).length === 3000),
			'the value as a file',
		);
		await press(discord, dana, id, 'Show program');
		await seen(discord, id, /Program/);
		assertMannerly(discord);
	});

	test('notifies nobody, whatever it says, nor does anything else that the bot writes', async (context) => {
		// Where somebody has allowed the bot to mention everyone.
		const guilds = [{ name: 'Films', botPermissions: PERMISSIONS | PermissionFlagsBits.MentionEveryone }];
		const { discord, start } = await openDiscordWorld(context, {}, { guilds, messagesPer5s: 1000 });
		const [dana, sam, ada] = [discord.person('dana'), discord.person('sam'), discord.person('ada', { admin: true })];
		const everybody = `@everyone @here <@${sam.id}> <@!${sam.id}> <@&${discord.botRole()}> <@&${discord.guild()}>`;
		const environment = await modelEnvironment(
			context,
			saying(`Hello ${everybody}`, [{ name: `${everybody} \`\`\`${everybody}`, year: 1 }], `Greets ${everybody}.`),
		);
		await start(environment);
		const { id } = await dana.say('films', `Greet ${everybody}`, { mention: 'user' });
		await seen(discord, id, /^Hello/);
		await press(discord, dana, id, 'Show program');
		await seen(discord, id, /Program/);
		const question = await answered(discord, await dana.command('ask', { question: `Greet ${everybody}` }, 'films'), /asks:/);
		await seen(discord, question.id, /^Hello/);
		const voice = discord.channel('lounge', { type: 'voice' });
		await dana.say(voice, `Greet ${everybody}`, { mention: 'user' });
		await seen(discord, voice, /^Hello/);
		await dana.say('films', '', { mention: 'user' });
		await seen(discord, 'films', /Mention me with a question/);
		await dana.say('dm', `Greet ${everybody}`);
		await seen(discord, discord.directChannel(dana), /^Hello/);
		await commanded(discord, ada, 'toolset show', { name: everybody }, /There is no toolset named/);
		await commanded(discord, ada, 'functions search', { text: everybody }, /./);
		await commanded(discord, dana, 'runs', {}, /Greet/);

		const places = [id, question.id, voice, 'films', discord.directChannel(dana)];
		const told = [dana, ada].map((person) => discord.ephemerals(person));
		const written: readonly (readonly Message[])[] = [...places.map((place) => postsIn(discord, place)), ...told];
		for (const messages of written) assert.ok(messages.length > 0);
		for (const message of written.flat()) {
			assert.deepEqual(discord.pings(message), { users: [], roles: [], everyone: false }, asRead(message));
		}
		assertMannerly(discord);
	});
});
