import { type APILabelComponent, type Attachment, ComponentType, type ModalSubmitInteraction } from 'discord.js';
import type { DocumentForm } from '../../shared/document-form.ts';
import { type Field, field, line, typed } from './form.ts';

const SOURCE = 'source';
const FILE = 'file';

/** A document that somebody gave in a form. */
export interface GivenDocument {
	readonly form: DocumentForm;
	/** The upload that `form` names. */
	readonly file?: Attachment;
}

/** Asks for a document: by its address, or as a file. */
export function documentFields(address: Field & { readonly example: string }, file: Field): APILabelComponent[] {
	return [
		field(address, line(SOURCE, { example: address.example })),
		field(file, { type: ComponentType.FileUpload, custom_id: FILE, min_values: 0, max_values: 1, required: false }),
	];
}

export function readDocument(interaction: ModalSubmitInteraction): GivenDocument {
	const [source, file] = [typed(interaction, SOURCE), interaction.fields.getUploadedFiles(FILE)?.first()];
	return { form: { ...(source && { source }), ...(file && { fileId: file.id }) }, ...(file && { file }) };
}
