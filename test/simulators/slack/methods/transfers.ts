import type { HttpResponse } from '../server.ts';
import { type World, workspaceOf } from '../world.ts';

/** What is sent to an address of files.getUploadURLExternal. */
export async function receiveUpload(world: World, path: string, contentType: string, body: Buffer): Promise<HttpResponse> {
	const id = path.split('/').at(-1) ?? '';
	const team = world.uploads.teams.get(id);
	if (team === undefined) return { status: 404, body: 'file_not_found' };
	// The client of Slack sends its own kind of form; what is in it is the file.
	const form = contentType.startsWith('multipart/form-data') ? await readForm(contentType, body) : body;
	const response = await workspaceOf(world, team).emulator.request(path, { method: 'POST', body: new Uint8Array(form) });
	world.uploads.contents.set(id, form.toString());
	return { status: response.status, body: `OK - ${form.length}` };
}

async function readForm(contentType: string, body: Buffer): Promise<Buffer> {
	const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
	const [part] = form.values();
	return part instanceof Blob ? Buffer.from(await part.arrayBuffer()) : Buffer.from(part ?? '');
}

/** `url_private`: for a bot that may read files, and only with its token (https://docs.slack.dev/reference/objects/file-object). */
export async function downloadFile(world: World, url: URL, authorization: string): Promise<HttpResponse> {
	const token = authorization.replace(/^Bearer\s+/i, '');
	const known = world.tokens.get(token);
	const file = world.uploads.files.find((item) => item.id === url.pathname.split('/')[2]);
	// Slack shows a page to sign in to whoever comes without a good token.
	if (!known || known.revoked || !known.scopes.includes('files:read')) {
		return { status: 200, headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><html><title>Sign in to Slack</title></html>' };
	}
	if (!file || file.team !== known.team) return { status: 404, body: 'file_not_found' };
	return { status: 200, headers: { 'content-type': String(file.info.mimetype ?? 'application/octet-stream') }, body: file.content };
}
