import type { ModalView } from '@slack/types';
import { CONFIRMATION } from '../render/action-ids.ts';
import { form, markedSection } from './form.ts';

/** Asks before what a form wants is done. The question is Markdown as in a reply; `line` comes back with a yes: at most 3,000 characters. */
export function confirmationView(title: string, question: string, line: string): ModalView {
	return { ...form(CONFIRMATION, title, 'Yes, do it', [markedSection(question)]), private_metadata: line };
}
