import { UserError } from '../../src/errors.ts';
import { isExample } from '../../src/toolset/open-toolset.ts';
import { toolsetName } from '../../src/toolset/openapi/names.ts';
import { type Command, text } from '../command.ts';
import { CLIENT_OPTIONS, clientOf } from './client-options.ts';
import { counted, REFERENCES, skippedTable } from './describe-toolset.ts';
import { optional } from './existing.ts';

export const toolsetAdd: Command = {
	path: ['toolset', 'add'],
	summary: 'Connect an API by its OpenAPI or Swagger document, or an MCP server.',
	admin: true,
	audience: 'caller',
	form: { name: 'add-toolset', unless: 'source' },
	options: [
		{ name: 'name', description: 'what programs call it by, for example crm', kind: 'word', required: true },
		{
			name: 'source',
			description: 'address or file of the document, mcp:address or mcp:name of an MCP server, or example:movies',
			kind: 'word',
			required: true,
		},
		{ name: 'base-url', description: 'where calls go, if not where the document says', kind: 'value' },
		{ name: 'auth', description: `credential: ${REFERENCES}`, kind: 'value' },
		...CLIENT_OPTIONS,
	],
	async run({ workspaceId, user, options }, services) {
		const name = validName(String(options.name));
		const source = String(options.source);
		const credential = { credential: optional(options.auth), ...clientOf(options) };
		const reader = { workspaceId, name, ...credential };
		const { text: document, sourceUrl } = isExample(source) ? {} : await services.readDocument(source, reader);
		const toolset = await services.catalogue.add(
			{
				workspaceId,
				name,
				source,
				sourceUrl,
				baseUrl: optional(options['base-url']),
				...credential,
				addedAt: new Date().toISOString(),
				addedBy: user.id,
			},
			document,
		);
		return [
			text(`Connected **${toolset.title}** as \`${name}\`: ${counted(toolset)}. Calls go to ${toolset.address}.`),
			...skippedTable(toolset),
		];
	},
};

function validName(name: string): string {
	const possible = toolsetName(name);
	if (possible === name) return name;
	const advice = possible ? ` For example: ${possible}.` : '';
	throw new UserError(
		'bad-input',
		`"${name}" cannot name a toolset: programs write ${possible ?? 'crm'}.someTool(), so it must be letters and digits, starting with a letter, and no word that TypeScript reserves or programs have another use for.${advice}`,
	);
}
