import type { ModalView } from '@slack/types';
import { REFERENCE_HINT } from '../../shared/credential-form.ts';
import { MOST_UPLOAD_BYTES } from '../../shared/download-text.ts';
import { type ToolsetForm, toolsetFormProblems } from '../../shared/toolset-form.ts';
import { ADD_TOOLSET } from '../render/action-ids.ts';
import { documentFields, line, readDocumentFields } from './document-fields.ts';
import { type FormState, field, form, problemSection, type Read, typed } from './form.ts';

const NAME = 'name';
const BASE_URL = 'base-url';
const AUTH = 'auth';

const DOCUMENT = {
	address: {
		label: 'Address of its OpenAPI or Swagger document',
		hint: 'Or upload the document below. mcp:https://… or mcp:name connects an MCP server.',
		example: 'https://api.example.com/openapi.json',
	},
	file: {
		label: 'The document as a file',
		hint: `JSON or YAML, up to ${MOST_UPLOAD_BYTES / 1024 / 1024} MB.`,
		endings: ['json', 'yaml', 'yml'],
	},
};

/** The form that connects an API; with what was typed before and what was wrong with it. A file has to be chosen again. */
export function addToolsetView(prefill: Partial<ToolsetForm> = {}, problem?: string): ModalView {
	return form(ADD_TOOLSET, 'Connect an API', 'Connect', [
		...problemSection(problem),
		field(
			{ blockId: NAME, label: 'Name', hint: 'What programs call it by, for example crm. Letters and digits.' },
			line(prefill.name, 'crm', 64),
		),
		...documentFields(DOCUMENT, prefill),
		field(
			{ blockId: BASE_URL, label: 'Base address of its calls', hint: 'Only where it is not the one in the document.', optional: true },
			line(prefill.baseUrl, 'https://api.example.com/v1'),
		),
		field(
			{
				blockId: AUTH,
				label: 'Secret that the operator has set',
				hint: `${REFERENCE_HINT} Never the secret itself: /toolset auth asks for that.`,
				optional: true,
			},
			line(prefill.auth, 'bearer:CRM'),
		),
	]);
}

export function readAddToolset(state: FormState): Read<ToolsetForm> {
	const [baseUrl, auth] = [typed(state, BASE_URL), typed(state, AUTH)];
	const form = {
		name: typed(state, NAME) ?? '',
		...readDocumentFields(state),
		...(baseUrl && { baseUrl }),
		...(auth && { auth }),
	};
	const problems = toolsetFormProblems(form);
	return Object.keys(problems).length > 0 ? { ok: false, problems } : { ok: true, value: form };
}
