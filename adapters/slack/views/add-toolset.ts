import type { ModalView, PlainTextInput } from '@slack/types';
import { parseCredentialReference } from '../../../src/toolset/http/credential-reference.ts';
import { toolsetName } from '../../../src/toolset/openapi/names.ts';
import { shorten } from '../../shared/shorten.ts';
import { ADD_TOOLSET } from '../render/action-ids.ts';
import { type FormState, field, form, INPUT, problemSection, type Read, typed, uploaded } from './form.ts';

/** What connects an API: its document comes from `source` or from the upload `fileId`. */
export interface AddToolsetForm {
	readonly name: string;
	readonly source?: string;
	readonly fileId?: string;
	readonly baseUrl?: string;
	/** Names a secret of the operator; never is one. */
	readonly auth?: string;
}

/** "There is a 10MB file size limit" (docs.slack.dev/reference/block-kit/block-elements/file-input-element). */
export const MOST_UPLOAD_BYTES = 10 * 1024 * 1024;

const NAME = 'name';
const SOURCE = 'source';
const FILE = 'file';
const BASE_URL = 'base-url';
const AUTH = 'auth';
const INPUT_CHARACTERS = 2000;

/** The form that connects an API; with what was typed before and what was wrong with it. A file has to be chosen again. */
export function addToolsetView(prefill: Partial<AddToolsetForm> = {}, problem?: string): ModalView {
	return form(ADD_TOOLSET, 'Connect an API', 'Connect', [
		...problemSection(problem),
		field(
			{ blockId: NAME, label: 'Name', hint: 'What programs call it by, for example crm. Letters and digits.' },
			line(prefill.name, 'crm', 64),
		),
		field(
			{ blockId: SOURCE, label: 'Address of its OpenAPI or Swagger document', hint: 'Or upload the document below.', optional: true },
			line(prefill.source, 'https://api.example.com/openapi.json'),
		),
		field(
			{
				blockId: FILE,
				label: 'The document as a file',
				hint: `JSON or YAML, up to ${MOST_UPLOAD_BYTES / 1024 / 1024} MB.`,
				optional: true,
			},
			{ type: 'file_input', action_id: INPUT, filetypes: ['json', 'yaml', 'yml'], max_files: 1 },
		),
		field(
			{ blockId: BASE_URL, label: 'Base address of its calls', hint: 'Only where it is not the one in the document.', optional: true },
			line(prefill.baseUrl, 'https://api.example.com/v1'),
		),
		field(
			{
				blockId: AUTH,
				label: 'Secret that the operator has set',
				hint: 'The NAME of a variable TOOLSET_SECRET_NAME, or bearer:NAME, basic:NAME, header:X-Api-Key:NAME, query:key:NAME. Never the secret itself: /toolset auth asks for that.',
				optional: true,
			},
			line(prefill.auth, 'bearer:CRM'),
		),
	]);
}

export function readAddToolset(state: FormState): Read<AddToolsetForm> {
	const name = typed(state, NAME) ?? '';
	const [source, fileId] = [typed(state, SOURCE), uploaded(state, FILE)];
	const [baseUrl, auth] = [typed(state, BASE_URL), typed(state, AUTH)];
	const problems = Object.entries({
		[NAME]: nameProblem(name),
		[SOURCE]: sourceProblem(source, fileId),
		[BASE_URL]: baseUrl === undefined || isHttpUrl(baseUrl) ? undefined : 'This must be an address that starts with https:// or http://.',
		[AUTH]: auth === undefined ? undefined : referenceProblem(auth),
	}).filter((entry): entry is [string, string] => entry[1] !== undefined);
	if (problems.length > 0) return { ok: false, problems: Object.fromEntries(problems) };
	return {
		ok: true,
		value: { name, ...(source && { source }), ...(fileId && { fileId }), ...(baseUrl && { baseUrl }), ...(auth && { auth }) },
	};
}

function line(initial: string | undefined, example: string, most: number = INPUT_CHARACTERS): PlainTextInput {
	return {
		type: 'plain_text_input',
		action_id: INPUT,
		max_length: most,
		placeholder: { type: 'plain_text', text: example },
		...(initial && { initial_value: shorten(initial, most, () => '') }),
	};
}

function nameProblem(name: string): string | undefined {
	const possible = toolsetName(name);
	if (name !== '' && possible === name) return undefined;
	return `Use letters and digits, a letter first, and no word that TypeScript reserves.${possible ? ` For example: ${possible}` : ''}`;
}

function sourceProblem(source: string | undefined, fileId: string | undefined): string | undefined {
	if (source !== undefined && fileId !== undefined) return 'Give an address or a file, not both.';
	if (source === undefined) return fileId === undefined ? 'Give the address of the document, or upload it as a file.' : undefined;
	return isHttpUrl(source) || /^example:\w+$/.test(source) ? undefined : 'This must be an address that starts with https:// or http://.';
}

/** Says nothing of what was typed: it may be a secret. */
function referenceProblem(auth: string): string | undefined {
	const parsed = parseCredentialReference(auth);
	return parsed.ok ? undefined : parsed.message;
}

function isHttpUrl(text: string): boolean {
	return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
