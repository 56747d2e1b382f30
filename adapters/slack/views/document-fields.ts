import type { InputBlock, PlainTextInput } from '@slack/types';
import type { DocumentForm } from '../../shared/document-form.ts';
import { shorten } from '../../shared/shorten.ts';
import { type FormState, field, INPUT, typed, uploaded } from './form.ts';

const SOURCE = 'source';
const FILE = 'file';
const INPUT_CHARACTERS = 2000;

export interface DocumentFields {
	readonly address: { readonly label: string; readonly hint: string; readonly example: string };
	readonly file: { readonly label: string; readonly hint: string; readonly endings: string[] };
}

/** Asks for a document: by its address, or as a file, which has to be chosen again when the form comes back. */
export function documentFields({ address, file }: DocumentFields, { source }: DocumentForm): InputBlock[] {
	return [
		field({ blockId: SOURCE, label: address.label, hint: address.hint, optional: true }, line(source, address.example)),
		field(
			{ blockId: FILE, label: file.label, hint: file.hint, optional: true },
			{ type: 'file_input', action_id: INPUT, filetypes: file.endings, max_files: 1 },
		),
	];
}

export function readDocumentFields(state: FormState): DocumentForm {
	const [source, fileId] = [typed(state, SOURCE), uploaded(state, FILE)];
	return { ...(source && { source }), ...(fileId && { fileId }) };
}

/** A line of text with an example in it, and with what was typed before. */
export function line(initial: string | undefined, example: string, most: number = INPUT_CHARACTERS): PlainTextInput {
	return {
		type: 'plain_text_input',
		action_id: INPUT,
		max_length: most,
		placeholder: { type: 'plain_text', text: example },
		...(initial && { initial_value: shorten(initial, most, () => '') }),
	};
}
