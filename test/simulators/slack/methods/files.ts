import { announceMessage, messageFields } from '../delivery/announce.ts';
import { type Fields, list, nested, structure, text } from '../fields.ts';
import { Refusal } from '../refusal.ts';
import type { UploadedFile } from '../state/uploads.ts';
import { type Call, forward, type Method, writableChannel } from './call.ts';

/** The first step of files.uploadV2 (https://docs.slack.dev/messaging/working-with-files#upload). */
export const offerUpload: Method = async (call) => {
	if (text(call.fields, 'filename') === '' || !(Number(text(call.fields, 'length')) > 0)) throw new Refusal('invalid_arguments');
	const offered = await forward(call);
	call.world.uploads.teams.set(text(offered, 'file_id'), call.workspace.id);
	return offered;
};

/** The last step: the emulator puts the file into the channel as a message of its own. */
export const completeUpload: Method = async (call) => {
	const { world, workspace, fields } = call;
	// Unlike the id of a message's channel, this one is no person's (github.com/slackapi/bolt-js, issue 2115).
	if (!/^([CGDZ]|$)/.test(text(fields, 'channel_id'))) throw new Refusal('invalid_arguments');
	const channel = text(fields, 'channel_id') ? (await writableChannel(call, 'channel_id')).id : undefined;
	const thread = text(fields, 'thread_ts') || undefined;
	const done = await forward(call, { ...fields, files: structure(fields, 'files') });
	const infos = list(done, 'files');
	const files = infos.map((info): UploadedFile => {
		const id = text(info, 'id');
		const place = { ...(channel === undefined ? {} : { channel }), ...(thread === undefined ? {} : { thread_ts: thread }) };
		const content = world.uploads.contents.get(id) ?? '';
		return {
			id,
			team: workspace.id,
			name: text(info, 'name'),
			title: text(info, 'title'),
			content,
			user: workspace.bot.userId,
			info,
			...place,
		};
	});
	world.uploads.files.push(...files);
	if (channel !== undefined) showShared(call, channel, thread, infos);
	return { files: infos };
};

function showShared(call: Call, channel: string, thread: string | undefined, files: readonly Fields[]): void {
	const { world, workspace } = call;
	const shares = nested(files[0], 'shares');
	const [share] = [...list(nested(shares, 'public'), channel), ...list(nested(shares, 'private'), channel)];
	const message = world.transcript.add({
		team: workspace.id,
		channel,
		ts: text(share, 'ts'),
		user: workspace.bot.userId,
		bot_id: workspace.bot.botId,
		text: text(call.fields, 'initial_comment'),
		blocks: [],
		files,
		...(thread === undefined ? {} : { thread_ts: thread }),
	});
	announceMessage(world, workspace, channel, { subtype: 'file_share', ...messageFields(message, world) });
}

/** Also of a file that a person gave the app in a form: it is in no channel, and the emulator would hide it. */
export const fileInfo: Method = (call) => {
	const file = call.world.uploads.files.find((item) => item.id === text(call.fields, 'file') && item.team === call.workspace.id);
	if (!file) throw new Refusal('file_not_found');
	return { file: file.info, comments: [], response_metadata: { next_cursor: '' } };
};
