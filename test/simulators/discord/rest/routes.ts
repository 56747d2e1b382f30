import { changeApplication, getApplication, getGateway, getGatewayBot, getOwnUser } from './application.ts';
import type { Handler } from './call.ts';
import { changeChannel, deleteChannel, getChannel, listChannels, openDirectMessages } from './channels.ts';
import { listCommands, replaceCommands } from './commands.ts';
import { getGuild, getMember, getUser, listRoles } from './guilds.ts';
import { acknowledge } from './interactions.ts';
import { editMessage, getMessage, listMessages, postMessage, removeMessage, type } from './messages.ts';
import { joinThread, listActiveThreads, startThread, startThreadFromMessage } from './threads.ts';
import { deleteResponse, editResponse, followUp, getResponse } from './webhooks.ts';

export interface Route {
	/** Such as `POST /channels/:id/messages`. */
	readonly name: string;
	readonly handler: Handler;
	/** Its token is in the path: it takes no other. */
	readonly ownToken: boolean;
}

/** The first that fits is meant. */
export function createRoutes(shards: number): readonly Route[] {
	const table: Readonly<Record<string, Handler>> = {
		'GET /gateway': getGateway,
		'GET /gateway/bot': getGatewayBot(shards),
		'GET /users/@me': getOwnUser,
		'POST /users/@me/channels': openDirectMessages,
		'GET /users/:user': getUser,
		'GET /applications/@me': getApplication,
		'PATCH /applications/@me': changeApplication,
		'GET /applications/:app/commands': listCommands,
		'PUT /applications/:app/commands': replaceCommands,
		'GET /applications/:app/guilds/:guild/commands': listCommands,
		'PUT /applications/:app/guilds/:guild/commands': replaceCommands,
		'GET /channels/:id': getChannel,
		'PATCH /channels/:id': changeChannel,
		'DELETE /channels/:id': deleteChannel,
		'POST /channels/:id/typing': type,
		'GET /channels/:id/messages': listMessages,
		'POST /channels/:id/messages': postMessage,
		'GET /channels/:id/messages/:mid': getMessage,
		'PATCH /channels/:id/messages/:mid': editMessage,
		'DELETE /channels/:id/messages/:mid': removeMessage,
		'POST /channels/:id/messages/:mid/threads': startThreadFromMessage,
		'POST /channels/:id/threads': startThread,
		'PUT /channels/:id/thread-members/@me': joinThread,
		'GET /guilds/:guild': getGuild,
		'GET /guilds/:guild/channels': listChannels,
		'GET /guilds/:guild/roles': listRoles,
		'GET /guilds/:guild/members/:user': getMember,
		'GET /guilds/:guild/threads/active': listActiveThreads,
		'POST /interactions/:id/:token/callback': acknowledge,
		'POST /webhooks/:app/:token': followUp,
		'GET /webhooks/:app/:token/messages/@original': getResponse,
		'PATCH /webhooks/:app/:token/messages/@original': editResponse,
		'DELETE /webhooks/:app/:token/messages/@original': deleteResponse,
		'GET /webhooks/:app/:token/messages/:mid': getResponse,
		'PATCH /webhooks/:app/:token/messages/:mid': editResponse,
		'DELETE /webhooks/:app/:token/messages/:mid': deleteResponse,
	};
	return Object.entries(table).map(([name, handler]) => ({ name, handler, ownToken: /\/:token/.test(name) || name === 'GET /gateway' }));
}

/** What stands in a path where a route has names; undefined when it is another route. */
export function match(route: Route, method: string, pathname: string): Record<string, string> | undefined {
	const [wantedMethod, pattern = ''] = route.name.split(' ');
	const [wanted, given] = [pattern.split('/'), pathname.split('/').map((part) => decodeURIComponent(part))];
	if (method !== wantedMethod || wanted.length !== given.length) return undefined;
	const params: Record<string, string> = {};
	for (const [index, part] of wanted.entries()) {
		const value = given[index] ?? '';
		if (part.startsWith(':')) params[part.slice(1)] = value;
		else if (part !== value) return undefined;
	}
	return params;
}
