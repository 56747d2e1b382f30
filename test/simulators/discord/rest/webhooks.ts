import { USER_MENTIONS } from '../checks/mentions.ts';
import { checkBody, EDIT_FLAGS, RESPONSE_FLAGS } from '../checks/message-body.ts';
import { readablePayload } from '../payloads/message-payload.ts';
import { refusal } from '../refusal.ts';
import { type Interaction, TOKEN_LIFETIME_MS } from '../state/interactions.ts';
import type { Message } from '../state/transcript.ts';
import type { Call, Handler } from './call.ts';
import { changeResponse, createResponse, isLoading } from './respond.ts';
import { deleteMessage } from './write-message.ts';

/**
 * Where the app is only installed by the user: discord.com/developers/docs/interactions/receiving-and-responding#create-followup-message
 */
const MOST_FOLLOWUPS = 5;

/** The webhook of an interaction is there from its acknowledgement until its token is too old. */
function interactionOf({ world, params }: Call): Interaction {
	if (params.app !== world.application.id) throw refusal(10015);
	const interaction = world.interactions.byToken(params.token ?? '');
	if (!interaction || world.interactions.age(interaction) > TOKEN_LIFETIME_MS) throw refusal(50027);
	if (interaction.callback === undefined) {
		world.interactions.blame(interaction, 'answered before it was acknowledged');
		throw refusal(10015);
	}
	return interaction;
}

function responseOf(call: Call): Message {
	const interaction = interactionOf(call);
	const { mid } = call.params;
	const ref =
		mid === undefined || mid === '@original'
			? interaction.original
			: [...interaction.followups, interaction.original].find((item) => item?.id === mid);
	const message = ref && call.world.transcript.present(ref);
	if (!message) throw refusal(10008);
	return message;
}

export const getResponse: Handler = (call) => ({ status: 200, body: readablePayload(call.world, responseOf(call)) });

export const editResponse: Handler = (call) => {
	const message = responseOf(call);
	return { status: 200, body: readablePayload(call.world, edit(call, message)) };
};

function edit(call: Call, message: Message): Message {
	const { world, fields, files } = call;
	const before = { message, files: world.transcript.filesOf(message) };
	return changeResponse(world, message, checkBody({ fields, files, flags: EDIT_FLAGS, mentions: USER_MENTIONS, before }));
}

export const deleteResponse: Handler = (call) => {
	deleteMessage(call.world, responseOf(call));
	return {};
};

/** The first one after a deferral fills the deferred message, as the same page says. */
export const followUp: Handler = (call) => {
	const { world, fields, files } = call;
	const interaction = interactionOf(call);
	const original = interaction.original && world.transcript.present(interaction.original);
	if (original && isLoading(original)) return { status: 200, body: readablePayload(world, edit(call, original)) };
	if (interaction.owners[0] === undefined && interaction.followups.length >= MOST_FOLLOWUPS) throw refusal(40094);
	const draft = checkBody({ fields, files, flags: RESPONSE_FLAGS, mentions: USER_MENTIONS });
	const message = createResponse(world, interaction, draft, original);
	interaction.followups.push({ channel_id: message.channel_id, id: message.id });
	return { status: 200, body: readablePayload(world, message) };
};
