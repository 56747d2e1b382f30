import { indexLine } from '../src/code/declarations.ts';
import { UserError } from '../src/errors.ts';
import type { ToolsetRecord } from '../src/toolset/catalogue.ts';
import { toolsetName } from '../src/toolset/openapi/names.ts';
import type { Toolset } from '../src/toolset/tool.ts';
import { type Command, type CommandServices, type ReplyBlock, text } from './command.ts';

/** Lines of a listing that a chat still shows whole; the rest is counted. */
const LISTED = 80;

export const toolsetAdd: Command = {
	path: ['toolset', 'add'],
	summary: 'Connect an API by its OpenAPI 3.x or Swagger 2 document.',
	admin: true,
	options: [
		{ name: 'name', description: 'what programs call it by, for example crm', kind: 'word', required: true },
		{ name: 'source', description: 'address or file of the document', kind: 'word', required: true },
		{ name: 'base-url', description: 'where calls go, if not where the document says', kind: 'value' },
		{
			name: 'auth',
			description: 'credential: NAME of an operator secret, or bearer:NAME, basic:NAME, header:X-Api-Key:NAME, query:key:NAME',
			kind: 'value',
		},
	],
	async run({ workspaceId, user, options }, services) {
		const name = validName(String(options.name));
		const { text: document, sourceUrl } = await services.readDocument(String(options.source));
		const toolset = await services.catalogue.add(
			{
				workspaceId,
				name,
				source: String(options.source),
				sourceUrl,
				baseUrl: optional(options['base-url']),
				credential: optional(options.auth),
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

export const toolsetList: Command = {
	path: ['toolset', 'list'],
	summary: 'Show the connected APIs.',
	admin: false,
	options: [],
	async run({ workspaceId }, { catalogue }) {
		const records = await catalogue.list(workspaceId);
		if (records.length === 0)
			return [text('No API is connected yet. An admin connects one with /toolset add <name> <address of its OpenAPI document>.')];
		const rows = await Promise.all(records.map((record) => listRow(record, catalogue)));
		return [{ kind: 'table', columns: ['name', 'title', 'tools', 'from'], rows }];
	},
};

export const toolsetShow: Command = {
	path: ['toolset', 'show'],
	summary: 'Show the tools of a connected API.',
	admin: false,
	options: [{ name: 'name', description: 'its name in /toolset list', kind: 'word', required: true }],
	async run({ workspaceId, options }, { catalogue }) {
		const name = String(options.name);
		const toolset = (await catalogue.load(workspaceId, name)) ?? (await missing(workspaceId, name, catalogue));
		const tools = [...toolset.tools.values()];
		const lines = tools.slice(0, LISTED).map((tool) => `${indexLine(tool)}${tool.effect === 'read' ? '' : ` // ${tool.effect}`}`);
		const more = tools.length > LISTED ? [text(`and ${tools.length - LISTED} more.`)] : [];
		return [
			text(`**${toolset.title}** as \`${name}\`: ${counted(toolset)}. Calls go to ${toolset.address}.`),
			{ kind: 'code', language: 'ts', code: lines.join('\n') },
			...more,
			...skippedTable(toolset),
		];
	},
};

export const toolsetRemove: Command = {
	path: ['toolset', 'remove'],
	summary: 'Disconnect an API. Stored functions that call it stay, and are not offered while it is gone.',
	admin: true,
	options: [{ name: 'name', description: 'its name in /toolset list', kind: 'word', required: true }],
	async run({ workspaceId, options }, { catalogue }) {
		const name = String(options.name);
		if (!(await catalogue.remove(workspaceId, name))) await missing(workspaceId, name, catalogue);
		return [text(`Disconnected \`${name}\`.`)];
	},
};

function validName(name: string): string {
	const possible = toolsetName(name);
	if (possible === name) return name;
	const advice = possible ? ` For example: ${possible}.` : '';
	throw new UserError(
		'bad-input',
		`"${name}" cannot name a toolset: programs write ${possible ?? 'crm'}.someTool(), so it must be letters and digits, starting with a letter, and no word that TypeScript reserves.${advice}`,
	);
}

function optional(value: string | boolean | undefined): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

function counted(toolset: Toolset): string {
	const writes = [...toolset.tools.values()].filter((tool) => tool.effect !== 'read').length;
	const skipped = toolset.skipped.length > 0 ? `, ${toolset.skipped.length} operations left out` : '';
	return `${toolset.tools.size} ${toolset.tools.size === 1 ? 'tool' : 'tools'} (${writes === 0 ? 'all read-only' : `${writes} that write`})${skipped}`;
}

function skippedTable({ skipped }: Toolset): ReplyBlock[] {
	if (skipped.length === 0) return [];
	return [
		{ kind: 'table', columns: ['left out', 'because'], rows: skipped.slice(0, LISTED).map(({ origin, reason }) => [origin, reason]) },
	];
}

async function listRow(record: ToolsetRecord, catalogue: CommandServices['catalogue']): Promise<string[]> {
	try {
		const toolset = await catalogue.load(record.workspaceId, record.name);
		return [record.name, toolset?.title ?? '', String(toolset?.tools.size ?? 0), record.source];
	} catch (error) {
		const reason = error instanceof UserError ? error.userMessage : 'cannot be loaded';
		return [record.name, `does not load: ${reason}`, '0', record.source];
	}
}

async function missing(workspaceId: string, name: string, catalogue: CommandServices['catalogue']): Promise<never> {
	const names = (await catalogue.list(workspaceId)).map((record) => record.name);
	const others = names.length > 0 ? `There are: ${names.join(', ')}.` : 'None is connected yet; /toolset add connects one.';
	throw new UserError('not-found', `There is no toolset named ${name}. ${others}`);
}
