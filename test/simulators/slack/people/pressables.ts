import { type Fields, list, nested, text } from '../fields.ts';

/** Something on a message or view that a person can press or choose. */
export interface Pressable {
	readonly element: Fields;
	readonly blockId: string;
	readonly actionId: string;
	readonly label: string;
	readonly value: string;
	/** What the app is told was pressed, besides the ids. */
	readonly payload: Fields;
}

/** All of them in order. `chosen` is the option to take where there is a choice. */
export function pressablesOf(blocks: readonly Fields[], chosen?: string): readonly Pressable[] {
	return blocks.flatMap((block) => {
		const accessory = nested(block, 'accessory');
		const inner = list(block, 'child_blocks').flatMap((child) => pressablesOf([child], chosen));
		const elements = [...list(block, 'elements'), ...list(block, 'actions'), ...(accessory ? [accessory] : [])];
		return [...elements.flatMap((element) => fromElement(element, text(block, 'block_id'), chosen)), ...inner];
	});
}

function fromElement(element: Fields, blockId: string, chosen: string | undefined): readonly Pressable[] {
	const type = text(element, 'type');
	const base = { element, blockId, actionId: text(element, 'action_id') };
	if (type === 'button' || type === 'icon_button') {
		const label = text(nested(element, 'text'), 'text');
		const value = text(element, 'value');
		const style = text(element, 'style');
		const payload = { type, text: element.text, ...(value ? { value } : {}), ...(style ? { style } : {}) };
		return [{ ...base, label, value, payload }];
	}
	if (type === 'feedback_buttons') {
		return ['positive_button', 'negative_button'].flatMap((name) => {
			const button = nested(element, name);
			if (!button) return [];
			const value = text(button, 'value');
			return [{ ...base, label: text(nested(button, 'text'), 'text'), value, payload: { type, text: button.text, value } }];
		});
	}
	if (type === 'static_select' || type === 'overflow' || type === 'radio_buttons') {
		const option = list(element, 'options').find((item) => text(item, 'value') === chosen || text(nested(item, 'text'), 'text') === chosen);
		const label = text(nested(element, 'placeholder'), 'text');
		return [{ ...base, label, value: option ? (chosen ?? '') : '', payload: { type, selected_option: option ?? null } }];
	}
	return [];
}
