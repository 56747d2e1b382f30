import { indexLine } from '../src/code/declarations.ts';
import { UserError } from '../src/errors.ts';
import type { FunctionRecord } from '../src/repository/function-record.ts';
import type { ToolsetRecord } from '../src/toolset/catalogue.ts';
import { describeReference } from '../src/toolset/http/credential-reference.ts';
import { isExample } from '../src/toolset/open-toolset.ts';
import { toolsetName } from '../src/toolset/openapi/names.ts';
import type { Toolset } from '../src/toolset/tool.ts';
import { type Command, type CommandServices, type ReplyBlock, text } from './command.ts';

/** Lines of a listing that a chat still shows whole; the rest is counted. */
const LISTED = 80;
/** Functions that a question names; the rest is counted. */
const NAMED = 10;
const REFERENCES = 'NAME of an operator secret, or bearer:NAME, basic:NAME, header:X-Api-Key:NAME, query:key:NAME';

export const toolsetAdd: Command = {
	path: ['toolset', 'add'],
	summary: 'Connect an API by its OpenAPI 3.x or Swagger 2 document.',
	admin: true,
	audience: 'caller',
	form: { name: 'add-toolset', unless: 'source' },
	options: [
		{ name: 'name', description: 'what programs call it by, for example crm', kind: 'word', required: true },
		{ name: 'source', description: 'address or file of the document, or example:movies', kind: 'word', required: true },
		{ name: 'base-url', description: 'where calls go, if not where the document says', kind: 'value' },
		{ name: 'auth', description: `credential: ${REFERENCES}`, kind: 'value' },
	],
	async run({ workspaceId, user, options }, services) {
		const name = validName(String(options.name));
		const source = String(options.source);
		const { text: document, sourceUrl } = isExample(source) ? {} : await services.readDocument(source);
		const toolset = await services.catalogue.add(
			{
				workspaceId,
				name,
				source,
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
	audience: 'caller',
	options: [],
	async run({ workspaceId }, { catalogue }) {
		const records = await catalogue.list(workspaceId);
		if (records.length === 0)
			return [text('No API is connected yet. An admin connects one with /toolset add <name> <address of its OpenAPI document>.')];
		const rows = await Promise.all(records.map((record) => listRow(record, catalogue)));
		return [{ kind: 'table', columns: ['name', 'title', 'tools', 'credential', 'from'], rows }];
	},
};

export const toolsetShow: Command = {
	path: ['toolset', 'show'],
	summary: 'Show the tools of a connected API.',
	admin: false,
	audience: 'caller',
	options: [{ name: 'name', description: 'its name in /toolset list', kind: 'word', required: true, completes: 'toolset' }],
	async run({ workspaceId, options }, { catalogue }) {
		const name = String(options.name);
		const toolset = (await catalogue.load(workspaceId, name)) ?? (await missing(workspaceId, name, catalogue));
		const record = await recordOf(workspaceId, name, catalogue);
		const tools = [...toolset.tools.values()];
		const lines = tools.slice(0, LISTED).map((tool) => `${indexLine(tool)}${tool.effect === 'read' ? '' : ` // ${tool.effect}`}`);
		const more = tools.length > LISTED ? [text(`and ${tools.length - LISTED} more.`)] : [];
		return [
			text(
				`**${toolset.title}** as \`${name}\`: ${counted(toolset)}. Calls go to ${toolset.address}. Credential: ${credentialOf(record)}.`,
			),
			{ kind: 'code', language: 'ts', code: lines.join('\n') },
			...more,
			...skippedTable(toolset),
		];
	},
};

export const toolsetAuth: Command = {
	path: ['toolset', 'auth'],
	summary: 'Set the credential that calls of an API carry.',
	admin: true,
	audience: 'caller',
	form: { name: 'credential', unless: 'reference' },
	options: [
		{ name: 'name', description: 'its name in /toolset list', kind: 'word', required: true, completes: 'toolset' },
		{ name: 'reference', description: `${REFERENCES}; none removes it`, kind: 'word' },
	],
	async run({ workspaceId, options }, { catalogue }) {
		const name = String(options.name);
		const record = await recordOf(workspaceId, name, catalogue);
		const reference = optional(options.reference);
		if (reference === undefined) return [text(howToSet(record))];
		if (reference.toLowerCase() === 'none') {
			await catalogue.setCredential(workspaceId, name, undefined);
			return [text(`Calls of \`${name}\` carry no credential any more.`)];
		}
		await catalogue.setCredential(workspaceId, name, { reference });
		return [text(`Calls of \`${name}\` carry this credential now: ${describeReference(reference)}.`)];
	},
};

export const toolsetRemove: Command = {
	path: ['toolset', 'remove'],
	summary: 'Disconnect an API. Stored functions that call it stay, and are not offered while it is gone.',
	admin: true,
	audience: 'caller',
	options: [{ name: 'name', description: 'its name in /toolset list', kind: 'word', required: true, completes: 'toolset' }],
	async confirmation({ workspaceId, options }, { catalogue, functions }) {
		const name = String(options.name);
		const record = await recordOf(workspaceId, name, catalogue);
		const tools = await catalogue.load(workspaceId, name).then(
			(toolset) => (toolset ? counted(toolset) : 'its tools'),
			() => 'its tools, which cannot be loaded now',
		);
		const credential = record.sealed ? ' Its credential is deleted.' : '';
		return `Disconnect \`${name}\` (${tools})?${credential} ${concerned(callersOf(name, await functions.list(workspaceId)))}`;
	},
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

function credentialOf({ credential }: ToolsetRecord): string {
	return credential === undefined ? 'none' : describeReference(credential);
}

function howToSet(record: ToolsetRecord): string {
	return [
		`Credential of \`${record.name}\`: ${credentialOf(record)}.`,
		`The operator puts a secret into a variable TOOLSET_SECRET_NAME; \`/toolset auth ${record.name} bearer:NAME\` has calls carry it. Other forms: NAME alone (as the document says), basic:NAME, header:X-Api-Key:NAME, query:key:NAME. \`/toolset auth ${record.name} none\` removes it.`,
		'Never type a secret itself into a command.',
	].join('\n');
}

/** Names of the functions that call the toolset, themselves or through others. */
function callersOf(toolset: string, functions: readonly FunctionRecord[]): string[] {
	const callers = new Set(
		functions.filter(({ tools }) => tools.some(({ tool }) => tool.startsWith(`${toolset}.`))).map(({ name }) => name),
	);
	// What is added while this loop runs is visited, too.
	for (const called of callers) for (const { name, uses } of functions) if (uses.includes(called)) callers.add(name);
	return [...callers].sort();
}

function concerned(functions: readonly string[]): string {
	if (functions.length === 0) return 'No stored function calls it.';
	const [first, ...others] = functions;
	if (others.length === 0) return `The stored function \`${first}\` calls it and is not offered while it is gone.`;
	const named = functions.slice(0, NAMED).map((name) => `\`${name}\``);
	const more = functions.length > NAMED ? ` and ${functions.length - NAMED} more` : '';
	return `${functions.length} stored functions call it and are not offered while it is gone: ${named.join(', ')}${more}.`;
}

async function recordOf(workspaceId: string, name: string, catalogue: CommandServices['catalogue']): Promise<ToolsetRecord> {
	const record = (await catalogue.list(workspaceId)).find((candidate) => candidate.name === name);
	return record ?? missing(workspaceId, name, catalogue);
}

async function listRow(record: ToolsetRecord, catalogue: CommandServices['catalogue']): Promise<string[]> {
	try {
		const toolset = await catalogue.load(record.workspaceId, record.name);
		return [record.name, toolset?.title ?? '', String(toolset?.tools.size ?? 0), credentialOf(record), record.source];
	} catch (error) {
		const reason = error instanceof UserError ? error.userMessage : 'cannot be loaded';
		return [record.name, `does not load: ${reason}`, '0', credentialOf(record), record.source];
	}
}

async function missing(workspaceId: string, name: string, catalogue: CommandServices['catalogue']): Promise<never> {
	const names = (await catalogue.list(workspaceId)).map((record) => record.name);
	const others = names.length > 0 ? `There are: ${names.join(', ')}.` : 'None is connected yet; /toolset add connects one.';
	throw new UserError('not-found', `There is no toolset named ${name}. ${others}`);
}
