import { InteractionResponseType, InteractionType, MessageFlags } from 'discord-api-types/v10';
import { USER_MENTIONS } from '../checks/mentions.ts';
import { checkBody, EDIT_FLAGS, RESPONSE_FLAGS } from '../checks/message-body.ts';
import { checkModal } from '../checks/modal.ts';
import { checkList, checkText, createProblems } from '../checks/problems.ts';
import { type Fields, integer, list, nested, text } from '../fields.ts';
import { readablePayload } from '../payloads/message-payload.ts';
import { refusal } from '../refusal.ts';
import { type Interaction, TOKEN_LIFETIME_MS } from '../state/interactions.ts';
import type { Message } from '../state/transcript.ts';
import type { World } from '../world.ts';
import type { Answer, Call, Handler } from './call.ts';
import { changeResponse, createResponse, isLoading } from './respond.ts';

const {
	ApplicationCommandAutocompleteResult,
	ChannelMessageWithSource,
	DeferredChannelMessageWithSource,
	DeferredMessageUpdate,
	Modal,
	UpdateMessage,
} = InteractionResponseType;

/**
 * discord.com/developers/docs/interactions/receiving-and-responding#create-interaction-response: the first response, within 3 s, and only
 * one.
 */
export const acknowledge: Handler = (call) => {
	const { world, params, query } = call;
	const interaction = world.interactions.get(params.id ?? '');
	if (!interaction || interaction.token !== params.token) throw refusal(10062);
	const age = world.interactions.age(interaction);
	if (interaction.callback !== undefined) {
		world.interactions.blame(interaction, 'acknowledged twice');
		throw refusal(age > TOKEN_LIFETIME_MS ? 10062 : 40060);
	}
	if (age > world.interactions.firstResponseMs) throw refusal(10062);
	const callback = integer(call.fields, 'type') ?? 0;
	if (!allowedFor(interaction).some((type) => type === callback)) refuseType(world, interaction, callback);
	const message = RESPONSES[callback]?.(call, interaction, nested(call.fields, 'data') ?? {});
	if (message) interaction.original = { channel_id: message.channel_id, id: message.id };
	world.interactions.acknowledge(interaction, callback);
	return query.get('with_response') === 'true' ? withResponse(world, interaction, message) : {};
};

function allowedFor(interaction: Interaction): readonly InteractionResponseType[] {
	if (interaction.type === InteractionType.ApplicationCommandAutocomplete) return [ApplicationCommandAutocompleteResult];
	return [
		ChannelMessageWithSource,
		DeferredChannelMessageWithSource,
		...(interaction.source ? [DeferredMessageUpdate, UpdateMessage] : []),
		...(interaction.type === InteractionType.ModalSubmit ? [] : [Modal]),
	];
}

function refuseType(world: World, interaction: Interaction, callback: number): never {
	world.interactions.blame(interaction, `answered with the wrong type ${callback}`);
	const problems = createProblems();
	problems.add('type', 'BASE_TYPE_CHOICES', `Value must be one of {${allowedFor(interaction).join(', ')}}.`);
	problems.refuse();
	throw new Error('unreachable');
}

/** Each yields the message that `@original` stands for afterwards. */
const RESPONSES: Readonly<Record<number, (call: Call, interaction: Interaction, data: Fields) => Message | undefined>> = {
	[ChannelMessageWithSource]({ world, files }, interaction, data) {
		const draft = checkBody({ fields: data, files, flags: RESPONSE_FLAGS, mentions: USER_MENTIONS, at: 'data.' });
		return createResponse(world, interaction, draft, interaction.source);
	},
	[DeferredChannelMessageWithSource]({ world }, interaction, data) {
		const given = integer(data, 'flags') ?? 0;
		const problems = createProblems();
		// The only flag that a deferral can have, the same page says.
		if ((given & ~MessageFlags.Ephemeral) !== 0) problems.add('data.flags', 'BASE_TYPE_CHOICES', 'Only EPHEMERAL can be set here.');
		problems.refuse();
		const flags = given | MessageFlags.Loading;
		return createResponse(world, interaction, { content: '', flags, allowed: USER_MENTIONS, uploads: [] }, interaction.source);
	},
	[DeferredMessageUpdate]: ({ world }, interaction) => sourceOf(world, interaction),
	[UpdateMessage]({ world, files }, interaction, data) {
		const message = sourceOf(world, interaction);
		const before = { message, files: world.transcript.filesOf(message) };
		return changeResponse(
			world,
			message,
			checkBody({ fields: data, files, flags: EDIT_FLAGS, mentions: USER_MENTIONS, before, at: 'data.' }),
		);
	},
	[ApplicationCommandAutocompleteResult]({ world }, interaction, data) {
		const problems = createProblems();
		checkList(problems, 'data.choices', data.choices, { min: 0, max: 25 }, (choice, at) => {
			checkText(problems, `${at}.name`, choice.name, { max: 100 });
			if (typeof choice.value !== 'number') checkText(problems, `${at}.value`, choice.value, { max: 100 });
		});
		problems.refuse();
		interaction.choices = list(data, 'choices').map((choice) => ({ name: text(choice, 'name') ?? '', value: String(choice.value) }));
		world.interactions.shown.push(JSON.stringify(interaction.choices));
		return undefined;
	},
	[Modal]({ world }, interaction, data) {
		checkModal(data);
		const modal = { custom_id: text(data, 'custom_id') ?? '', title: text(data, 'title') ?? '', components: list(data, 'components') };
		world.interactions.modals.set(interaction.user, { modal, opener: interaction });
		world.interactions.shown.push(JSON.stringify(modal));
		return undefined;
	},
};

function sourceOf(world: World, interaction: Interaction): Message {
	const message = interaction.source && world.transcript.present(interaction.source);
	if (!message) throw refusal(10008);
	return message;
}

/** discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback-interaction-callback-response-object */
function withResponse(world: World, interaction: Interaction, message: Message | undefined): Answer {
	const { id, type, callback } = interaction;
	const about = message && {
		response_message_id: message.id,
		response_message_loading: isLoading(message),
		response_message_ephemeral: message.ephemeralFor !== undefined,
	};
	const resource =
		callback === Modal || callback === ApplicationCommandAutocompleteResult ? {} : { resource: resourceOf(world, callback, message) };
	return { status: 200, body: { interaction: { id, type, ...about }, ...resource } };
}

function resourceOf(world: World, type: InteractionResponseType | undefined, message: Message | undefined) {
	return { type, ...(message ? { message: readablePayload(world, message) } : {}) };
}
