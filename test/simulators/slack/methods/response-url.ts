import { checkMessage } from '../block-kit/check-message.ts';
import { type Fields, text, truthy } from '../fields.ts';
import { Refusal } from '../refusal.ts';
import type { HttpResponse } from '../server.ts';
import type { ResponseTarget } from '../state/response-urls.ts';
import { type World, workspaceOf } from '../world.ts';
import type { Call } from './call.ts';
import { deleteMessage, post, showEphemeral, updateMessage } from './chat.ts';

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses: refusals are plain text. */
export async function answerResponseUrl(world: World, path: string, fields: Fields): Promise<HttpResponse> {
	try {
		const target = world.responseUrls.find(path);
		await respondTo(world, target, fields);
		world.responseUrls.use(path);
		return { status: 200, body: 'ok' };
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		const status = ['used_url', 'expired_url'].includes(error.code) ? 404 : 400;
		return { status, headers: { 'content-type': 'text/plain' }, body: error.code };
	}
}

/** What an app answers to an interaction, there or with its acknowledgement. It needs no scope, and no place in the channel. */
export async function respondTo(world: World, target: ResponseTarget, fields: Fields): Promise<void> {
	const workspace = workspaceOf(world, target.team);
	const ref = { channel: target.channel, ts: target.message ?? '' };
	const original = world.transcript.find(ref);
	const as = (method: string): Call => ({ world, workspace, token: workspace.bot.token, method, fields: { ...fields, ...ref } });
	if (truthy(fields, 'delete_original')) {
		if (original?.ephemeralFor === undefined) await deleteMessage(as('chat.delete'));
		else world.transcript.remove(ref);
		return;
	}
	const content = checkMessage(fields);
	if (truthy(fields, 'replace_original') && original) {
		if (original.ephemeralFor === undefined) await updateMessage(as('chat.update'));
		else world.transcript.change(ref, content);
		return;
	}
	if (text(fields, 'response_type') === 'in_channel') await post(as('chat.postMessage'), target.channel, content);
	else showEphemeral({ world, workspace }, target.channel, target.user, content, text(fields, 'thread_ts') || undefined);
}
