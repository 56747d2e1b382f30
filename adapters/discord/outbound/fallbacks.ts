import { type APIMessageTopLevelComponent, ComponentType } from 'discord.js';
import type { DiscordMessage } from '../render/message.ts';

const SAID = 1500;

/** The same message where the bot may not attach files: the person learns what is missing, and why. */
export function withoutFiles({ components, files = [], attached = [] }: DiscordMessage): DiscordMessage {
	const names = [...files, ...attached].map(({ filename }) => `\`${filename}\``).join(', ');
	const note = `-# ${names} could not be attached: the bot lacks the permission Attach Files here.`;
	return { components: [...components.flatMap(withoutFile), { type: ComponentType.TextDisplay, content: note }] };
}

/** The same message as one that Discord draws in any case. */
export function withoutLayout({ components }: DiscordMessage): DiscordMessage {
	const said = textsIn(components).join('\n').slice(0, SAID).toWellFormed();
	const note = '-# Discord could not draw the rest of this message. Ask for less at once, or in other words.';
	return { components: [{ type: ComponentType.TextDisplay, content: said.trim() === '' ? note : `${said}\n${note}` }] };
}

function withoutFile(component: APIMessageTopLevelComponent): APIMessageTopLevelComponent[] {
	if (component.type === ComponentType.File) return [];
	if (component.type !== ComponentType.Container) return [component];
	const left = component.components.filter(({ type }) => type !== ComponentType.File);
	return left.length > 0 ? [{ ...component, components: left }] : [];
}

function textsIn(components: readonly APIMessageTopLevelComponent[]): string[] {
	return components.flatMap((component) => {
		if (component.type === ComponentType.TextDisplay) return [component.content];
		if (component.type === ComponentType.Container) return textsIn(component.components);
		return component.type === ComponentType.Section ? component.components.map(({ content }) => content) : [];
	});
}
