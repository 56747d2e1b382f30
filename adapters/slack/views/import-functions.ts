import type { ModalView } from '@slack/types';
import { type DocumentForm, IMPORT_WORDS, importFormProblems } from '../../shared/document-form.ts';
import { IMPORT_FUNCTIONS } from '../render/action-ids.ts';
import { documentFields, readDocumentFields } from './document-fields.ts';
import { type FormState, form, problemSection, type Read } from './form.ts';

/** The form that imports functions; with what was typed before and what was wrong with it. */
export function importFunctionsView(prefill: DocumentForm = {}, problem?: string): ModalView {
	const { title, address, file } = IMPORT_WORDS;
	const fields = documentFields({ address, file: { ...file, endings: ['json'] } }, prefill);
	return form(IMPORT_FUNCTIONS, title, 'Import', [...problemSection(problem), ...fields]);
}

export function readImportFunctions(state: FormState): Read<DocumentForm> {
	const form = readDocumentFields(state);
	const problems = { ...importFormProblems(form) };
	return Object.keys(problems).length > 0 ? { ok: false, problems } : { ok: true, value: form };
}
