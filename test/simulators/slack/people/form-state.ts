import { type Fields, list, nested, text } from '../fields.ts';
import type { UploadedFile } from '../state/uploads.ts';

/** What a person puts into a form: by action id, block id or label. Files are those of `upload`. */
export type FormValues = Readonly<Record<string, string | readonly string[] | UploadedFile | readonly UploadedFile[] | null>>;

type Given = FormValues[string] | undefined;

/** The `state.values` of a view or message: what stood there already, overwritten by what was given. */
export function stateOf(blocks: readonly Fields[], values: FormValues): Record<string, Record<string, Fields>> {
	const state: Record<string, Record<string, Fields>> = {};
	for (const { block, element } of fieldsOf(blocks)) {
		const actionId = text(element, 'action_id');
		const blockId = text(block, 'block_id');
		const given = givenFor(block, element, values);
		state[blockId] = { ...state[blockId], [actionId]: { type: element.type, ...entered(element, given) } };
	}
	return state;
}

/** Every input, and every element of other blocks that holds a choice. */
export function fieldsOf(blocks: readonly Fields[]): readonly { readonly block: Fields; readonly element: Fields }[] {
	return blocks.flatMap((block) => {
		const element = nested(block, 'element') ?? nested(block, 'accessory');
		const elements = block.type === 'actions' ? list(block, 'elements') : element ? [element] : [];
		return elements
			.filter((item) => !['button', 'image', 'overflow'].includes(text(item, 'type')))
			.map((item) => ({ block, element: item }));
	});
}

export function givenFor(block: Fields, element: Fields, values: FormValues): Given {
	const names = [text(element, 'action_id'), text(block, 'block_id'), text(nested(block, 'label'), 'text')];
	const name = names.find((item) => item in values);
	return name === undefined ? undefined : values[name];
}

function entered(element: Fields, given: Given): Fields {
	const texts = given === undefined ? undefined : asTexts(given);
	switch (text(element, 'type')) {
		case 'file_input': {
			const files = Array.isArray(given) ? given : [given];
			return { files: files.flatMap((file) => (typeof file === 'object' && file !== null ? [file.info] : [])) };
		}
		case 'checkboxes':
		case 'multi_static_select':
			return { selected_options: texts ? texts.map((value) => optionOf(element, value)) : list(element, 'initial_options') };
		case 'static_select':
		case 'radio_buttons':
			return { selected_option: chosen(element, texts) };
		default:
			return { value: (texts ? texts[0] : text(element, 'initial_value')) || null };
	}
}

function chosen(element: Fields, texts: readonly string[] | undefined): unknown {
	if (texts === undefined) return element.initial_option ?? null;
	const [wanted] = texts;
	return wanted === undefined ? null : optionOf(element, wanted);
}

function asTexts(given: Given): readonly string[] {
	const all = Array.isArray(given) ? given : [given];
	return all.filter((item) => typeof item === 'string');
}

function optionOf(element: Fields, wanted: string): Fields {
	const groups = list(element, 'option_groups').flatMap((group) => list(group, 'options'));
	const options = [...list(element, 'options'), ...groups];
	const option = options.find((item) => text(item, 'value') === wanted || text(nested(item, 'text'), 'text') === wanted);
	if (!option) throw new Error(`There is no option "${wanted}" to choose in ${text(element, 'action_id')}.`);
	return option;
}
