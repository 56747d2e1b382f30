import { checkMessageBlocks, withIds } from '../block-kit/check-message.ts';
import { announceMessage, messageFields } from '../delivery/announce.ts';
import { type Fields, isFields, list, structure, text } from '../fields.ts';
import { Refusal } from '../refusal.ts';
import type { Message } from '../state/transcript.ts';
import { type Call, channelOf, type Method, writableChannel } from './call.ts';
import { post } from './chat.ts';

/** https://docs.slack.dev/reference/methods/chat.appendStream: of one piece. */
const LONGEST_PIECE = 12_000;
/** https://docs.slack.dev/messaging/sending-and-scheduling-messages#text-streaming */
const LONGEST_DETAILS = 256;
const LIFE_MS = 5 * 60 * 1000;

/** https://docs.slack.dev/reference/methods/chat.startStream */
export const startStream: Method = async (call) => {
	const channel = await writableChannel(call);
	if (text(call.fields, 'thread_ts') === '') throw new Refusal('invalid_arguments');
	// Whoever reads along must be named, also in direct messages.
	if (text(call.fields, 'recipient_team_id') === '') throw new Refusal('missing_recipient_team_id');
	if (text(call.fields, 'recipient_user_id') === '') throw new Refusal('missing_recipient_user_id');
	const piece = pieceOf(call, false);
	const message = await post(call, channel.id, { text: piece, blocks: [] }, { streaming: true });
	return { channel: channel.id, ts: message.ts };
};

export const appendStream: Method = (call) => {
	const message = streamOf(call);
	call.world.transcript.change(message, { text: message.text + pieceOf(call, true) });
	return { channel: message.channel, ts: message.ts };
};

/** https://docs.slack.dev/reference/methods/chat.stopStream: what was streamed becomes blocks, and those given come below it. */
export const stopStream: Method = (call) => {
	const { world, workspace, fields } = call;
	const streamed = streamOf(call);
	const content = streamed.text + pieceOf(call, false);
	const given = structure(fields, 'blocks');
	if (Array.isArray(given)) checkMessageBlocks(given);
	const below = Array.isArray(given) ? given.filter(isFields) : [];
	const blocks = withIds([...(content === '' ? [] : [{ type: 'markdown', text: content }]), ...below]);
	const message = world.transcript.change(streamed, { text: content, blocks, streaming: false });
	const status = text(fields, 'session_status');
	const { session } = world.threads.get(streamed.channel, streamed.thread_ts ?? '');
	if (status && session) world.threads.change(streamed.channel, session.thread_ts, { session: { ...session, status } });
	const shown = message ? messageFields(message, world) : {};
	announceMessage(world, workspace, streamed.channel, { subtype: 'message_changed', hidden: true, message: shown });
	return { channel: streamed.channel, ts: streamed.ts, message: shown };
};

function streamOf(call: Call): Message {
	const message = call.world.transcript.find({ channel: channelOf(call).id, ts: text(call.fields, 'ts') });
	if (!message) throw new Refusal('message_not_found');
	if (message.user !== call.workspace.bot.userId) throw new Refusal('message_not_owned_by_app');
	const age = Date.now() - Number(message.ts) * 1000;
	if (!message.streaming || age > LIFE_MS) throw new Refusal('message_not_in_streaming_state');
	return message;
}

function pieceOf(call: Call, required: boolean): string {
	const { fields } = call;
	const chunks = structure(fields, 'chunks');
	if (chunks !== undefined && fields.markdown_text !== undefined) throw new Refusal('invalid_arguments');
	if (chunks === undefined && fields.markdown_text === undefined && required) throw new Refusal('no_text');
	const pieces = chunks === undefined ? [text(fields, 'markdown_text')] : list({ chunks }, 'chunks').map(textOfChunk);
	if (pieces.some((piece) => piece.length > LONGEST_PIECE)) throw new Refusal('msg_too_long');
	return pieces.join('');
}

function textOfChunk(chunk: Fields): string {
	const { type } = chunk;
	if (type === 'markdown_text') return text(chunk, 'text');
	if (type === 'task_update') {
		if (text(chunk, 'id') === '' || text(chunk, 'details').length > LONGEST_DETAILS) throw new Refusal('invalid_chunks');
		return `\n${text(chunk, 'title')} ${text(chunk, 'details')} ${text(chunk, 'output')}`;
	}
	if (type === 'plan_update') return `\n${text(chunk, 'title')}`;
	throw new Refusal('invalid_chunks');
}
