import { type APIMessageTopLevelComponent, ComponentType } from 'discord.js';
import type { DiscordMessage } from './message.ts';

/**
 * Discord's limits of a message with components (discord.com/developers/docs/components/reference): one of them passed and Discord refuses the
 * message as a whole. Texts are counted in UTF-16 units, of which there are never fewer than characters.
 */
export const MESSAGE_COMPONENTS = 40;
/**
 * Of all texts together. Discord's own pages do not say it; those of discord.js do (discordjs.guide, "Display components"). They count text
 * displays, we count the labels of buttons too.
 */
export const MESSAGE_TEXT = 4000;
export const ROW_BUTTONS = 5;
export const LABEL = 80;
/** Of one message (discord.com/developers/docs/resources/message#create-message). */
export const MESSAGE_FILES = 10;
/** Of each file, wherever it is posted (discord.com/developers/docs/reference#uploading-files). */
export const FILE_BYTES = 10 * 1024 * 1024;

export interface Measure {
	/** Characters of all texts. */
	readonly text: number;
	/** Nested ones too. */
	readonly components: number;
}

type Node = APIMessageTopLevelComponent | NestedComponent;
type NestedComponent = Extract<APIMessageTopLevelComponent, { components: unknown }>['components'][number];

/** How much of the limits a message takes. */
export function measure({ components }: Pick<DiscordMessage, 'components'>): Measure {
	return components.map(measureNode).reduce(sum, { text: 0, components: 0 });
}

function measureNode(node: Node): Measure {
	const nested: readonly Node[] = 'components' in node ? node.components : [];
	const accessory = node.type === ComponentType.Section ? [node.accessory] : [];
	const own = { text: textOf(node), components: 1 };
	return [...nested.map(measureNode), ...accessory.map((one) => ({ text: textOf(one), components: 1 }))].reduce(sum, own);
}

function textOf(node: object): number {
	const { content, label } = node as { readonly content?: string; readonly label?: string };
	return (content ?? label ?? '').length;
}

function sum(one: Measure, other: Measure): Measure {
	return { text: one.text + other.text, components: one.components + other.components };
}
