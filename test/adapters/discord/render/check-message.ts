import assert from 'node:assert/strict';
import { type APIMessageTopLevelComponent, ComponentType } from 'discord.js';
import { FILE_BYTES, LABEL, MESSAGE_COMPONENTS, MESSAGE_FILES, MESSAGE_TEXT, measure } from '../../../../adapters/discord/render/limits.ts';
import type { DiscordMessage } from '../../../../adapters/discord/render/message.ts';
import { type Kind, readMarkdown } from './read-markdown.ts';

/** What we mean ourselves; anything else came from elsewhere. */
const OWN: readonly Kind[] = [
	'plain',
	'strong',
	'code',
	'codeBlock',
	'heading',
	'subtext',
	'list',
	'quote',
	'user',
	'channel',
	'timestamp',
];

/** A component of any kind, as far as it is looked at. */
export interface Part {
	readonly type: ComponentType;
	readonly id?: number;
	readonly components?: readonly Part[];
	readonly accessory?: Part;
	readonly content?: string;
	readonly label?: string;
	readonly emoji?: { readonly name?: string };
	readonly style?: number;
	readonly custom_id?: string;
	readonly file?: { readonly url: string };
}

/** Every component of a message, nested ones too. */
export function partsOf({ components }: Pick<DiscordMessage, 'components'>): readonly Part[] {
	const all = (part: Part): readonly Part[] => [part, ...(part.components ?? []), ...(part.accessory ? [part.accessory] : [])];
	return components.flatMap((component: APIMessageTopLevelComponent) =>
		all(component as Part).flatMap((part) => (part === component ? [part] : all(part))),
	);
}

/** The texts of a message in their order. */
export function textsOf(message: Pick<DiscordMessage, 'components'>): string[] {
	return partsOf(message).flatMap(({ content }) => (content === undefined ? [] : [content]));
}

/** Of each button what it says and does. */
export function buttonsOf(message: Pick<DiscordMessage, 'components'>): [label: string | undefined, customId: string | undefined][] {
	return partsOf(message)
		.filter(({ type }) => type === ComponentType.Button)
		.map(({ label, emoji, custom_id }) => [label ?? emoji?.name, custom_id]);
}

/** Discord takes it as it is, and nothing in it notifies anybody or leads anywhere. `kept` are files that an edited message has already. */
export function checkMessage(message: DiscordMessage, kept: readonly string[] = []): void {
	const { text, components } = measure(message);
	assert.ok(text <= MESSAGE_TEXT, `${text} characters`);
	assert.ok(components > 0 && components <= MESSAGE_COMPONENTS, `${components} components`);
	const parts = partsOf(message);
	assert.equal(parts.length, components, 'the measure counts them all');
	const ids = parts.flatMap((part) => part.custom_id ?? []);
	assert.equal(new Set(ids).size, ids.length, 'two buttons of one id');
	for (const part of parts) checkPart(part);
	checkFiles(message, parts, kept);
}

function checkPart({ type, id, content, label, components, custom_id: customId }: Part): void {
	assert.equal(id, undefined);
	if (content !== undefined) checkText(content);
	if (label !== undefined) assert.ok(label.trim() !== '' && label.length <= LABEL);
	if (components !== undefined) assert.ok(components.length > 0 && (type !== ComponentType.ActionRow || components.length <= 5));
	if (type === ComponentType.Button) assert.ok(customId !== undefined && customId.length <= 100);
}

function checkText(text: string): void {
	assert.ok(text.trim() !== '', 'an empty text');
	assert.ok(text.isWellFormed(), 'half a character');
	assert.doesNotMatch(text, /[^\P{Cc}\t\n]|\p{Bidi_Control}/u);
	const tokens = readMarkdown(text);
	for (const token of tokens) assert.ok(OWN.includes(token.kind), `${token.kind} in ${text.slice(0, 200)}`);
	if (!text.startsWith('```')) return;
	assert.deepEqual(
		tokens.map(({ kind }) => kind),
		['codeBlock'],
		`more than one block of code: ${text.slice(0, 200)}`,
	);
	const inside = text.slice(text.indexOf('\n') + 1, -'\n```'.length);
	assert.equal(tokens[0]?.text, inside.replaceAll(/^\n+|\n+$/g, ''), 'the block is not what is inside the fences');
}

function checkFiles({ files = [], attached = [] }: DiscordMessage, parts: readonly Part[], kept: readonly string[]): void {
	assert.ok(files.length + attached.length <= MESSAGE_FILES);
	for (const { filename } of attached) assert.match(filename, /^[\w-]+(?:\.\w{1,8})?$/);
	for (const { filename, content } of files) {
		assert.match(filename, /^[\w-]+\.(?:ts|csv|json|txt)$/);
		assert.ok(content.isWellFormed() && !content.startsWith('\ufeff'));
		assert.ok(Buffer.byteLength(content) <= FILE_BYTES, `a file of ${Buffer.byteLength(content)} bytes`);
	}
	const shown = parts.flatMap(({ file }) => (file ? [file.url] : []));
	assert.deepEqual(
		shown.toSorted(),
		[...[...files, ...attached].map(({ filename }) => filename), ...kept].map((name) => `attachment://${name}`).toSorted(),
		'each file is shown once',
	);
}
