import type { APIModalInteractionResponseCallbackData, Attachment, ModalSubmitInteraction } from 'discord.js';
import type { Request } from '../../../commands/command.ts';
import { type ToolsetForm, toolsetFormProblems } from '../../shared/toolset-form.ts';
import { customId } from '../render/custom-id.ts';
import { documentFields, readDocument } from './document.ts';
import { field, form, line, typed } from './form.ts';

const NAME = 'name';
const BASE_URL = 'base-url';
const AUTH = 'auth';

/** The form that connects an API, with what was given already. */
export function addToolsetForm(given: Request['options']): APIModalInteractionResponseCallbackData {
	const initial = (name: string) => (typeof given[name] === 'string' ? { initial: given[name] } : {});
	return form(customId('add-toolset'), 'Connect an API', [
		field(
			{ label: 'Name', hint: 'What programs call it by, for example crm. Letters and digits.' },
			line(NAME, { example: 'crm', most: 64, required: true, ...initial(NAME) }),
		),
		...documentFields(
			{
				label: 'Address of its OpenAPI or Swagger document',
				hint: 'Or upload it below. mcp:https://… or mcp:name connects an MCP server.',
				example: 'https://api.example.com/openapi.json',
			},
			{ label: 'The document as a file', hint: 'JSON or YAML, up to 10 MB.' },
		),
		field(
			{ label: 'Base address of its calls', hint: 'Only where it is not the one in the document.' },
			line(BASE_URL, { example: 'https://api.example.com/v1', ...initial(BASE_URL) }),
		),
		field(
			{
				label: 'Secret that the operator has set',
				hint: 'NAME of a variable TOOLSET_SECRET_NAME, or bearer:NAME, header:X-Api-Key:NAME, query:key:NAME.',
			},
			line(AUTH, { example: 'bearer:CRM, and never the secret itself: /toolset auth asks for that', most: 200, ...initial(AUTH) }),
		),
	]);
}

export interface FilledToolsetForm {
	readonly form: ToolsetForm;
	readonly file?: Attachment;
	/** What is wrong with it, a line each. */
	readonly problems: readonly string[];
}

export function readAddToolset(interaction: ModalSubmitInteraction): FilledToolsetForm {
	const { form: document, file } = readDocument(interaction);
	const [baseUrl, auth] = [BASE_URL, AUTH].map((name) => typed(interaction, name));
	const filled: ToolsetForm = {
		name: typed(interaction, NAME) ?? '',
		...document,
		...(baseUrl && { baseUrl }),
		...(auth && { auth }),
	};
	const problems = Object.entries(toolsetFormProblems(filled)).map(([name, problem]) => `${name}: ${problem}`);
	return { form: filled, ...(file && { file }), problems };
}
