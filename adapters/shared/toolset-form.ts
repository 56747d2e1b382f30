import { parseCredentialReference } from '../../src/toolset/http/credential-reference.ts';
import { isMcpSource } from '../../src/toolset/mcp/source.ts';
import { toolsetName } from '../../src/toolset/openapi/names.ts';
import { type DocumentForm, documentProblem, isHttpUrl, NO_ADDRESS } from './document-form.ts';

/** What connects an API. */
export interface ToolsetForm extends DocumentForm {
	readonly name: string;
	readonly baseUrl?: string;
	/** Names a secret of the operator; never is one. */
	readonly auth?: string;
}

export type ToolsetField = 'name' | 'source' | 'base-url' | 'auth';

/** What is wrong with it, for people, by field; empty when nothing is. */
export function toolsetFormProblems({ name, baseUrl, auth, ...document }: ToolsetForm): Partial<Record<ToolsetField, string>> {
	const problems = {
		name: nameProblem(name),
		source: documentProblem(document, { missing: MISSING, noSource: NO_SOURCE, isSource }),
		'base-url': baseUrl === undefined || isHttpUrl(baseUrl) ? undefined : NO_ADDRESS,
		auth: auth === undefined ? undefined : referenceProblem(auth),
	};
	return Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem !== undefined));
}

function nameProblem(name: string): string | undefined {
	const possible = toolsetName(name);
	if (name !== '' && possible === name) return undefined;
	return `Use letters and digits, a letter first, and no word that TypeScript reserves.${possible ? ` For example: ${possible}` : ''}`;
}

const MISSING = 'Give the address of the document, or upload it as a file.';
const NO_SOURCE = 'This must be an address that starts with https:// or http://, or with mcp: for an MCP server.';

/** Whether there is such an MCP server, and whose it is, the command says. */
function isSource(source: string): boolean {
	return isHttpUrl(source) || isMcpSource(source) || /^example:\w+$/.test(source);
}

/** Says nothing of what was typed: it may be a secret. */
function referenceProblem(auth: string): string | undefined {
	const parsed = parseCredentialReference(auth);
	return parsed.ok ? undefined : parsed.message;
}
