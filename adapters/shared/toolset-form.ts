import { parseCredentialReference } from '../../src/toolset/http/credential-reference.ts';
import { isMcpSource } from '../../src/toolset/mcp/source.ts';
import { toolsetName } from '../../src/toolset/openapi/names.ts';

/** What connects an API: its document comes from `source` or from the upload `fileId`. */
export interface ToolsetForm {
	readonly name: string;
	readonly source?: string;
	readonly fileId?: string;
	readonly baseUrl?: string;
	/** Names a secret of the operator; never is one. */
	readonly auth?: string;
}

export type ToolsetField = 'name' | 'source' | 'base-url' | 'auth';

/** What is wrong with it, for people, by field; empty when nothing is. */
export function toolsetFormProblems({ name, source, fileId, baseUrl, auth }: ToolsetForm): Partial<Record<ToolsetField, string>> {
	const problems = {
		name: nameProblem(name),
		source: sourceProblem(source, fileId),
		'base-url': baseUrl === undefined || isHttpUrl(baseUrl) ? undefined : 'This must be an address that starts with https:// or http://.',
		auth: auth === undefined ? undefined : referenceProblem(auth),
	};
	return Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem !== undefined));
}

function nameProblem(name: string): string | undefined {
	const possible = toolsetName(name);
	if (name !== '' && possible === name) return undefined;
	return `Use letters and digits, a letter first, and no word that TypeScript reserves.${possible ? ` For example: ${possible}` : ''}`;
}

function sourceProblem(source: string | undefined, fileId: string | undefined): string | undefined {
	if (source !== undefined && fileId !== undefined) return 'Give an address or a file, not both.';
	if (source === undefined) return fileId === undefined ? 'Give the address of the document, or upload it as a file.' : undefined;
	// Whether there is such an MCP server, and whose it is, the command says.
	const isSource = isHttpUrl(source) || isMcpSource(source) || /^example:\w+$/.test(source);
	return isSource ? undefined : 'This must be an address that starts with https:// or http://, or with mcp: for an MCP server.';
}

/** Says nothing of what was typed: it may be a secret. */
function referenceProblem(auth: string): string | undefined {
	const parsed = parseCredentialReference(auth);
	return parsed.ok ? undefined : parsed.message;
}

function isHttpUrl(text: string): boolean {
	return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
