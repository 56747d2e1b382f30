import { ComponentType } from 'discord-api-types/v10';
import { type Fields, isFields, list, nested, text } from '../fields.ts';
import { checkButton, checkSelect, SELECTS } from './component-parts.ts';
import { checkBoolean, checkChoice, checkList, checkNumber, checkText, type Problems } from './problems.ts';

/** discord.com/developers/docs/components/reference#what-is-a-component */
const MOST_COMPONENTS = 40;
/** Of all text displays together; the API answers COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED. */
const LONGEST_TEXT = 4000;
const MOST_LEGACY_ROWS = 5;

const { ActionRow, Button, Container, File, MediaGallery, Section, Separator, TextDisplay, Thumbnail } = ComponentType;
const IN_CONTAINER: readonly number[] = [ActionRow, TextDisplay, Section, MediaGallery, Separator, File];

interface Walk {
	readonly problems: Problems;
	readonly ids: Set<number>;
	readonly customIds: Set<string>;
	count: number;
	textLength: number;
}

/** Components of a message: of the second version with the flag IS_COMPONENTS_V2, else rows of buttons and selects. */
export function checkComponents(problems: Problems, components: unknown, isV2: boolean): void {
	const walk: Walk = { problems, ids: new Set(), customIds: new Set(), count: 0, textLength: 0 };
	const allowed = isV2 ? [...IN_CONTAINER, Container] : [ActionRow];
	const length = { min: 0, max: isV2 ? MOST_COMPONENTS : MOST_LEGACY_ROWS, required: false };
	checkList(problems, 'components', components, length, (component, at) => checkOne(walk, component, at, allowed));
	if (isV2 && walk.count > MOST_COMPONENTS)
		problems.add('components', 'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED', `The total number of components exceeds ${MOST_COMPONENTS}`);
	if (walk.textLength > LONGEST_TEXT) {
		const message = `The total displayable text size of components exceeds the maximum size of ${LONGEST_TEXT}`;
		problems.add('components', 'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED', message);
	}
}

function checkOne(walk: Walk, component: Fields, at: string, allowed: readonly number[]): void {
	const { problems } = walk;
	walk.count += 1;
	if (!allowed.some((type) => type === component.type)) {
		problems.add(
			`${at}.type`,
			'UNION_TYPE_CHOICES',
			`Value of field "type" must be one of (${[...allowed].sort((a, b) => a - b).join(', ')}).`,
		);
		return;
	}
	checkIds(walk, component, at);
	const check = CHECKS[Number(component.type)] ?? (() => checkSelect(problems, at, component, false));
	check(walk, component, at);
}

const CHECKS: Readonly<Record<number, (walk: Walk, component: Fields, at: string) => void>> = {
	[ActionRow]: checkRow,
	[Button]: ({ problems }, button, at) => checkButton(problems, at, button),
	[Section]: checkSection,
	[TextDisplay](walk, component, at) {
		checkText(walk.problems, `${at}.content`, component.content, { max: LONGEST_TEXT });
		walk.textLength += text(component, 'content')?.length ?? 0;
	},
	[Thumbnail]: ({ problems }, component, at) => checkMedia(problems, at, component, 'media'),
	[MediaGallery]: ({ problems }, { items }, at) =>
		checkList(problems, `${at}.items`, items, { max: 10 }, (item, where) => checkMedia(problems, where, item, 'media')),
	[File]: ({ problems }, component, at) => checkFile(problems, at, component),
	[Separator]({ problems }, component, at) {
		checkBoolean(problems, `${at}.divider`, component.divider);
		checkChoice(problems, `${at}.spacing`, component.spacing, [1, 2]);
	},
	[Container](walk, component, at) {
		checkNumber(walk.problems, `${at}.accent_color`, component.accent_color, 0, 0xffffff);
		const check = (child: Fields, where: string) => checkOne(walk, child, where, IN_CONTAINER);
		checkList(walk.problems, `${at}.components`, component.components, { max: MOST_COMPONENTS }, check);
	},
};

/** discord.com/developers/docs/components/reference#anatomy-of-a-component */
function checkIds(walk: Walk, component: Fields, at: string): void {
	const { problems, ids, customIds } = walk;
	checkNumber(problems, `${at}.id`, component.id, 0, 2 ** 31 - 1);
	const { id, custom_id } = component;
	if (typeof id === 'number' && id !== 0) {
		if (ids.has(id)) problems.add(`${at}.id`, 'COMPONENT_DUPLICATE_ID', 'Component id cannot be duplicated');
		ids.add(id);
	}
	if (typeof custom_id !== 'string') return;
	if (customIds.has(custom_id))
		problems.add(`${at}.custom_id`, 'COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated');
	customIds.add(custom_id);
}

/** discord.com/developers/docs/components/reference#action-row */
function checkRow(walk: Walk, row: Fields, at: string): void {
	const hasSelect = list(row, 'components').some((child) => SELECTS.some((type) => type === child.type));
	checkList(walk.problems, `${at}.components`, row.components, { max: 5 }, (child, where) =>
		checkOne(walk, child, where, [Button, ...SELECTS]),
	);
	if (hasSelect && list(row, 'components').length > 1)
		walk.problems.add(`${at}.components`, 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', 'The specified component exceeds the maximum width');
}

/** discord.com/developers/docs/components/reference#section */
function checkSection(walk: Walk, section: Fields, at: string): void {
	checkList(walk.problems, `${at}.components`, section.components, { max: 3 }, (child, where) =>
		checkOne(walk, child, where, [TextDisplay]),
	);
	if (isFields(section.accessory)) checkOne(walk, section.accessory, `${at}.accessory`, [Button, Thumbnail]);
	else walk.problems.add(`${at}.accessory`, 'BASE_TYPE_REQUIRED', 'This field is required');
}

function checkMedia(problems: Problems, at: string, component: Fields, field: string): void {
	const url = text(nested(component, field), 'url');
	checkText(problems, `${at}.${field}.url`, url, { max: 2048 });
	checkText(problems, `${at}.description`, component.description, { max: 1024, required: false });
	if (url !== undefined && !/^(https?|attachment):\/\/\S+$/.test(url))
		problems.add(`${at}.${field}.url`, 'URL_TYPE_INVALID_SCHEME', "Scheme must be one of ('http', 'https', 'attachment').");
}

/** discord.com/developers/docs/components/reference#file: nothing but what is uploaded with the message. */
function checkFile(problems: Problems, at: string, component: Fields): void {
	const url = text(nested(component, 'file'), 'url');
	checkText(problems, `${at}.file.url`, url, { max: 2048 });
	if (url !== undefined && !url.startsWith('attachment://'))
		problems.add(`${at}.file.url`, 'UNFURLED_MEDIA_ITEM_INVALID_SCHEME', "Scheme must be 'attachment'.");
}

/** Names of uploads that components show, with where they do. */
export function shownAttachments(
	components: readonly Fields[],
	at = 'components',
): readonly { readonly name: string; readonly at: string }[] {
	return components.flatMap((component, index) => {
		const where = `${at}.${index}`;
		const own = ['file', 'media'].flatMap((field) => {
			const [, name] = /^attachment:\/\/(.+)$/.exec(text(nested(component, field), 'url') ?? '') ?? [];
			return name === undefined ? [] : [{ name, at: `${where}.${field}.url` }];
		});
		const accessory = nested(component, 'accessory');
		const inner = [
			...shownAttachments(list(component, 'components'), `${where}.components`),
			...shownAttachments(list(component, 'items'), `${where}.items`),
			...(accessory ? shownAttachments([accessory], `${where}.accessory`) : []),
		];
		return [...own, ...inner];
	});
}
