import { type APIAttachment, MessageFlags } from 'discord-api-types/v10';
import { type Fields, integer, isFields, list, text } from '../fields.ts';
import { refusal } from '../refusal.ts';
import type { UploadedFile } from '../state/attachments.ts';
import type { Message } from '../state/transcript.ts';
import { checkComponents, shownAttachments } from './components.ts';
import { type AllowedMentions, checkAllowedMentions, componentFields, isV2 } from './mentions.ts';
import { checkList, checkText, createProblems, type Problems } from './problems.ts';

const LONGEST_CONTENT = 2000;
const MOST_FILES = 10;
/** Where nobody paid for more: discord.com/developers/docs/reference#uploading-files. Interactions tell it as attachment_size_limit. */
export const LARGEST_FILE = 10 * 1024 * 1024;
/** discord.com/developers/docs/resources/message#create-message */
const LARGEST_REQUEST = 25 * 1024 * 1024;
const LEGACY = 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2';

/** A message as it was asked for and may be made. What an edit leaves as it was is undefined. */
export interface Draft {
	readonly content?: string;
	readonly components?: readonly Fields[];
	readonly embeds?: readonly Fields[];
	readonly flags?: number;
	readonly allowed: AllowedMentions;
	readonly uploads: readonly UploadedFile[];
	/** Attachments that an edit keeps; all of them when undefined. */
	readonly kept?: readonly string[];
}

export interface BodyOptions {
	readonly fields: Fields;
	/** By the number in `files[n]`. */
	readonly files: ReadonlyMap<string, UploadedFile>;
	/** Flags that can be set; others are ignored. */
	readonly flags: number;
	readonly mentions: AllowedMentions;
	/** What an edit starts from. */
	readonly before?: { readonly message: Message; readonly files: readonly APIAttachment[] };
	/** Where the message stands in the body: `data.` in responses to interactions. */
	readonly at?: string;
}

export const CHANNEL_FLAGS = MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2;
export const EDIT_FLAGS = MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2;
export const RESPONSE_FLAGS = CHANNEL_FLAGS | MessageFlags.Ephemeral;

/** discord.com/developers/docs/resources/message#create-message and #edit-message; refuses what Discord would not make. */
export function checkBody(options: BodyOptions): Draft {
	const { fields, files, before } = options;
	const problems = prefixed(createProblems(), options.at ?? '');
	const flags = flagsOf(options);
	const v2 = isV2(flags ?? before?.message.flags);
	checkText(problems, 'content', fields.content, { min: 0, max: LONGEST_CONTENT, required: false });
	checkEmbeds(problems, fields);
	checkComponents(problems, fields.components, v2);
	if (v2) checkNoLegacy(problems, options);
	for (const field of ['poll', 'sticker_ids'] as const) {
		if (fields[field] !== undefined) problems.add(field, 'SIMULATOR_UNSUPPORTED', 'This simulator has no polls and stickers.');
	}
	const draft: Draft = {
		...(fields.content === undefined && before ? {} : { content: text(fields, 'content') ?? '' }),
		...(fields.components === undefined && before ? {} : { components: componentFields(fields.components) }),
		...(fields.embeds === undefined && before ? {} : { embeds: list(fields, 'embeds') }),
		...(flags === undefined ? {} : { flags }),
		allowed: checkAllowedMentions(problems, fields, options.mentions),
		...checkFiles(problems, options),
	};
	if (v2) checkShown(problems, draft, before?.message.components, filesAfter(draft, before?.files ?? []));
	problems.refuse();
	if ([...files.values()].some((file) => file.content.byteLength > LARGEST_FILE)) throw refusal(40005);
	if ([...files.values()].reduce((sum, file) => sum + file.content.byteLength, 0) > LARGEST_REQUEST) throw refusal(40005);
	refuseEmpty(draft, options);
	return draft;
}

function prefixed(problems: Problems, prefix: string): Problems {
	return { add: (at, code, message) => problems.add(prefix + at, code, message), refuse: problems.refuse };
}

/** IS_COMPONENTS_V2 cannot be taken back: discord.com/developers/docs/resources/message#message-object-message-flags */
function flagsOf({ fields, flags: settable, before }: BodyOptions): number | undefined {
	const given = integer(fields, 'flags');
	if (!before) return (given ?? 0) & settable;
	if (given === undefined) return undefined;
	const old = before.message.flags ?? 0;
	return (old & ~settable) | (given & settable) | (old & MessageFlags.IsComponentsV2);
}

function checkEmbeds(problems: Problems, fields: Fields): void {
	let total = 0;
	checkList(problems, 'embeds', fields.embeds, { min: 0, max: 10, required: false }, (embed, at) => {
		checkText(problems, `${at}.title`, embed.title, { min: 0, max: 256, required: false });
		checkText(problems, `${at}.description`, embed.description, { min: 0, max: 4096, required: false });
		checkList(problems, `${at}.fields`, embed.fields, { min: 0, max: 25, required: false }, (field, where) => {
			checkText(problems, `${where}.name`, field.name, { max: 256 });
			checkText(problems, `${where}.value`, field.value, { max: 1024 });
			total += (text(field, 'name')?.length ?? 0) + (text(field, 'value')?.length ?? 0);
		});
		total += (text(embed, 'title')?.length ?? 0) + (text(embed, 'description')?.length ?? 0);
	});
	if (total > 6000) problems.add('embeds', 'MAX_EMBED_SIZE_EXCEEDED', 'Embed size exceeds maximum size of 6000');
}

/** An edit that makes a message one of components has to empty the old fields. */
function checkNoLegacy(problems: Problems, { fields, before }: BodyOptions): void {
	const already = isV2(before?.message.flags);
	for (const field of ['content', 'embeds'] as const) {
		const value = fields[field] === undefined && !already ? before?.message[field] : fields[field];
		const isEmpty = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
		if (!isEmpty) problems.add(field, LEGACY, `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`);
	}
}

/** discord.com/developers/docs/reference#uploading-files */
function checkFiles(problems: Problems, { fields, files, before }: BodyOptions): Pick<Draft, 'uploads' | 'kept'> {
	const described = Array.isArray(fields.attachments) ? fields.attachments.filter(isFields) : undefined;
	for (const [index, item] of (described ?? []).entries()) {
		const known = files.has(String(item.id)) || before?.files.some((file) => file.id === String(item.id));
		if (!known)
			problems.add(`attachments.${index}.id`, 'ATTACHMENT_NOT_FOUND', 'The attachment was neither uploaded nor is it on the message');
	}
	const kept = described?.map((item) => String(item.id)).filter((id) => !files.has(id));
	const uploads = [...files].map(([number, file]) => {
		const about = described?.find((item) => String(item.id) === number);
		const description = text(about, 'description');
		return { ...file, name: text(about, 'filename') ?? file.name, ...(description === undefined ? {} : { description }) };
	});
	const count = uploads.length + (kept?.length ?? before?.files.length ?? 0);
	if (count > MOST_FILES) problems.add('attachments', 'BASE_TYPE_MAX_LENGTH', `Must be ${MOST_FILES} or fewer in length.`);
	return { uploads, ...(before && kept ? { kept } : {}) };
}

/** What is attached once the draft is made: what is kept, then what is new. */
function filesAfter(draft: Draft, before: readonly APIAttachment[]): readonly { readonly name: string; readonly url?: string }[] {
	const { kept } = draft;
	const old = kept ? before.filter((file) => kept.includes(file.id)) : before;
	return [...old.map((file) => ({ name: file.filename, url: file.url })), ...draft.uploads];
}

/** What components show must be attached, and what is attached must be shown, for it is not by itself. */
function checkShown(
	problems: Problems,
	draft: Draft,
	before: Message['components'],
	files: readonly { readonly name: string; readonly url?: string }[],
): void {
	const shown = shownAttachments(draft.components ?? []);
	for (const { name, at } of shown) {
		const message = `The referenced attachment 'attachment://${name}' was not found`;
		if (!files.some((file) => file.name === name)) problems.add(at, 'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND', message);
	}
	const shownBefore = JSON.stringify(draft.components ?? before ?? []);
	for (const file of files) {
		const isShown = shown.some((item) => item.name === file.name) || (file.url !== undefined && shownBefore.includes(file.url));
		const message = `The attachment '${file.name}' is not referenced by a component`;
		if (!isShown) problems.add('attachments', 'COMPONENTS_V2_ATTACHMENT_NOT_REFERENCED', message);
	}
}

function refuseEmpty(draft: Draft, { before }: BodyOptions): void {
	const old = before?.message;
	const content = draft.content ?? old?.content ?? '';
	const components = draft.components ?? old?.components ?? [];
	const embeds = draft.embeds ?? old?.embeds ?? [];
	const files = filesAfter(draft, before?.files ?? []);
	if (content.trim() === '' && components.length === 0 && embeds.length === 0 && files.length === 0) throw refusal(50006);
}
