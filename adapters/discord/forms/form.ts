import {
	type APIComponentInLabel,
	type APILabelComponent,
	type APIModalInteractionResponseCallbackComponent,
	type APIModalInteractionResponseCallbackData,
	type APITextInputComponent,
	ComponentType,
	type ModalSubmitInteraction,
	TextInputStyle,
} from 'discord.js';
import { shorten } from '../../shared/shorten.ts';

/** discord.com/developers/docs/components/reference#label, #text-input and #modals. */
const TITLE = 45;
const LABEL = 45;
const DESCRIPTION = 100;
const PLACEHOLDER = 100;
const TYPED = 4000;

/** A form of one to five parts. */
export function form(
	customId: string,
	title: string,
	parts: APIModalInteractionResponseCallbackComponent[],
): APIModalInteractionResponseCallbackData {
	return { custom_id: customId, title: shorten(title, TITLE - 1), components: parts };
}

export interface Field {
	readonly label: string;
	readonly hint?: string;
}

export function field({ label, hint }: Field, component: APIComponentInLabel): APILabelComponent {
	return {
		type: ComponentType.Label,
		label: shorten(label, LABEL - 1),
		...(hint && { description: shorten(hint, DESCRIPTION - 1) }),
		component,
	};
}

export interface Line {
	readonly example?: string;
	/** Characters. */
	readonly most?: number;
	readonly required?: boolean;
	readonly initial?: string;
	/** Several lines. */
	readonly long?: boolean;
}

export function line(
	customId: string,
	{ example, most = TYPED, required = false, initial, long = false }: Line = {},
): APITextInputComponent {
	return {
		type: ComponentType.TextInput,
		custom_id: customId,
		style: long ? TextInputStyle.Paragraph : TextInputStyle.Short,
		required,
		max_length: Math.min(most, TYPED),
		...(example && { placeholder: shorten(example, PLACEHOLDER - 1) }),
		...(initial && { value: shorten(initial, most, () => '') }),
	};
}

/** What was typed without spaces around it; undefined for nothing, and where the form has no such field. */
export function typed({ fields }: ModalSubmitInteraction, customId: string): string | undefined {
	if (!fields.fields.has(customId)) return undefined;
	return fields.getTextInputValue(customId).trim() || undefined;
}

export function chosen({ fields }: ModalSubmitInteraction, customId: string): string | undefined {
	return fields.fields.has(customId) ? fields.getStringSelectValues(customId)[0] : undefined;
}
