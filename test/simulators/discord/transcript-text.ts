import { ComponentType } from 'discord-api-types/v10';
import { componentFields, isV2 } from './checks/mentions.ts';
import { type Fields, list, nested, text } from './fields.ts';
import type { Message } from './state/transcript.ts';
import type { World } from './world.ts';

/** As a person reads it: content, then what components show, then attached files by name. One piece a line. */
export function visibleText(message: Pick<Message, 'content' | 'components' | 'attachments'>): string {
	const shown = componentFields(message.components).flatMap(textsIn);
	const files = message.attachments.map((file) => file.filename);
	return [message.content, ...shown, ...files].filter((piece) => piece !== '').join('\n');
}

function textsIn(component: Fields): readonly string[] {
	const inner = [...list(component, 'components'), ...list(component, 'items')].flatMap(textsIn);
	const accessory = nested(component, 'accessory');
	const own = ['content', 'label', 'placeholder', 'description', 'name'].flatMap((name) => text(component, name) ?? []);
	const emoji = component.type === ComponentType.Button ? (text(nested(component, 'emoji'), 'name') ?? '') : '';
	const options = list(component, 'options').flatMap((option) => [text(option, 'label') ?? '', text(option, 'description') ?? '']);
	return [emoji, ...own, ...inner, ...options, ...(accessory ? textsIn(accessory) : [])];
}

/** All of it: every version of every message, ephemeral ones, modals, choices, files, and names of threads. */
export function transcriptText(world: World): string {
	const { transcript, interactions, attachments, channels } = world;
	const messages = transcript.everything().map((message) => JSON.stringify(spoken(message)));
	const files = attachments.all().map(({ attachment, content }) => `${attachment.filename}\n${content.toString()}`);
	return [...messages, ...interactions.shown, ...files, ...channels.threadNames].join('\n');
}

/** Without what Discord adds by itself and nobody reads. */
function spoken({ content, components, embeds, attachments }: Message): object {
	return { content, components, embeds, files: attachments.map((file) => [file.filename, file.description]) };
}

const LAST_MESSAGES = 30;
const LONGEST_LINE = 240;

/** The newest messages and refused calls in short, for whoever waited in vain. */
export function recentMessages(world: World): string {
	const { transcript, people, calls, interactions } = world;
	const lines = transcript.everything().map((message) => {
		const to = message.ephemeralFor === undefined ? '' : ` (to ${people.get(message.ephemeralFor)?.user.username} only)`;
		const gone = message.deleted ? ' (deleted)' : '';
		const version = isV2(message.flags) ? ' v2' : '';
		const place = world.channels.get(message.channel_id)?.name || message.channel_id;
		return `${place} ${message.id}${version} ${message.author.username}${to}${gone}: ${visibleText(message).replaceAll('\n', ' ⏎ ')}`.slice(
			0,
			LONGEST_LINE,
		);
	});
	const refused = calls.filter((call) => call.status === undefined || call.status >= 400 || call.status === 0);
	const problems = interactions.all.filter((item) => item.problem !== undefined).map((item) => `interaction ${item.id}: ${item.problem}`);
	return [
		`${lines.length} versions of messages, of which the last:`,
		...lines.slice(-LAST_MESSAGES),
		...refused.slice(-LAST_MESSAGES).map((call) => `${call.method} ${call.route}: ${call.status ?? 'unanswered'} ${call.code ?? ''}`),
		...problems,
		...world.failures.map((failure) => `The simulator failed: ${failure instanceof Error ? failure.stack : String(failure)}`),
	].join('\n');
}
