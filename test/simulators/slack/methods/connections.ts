import type { Fields } from '../fields.ts';
import { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';

/** https://docs.slack.dev/reference/methods/apps.connections.open */
export function openConnection(world: World, token: string): Fields {
	if (token === '') throw new Refusal('not_authed');
	if (token.startsWith('xoxb-')) throw new Refusal('not_allowed_token_type');
	if (token !== world.app.appToken) throw new Refusal('invalid_auth');
	return { url: `${world.origin.replace('http', 'ws')}/link/?ticket=${world.sockets.ticket()}&app_id=${world.app.appId}` };
}
