import { createEmulator } from 'emulate';
import { type Fields, isFields, list, text } from '../fields.ts';
import type { SlackApp } from './app.ts';

/** Every instance of the emulator calls its only team so; answers carry the real id instead. */
const EMULATED_TEAM = /T000000001/g;

export interface Emulator {
	/** Calls a Web API method as the owner of the token. The answer is Slack's, `ok: false` included. */
	call(method: string, token: string, fields: Fields): Promise<Fields>;
	/** Anything else, such as an upload or the OAuth page. */
	request(path: string, init: RequestInit): Promise<Response>;
	/** Ids and tokens of people that nobody has given a name yet: people can be made at the start only. */
	readonly strangers: { readonly id: string; readonly token: string }[];
	close(): Promise<void>;
}

/** What the emulator brings along: an admin, and channels whose ids are the same in every instance. */
const KEEPER = 'admin';
const CHANNELS = ['C000000001', 'C000000002'];

/** One workspace's share of the library `emulate`, which keeps messages, conversations, files, views and OAuth codes. */
export async function startEmulator(options: {
	readonly teamId: string;
	readonly name: string;
	readonly domain: string;
	readonly people: number;
	readonly app: SlackApp;
	readonly bot: { readonly userId: string; readonly botId: string; readonly token: string };
	/** Where the files are fetched from: the simulator itself. */
	readonly publicUrl: string;
}): Promise<Emulator> {
	const { app, bot, teamId } = options;
	const names = Array.from({ length: options.people }, (_, index) => `stranger-${index + 1}`);
	const tokenOf = (name: string) => `xoxp-${teamId}-${name}`;
	const running = await createEmulator({
		service: 'slack',
		port: 0,
		seed: {
			slack: {
				team: { name: options.name, domain: options.domain },
				users: names.map((name) => ({ name })),
				oauth_apps: [
					{
						client_id: app.clientId,
						client_secret: app.clientSecret,
						name: app.name,
						app_id: app.appId,
						redirect_uris: [],
						bot_id: bot.botId,
						bot_user_id: bot.userId,
						bot_name: app.botName,
					},
				],
				tokens: [
					{ token: bot.token, user_id: bot.userId, type: 'bot', app_id: app.appId, bot_id: bot.botId, bot_user_id: bot.userId },
					...[KEEPER, ...names].map((name) => ({ token: tokenOf(name), user: name, type: 'user' })),
				],
			},
		},
	});
	const address = `http://127.0.0.1:${new URL(running.url).port}`;
	const request = (path: string, init: RequestInit) => fetch(new URL(path, address), init);
	const call = async (method: string, token: string, fields: Fields): Promise<Fields> => {
		const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
		const response = await request(`/api/${method}`, { method: 'POST', headers, body: JSON.stringify(fields) });
		const answer: unknown = JSON.parse((await response.text()).replace(EMULATED_TEAM, teamId).replaceAll(running.url, options.publicUrl));
		return isFields(answer) ? answer : {};
	};
	// Their names, `general` and `random`, are to be had again.
	for (const channel of CHANNELS)
		await call('conversations.rename', tokenOf(KEEPER), { channel, name: `emulated-${channel.toLowerCase()}` });
	const known = list(await call('users.list', bot.token, { limit: 1000 }), 'members');
	const strangers = known
		.filter((member) => names.includes(text(member, 'name')))
		.map((member) => ({ id: text(member, 'id'), token: tokenOf(text(member, 'name')) }));
	return { call, request, strangers, close: () => running.close() };
}
