import type { APIModalInteractionResponseCallbackData } from 'discord.js';
import { IMPORT_WORDS } from '../../shared/document-form.ts';
import { customId } from '../render/custom-id.ts';
import { documentFields } from './document.ts';
import { form } from './form.ts';

/** The form that imports functions. `readDocument` reads it. */
export function importFunctionsForm(): APIModalInteractionResponseCallbackData {
	const { title, address, file } = IMPORT_WORDS;
	return form(customId('import'), title, documentFields(address, file));
}
