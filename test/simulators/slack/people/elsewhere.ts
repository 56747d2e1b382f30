import { announce } from '../delivery/announce.ts';
import { nested, text } from '../fields.ts';
import { timestamp } from '../state/ids.ts';
import type { MessageRef } from '../state/transcript.ts';
import type { UploadedFile } from '../state/uploads.ts';
import type { Actor } from './interaction.ts';

/** Opens one of the app's tabs (https://docs.slack.dev/reference/events/app_home_opened). */
export async function openTab(actor: Actor, tab: 'home' | 'messages'): Promise<void> {
	const { world, workspace, member } = actor;
	const channel = await workspace.channels.direct(member);
	const view = tab === 'home' ? world.views.home(member.id)?.payload : undefined;
	announce(world, workspace, { type: 'app_home_opened', user: member.id, channel: channel.id, tab, ...(view ? { view } : {}) });
}

/** https://docs.slack.dev/reference/events/agent_session_stopped: the app alone changes the status; Slack only ends the streams. */
export async function stop(actor: Actor, ref: MessageRef): Promise<void> {
	const { world, workspace, member } = actor;
	const thread_ts = world.transcript.find(ref)?.thread_ts ?? ref.ts;
	const { session } = world.threads.get(ref.channel, thread_ts);
	const offered = session?.status === 'processing' && (world.app.events?.includes('agent_session_stopped') ?? true);
	if (!offered) throw new Error(`${member.name} sees no stop button: the session of this thread is ${session?.status ?? 'not there'}.`);
	const streams = world.transcript.inThread(ref.channel, thread_ts).filter((message) => message.streaming);
	for (const message of streams) world.transcript.change(message, { streaming: false });
	const streaming_message_ts = streams.map((message) => message.ts);
	announce(world, workspace, {
		type: 'agent_session_stopped',
		channel: ref.channel,
		user: member.id,
		thread_ts,
		streaming_message_ts,
		event_ts: timestamp(),
	});
}

/** Puts a file into Slack that is in no channel yet, as a form's file input does. */
export async function upload(actor: Actor, name: string, content: string): Promise<UploadedFile> {
	const { world, workspace, member } = actor;
	const length = Buffer.byteLength(content);
	const offered = await workspace.emulator.call('files.getUploadURLExternal', member.token, { filename: name, length });
	const id = text(offered, 'file_id');
	await workspace.emulator.request(`/upload/v1/${id}`, { method: 'POST', body: content });
	const done = await workspace.emulator.call('files.completeUploadExternal', member.token, { files: [{ id, title: name }] });
	const [info] = Array.isArray(done.files) ? done.files : [];
	const file = { id, team: workspace.id, name, title: name, content, user: member.id, info: nested({ info }, 'info') ?? {} };
	world.uploads.files.push(file);
	return file;
}

/** Goes from the app's own page to Slack's, allows it, and comes back, with the cookies of the one browser. */
export async function install(actor: Actor, url: string): Promise<Response> {
	const { world, workspace, member } = actor;
	const page = await fetch(url, { redirect: 'manual' });
	const cookie = page.headers
		.getSetCookie()
		.map((item) => item.split(';')[0])
		.join('; ');
	const html = await page.text();
	const link = page.headers.get('location') ?? html.match(/href="([^"]*\/oauth\/v2\/authorize[^"]*)"/)?.[1]?.replaceAll('&amp;', '&');
	if (!link) throw new Error(`${url} does not lead to Slack: status ${page.status}.`);
	const consent = new URL(link);
	const allowed = new URL(`/oauth/v2/authorize${consent.search}`, world.origin);
	allowed.searchParams.set('team', workspace.id);
	allowed.searchParams.set('user', member.id);
	// Without one Slack takes the address in the app's settings, which is Bolt's own here.
	if (!consent.searchParams.get('redirect_uri')) allowed.searchParams.set('redirect_uri', new URL('/slack/oauth_redirect', url).href);
	const answered = await fetch(allowed, { redirect: 'manual' });
	const back = answered.headers.get('location');
	if (!back) throw new Error(`Slack refuses to install the app: ${await answered.text()}.`);
	return fetch(back, { redirect: 'manual', headers: { cookie } });
}
