import type { InputBlock, InputBlockElement, KnownBlock, ModalView, SectionBlock } from '@slack/types';
import { escaped, mrkdwn, plain, section } from '../render/elements.ts';

/** Every input of these forms has the action id of its own, so that it is found by its block id alone. */
export const INPUT = 'input';
const TITLE = 24;

/** What a form holds when it is submitted, as far as it is read here (docs.slack.dev/reference/interaction-payloads/view-interactions-payload). */
export interface FormState {
	readonly values: Readonly<Record<string, Readonly<Record<string, FormValue>>>>;
}

export interface FormValue {
	readonly value?: string | null;
	readonly selected_option?: { readonly value?: string } | null;
	readonly files?: readonly { readonly id?: string }[];
}

export interface SubmittedForm {
	readonly state: FormState;
	readonly private_metadata: string;
}

/** What somebody submitted, or what is wrong with it, by block id: Slack shows each problem at its field. */
export type Read<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problems: Record<string, string> };

/** A form with a title of at most 24 characters. */
export function form(callbackId: string, title: string, submit: string, blocks: readonly KnownBlock[]): ModalView {
	return {
		type: 'modal',
		callback_id: callbackId,
		title: plain(title, TITLE),
		submit: plain(submit, TITLE),
		close: plain('Cancel', TITLE),
		blocks: [...blocks],
	};
}

export interface Field {
	readonly blockId: string;
	readonly label: string;
	readonly hint?: string;
	readonly optional?: boolean;
}

export function field({ blockId, label, hint, optional = false }: Field, element: InputBlockElement): InputBlock {
	return { type: 'input', block_id: blockId, label: plain(label), ...(hint && { hint: plain(hint, 2000) }), optional, element };
}

/** Markdown with nothing beyond bold and code. */
export function markedSection(text: string): SectionBlock {
	return section(mrkdwn(escaped(text).replaceAll(/\*\*(.+?)\*\*/g, '*$1*')));
}

/** What went wrong the last time, above the fields. */
export function problemSection(problem: string | undefined): KnownBlock[] {
	return problem === undefined ? [] : [section(plain(`⚠️ ${problem}`, 2800))];
}

/** What was typed without spaces around it; undefined for nothing. */
export function typed(state: FormState, blockId: string): string | undefined {
	return state.values[blockId]?.[INPUT]?.value?.trim() || undefined;
}

export function chosen(state: FormState, blockId: string): string | undefined {
	return state.values[blockId]?.[INPUT]?.selected_option?.value;
}

/** The id of the file that was uploaded. */
export function uploaded(state: FormState, blockId: string): string | undefined {
	return state.values[blockId]?.[INPUT]?.files?.[0]?.id;
}
