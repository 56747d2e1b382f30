import { type Fields, nested, text } from '../fields.ts';
import { Refusal } from '../refusal.ts';
import type { ApiRequest } from '../web-api.ts';
import { type World, workspaceOf } from '../world.ts';

/**
 * The page where an admin allows the app to come in; here somebody always does. `team` chooses the workspace, as on Slack's own page.
 * Resolves with where the browser goes next, which carries the code.
 */
export async function authorize(world: World, query: URLSearchParams): Promise<string> {
	const workspace = workspaceOf(world, query.get('team') || undefined);
	if (query.get('client_id') !== world.app.clientId) throw new Refusal('invalid_client_id');
	if (!URL.canParse(query.get('redirect_uri') ?? '')) throw new Refusal('bad_redirect_uri');
	const installer = workspace.people.find(query.get('user') ?? '') ?? workspace.people.all().find((member) => member.isAdmin);
	const form = new URLSearchParams({ user_id: (installer ?? workspace.people.named('installer', { admin: true })).id });
	for (const name of ['client_id', 'redirect_uri', 'scope', 'user_scope', 'state']) form.set(name, query.get(name) ?? '');
	const response = await workspace.emulator.request('/oauth/v2/authorize/callback', {
		method: 'POST',
		body: form.toString(),
		headers: { 'content-type': 'application/x-www-form-urlencoded' },
		redirect: 'manual',
	});
	await response.body?.cancel();
	const location = response.headers.get('location') ?? '';
	world.codes.set(new URL(location).searchParams.get('code') ?? '', workspace.id);
	return location;
}

/** https://docs.slack.dev/reference/methods/oauth.v2.access: a token of the workspace that the code was given out in. */
export async function accessByOAuth(world: World, request: ApiRequest): Promise<Fields> {
	const { fields } = request;
	const team = world.codes.get(text(fields, 'code'));
	if (team === undefined) throw new Refusal('invalid_code');
	const workspace = workspaceOf(world, team);
	const response = await workspace.emulator.request('/api/oauth.v2.access', {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...(request.authorization ? { authorization: request.authorization } : {}) },
		body: JSON.stringify(fields),
	});
	const answer: Fields = JSON.parse(await response.text());
	if (answer.ok !== true) throw new Refusal(text(answer, 'error'));
	const scopes = text(answer, 'scope').split(',').filter(Boolean);
	world.tokens.set(text(answer, 'access_token'), { team, scopes });
	workspace.installed = true;
	const installer = workspace.people.find(text(nested(answer, 'authed_user'), 'id'));
	return { ...answer, team: { id: workspace.id, name: workspace.name }, authed_user: { id: installer?.id } };
}
