import { UserError } from '../../src/errors.ts';
import { type Imported, importFunctions } from '../../src/repository/transfer/import-functions.ts';
import { readTransfer } from '../../src/repository/transfer/transfer.ts';
import { isMcpSource } from '../../src/toolset/mcp/source.ts';
import { type Command, type CommandServices, type Reply, type Request, text } from '../command.ts';
import { count, nameList } from '../toolset/name-list.ts';
import { day } from './describe.ts';

const LISTED = 50;
/** What a yes imports: the file that was asked about. */
const KEPT = 'kept:';

export const functionsImport: Command = {
	path: ['functions', 'import'],
	summary: 'Take over functions that another workspace has exported. Each is verified here first.',
	admin: true,
	audience: 'caller',
	form: { name: 'import-functions', unless: 'source' },
	options: [{ name: 'source', description: 'address of an exported file; at the console, its path, too', kind: 'word', required: true }],
	/** Keeps what it has read, so that a yes imports that. */
	async confirmation(request, services) {
		const content = await readSource(request, services);
		const { functions, workspace, exportedAt } = readTransfer(content);
		const names = nameList([...new Set(functions.map(({ name }) => name))]);
		const code = await services.functionImports.keep(request.workspaceId, content);
		const what = `The file has ${count(functions.length, 'function')} of the workspace \`${workspace}\`, exported ${day(exportedAt)}: ${names}.`;
		const then = 'Each is checked, and its recorded calls are replayed, before it is offered; no API is called.';
		return { question: `${what} ${then}\nImport them?`, options: { source: `${KEPT}${code}` } };
	},
	async run(request, services) {
		const { workspaceId, user } = request;
		const file = readTransfer(await readSource(request, services));
		const tools = await services.functionChecks.toolsOf(workspaceId);
		const imported = await importFunctions({ workspaceId, by: user.id, file, tools }, services.functionChecks);
		await services.functionImports.delete(workspaceId);
		return replyOf(imported, file.workspace);
	},
};

async function readSource({ workspaceId, options }: Request, { functionImports, readDocument }: CommandServices): Promise<string> {
	const source = String(options.source);
	if (isMcpSource(source))
		throw new UserError('bad-input', 'Functions are imported from a file of /functions export, not from an MCP server.');
	if (!source.startsWith(KEPT)) return (await readDocument(source)).text;
	const kept = await functionImports.get(workspaceId, source.slice(KEPT.length));
	if (kept !== undefined) return kept;
	throw new UserError('not-found', 'The file that you were asked about is no longer kept. Type /functions import again.');
}

/** What went wrong stands first. */
const ORDER: readonly Imported['result'][] = ['refused', 'quarantined', 'candidate', 'known'];

function replyOf(imported: readonly Imported[], workspace: string): Reply {
	const sorted = imported.toSorted((a, b) => ORDER.indexOf(a.result) - ORDER.indexOf(b.result));
	const number = (result: Imported['result']) => imported.filter((one) => one.result === result).length;
	const parts = [
		[number('candidate'), 'were verified here and are offered as candidates', 'was verified here and is offered as a candidate'],
		[number('quarantined'), 'do not pass verification here and are quarantined', 'does not pass verification here and is quarantined'],
		[number('known'), 'were here already', 'was here already'],
		[number('refused'), 'were refused', 'was refused'],
	] as const;
	const told = parts.flatMap(([many, plural, singular]) => (many === 0 ? [] : [`${many} ${many === 1 ? singular : plural}`]));
	const rows = sorted.slice(0, LISTED).map((one) => [one.given.name, 'record' in one ? String(one.record.version) : '', resultWords(one)]);
	const more = sorted.length > LISTED ? [text(`and ${sorted.length - LISTED} more: \`/functions list\``)] : [];
	const next = '`/functions verify` offers what is quarantined, once what it calls is connected.';
	return [
		text(`${count(imported.length, 'function')} of \`${workspace}\`: ${told.join('; ')}.`),
		{ kind: 'table', columns: ['function', 'version', 'result'], rows },
		...more,
		...(number('quarantined') > 0 ? [text(next)] : []),
	];
}

function resultWords(imported: Imported): string {
	if (imported.result === 'candidate') return 'candidate';
	if ('reason' in imported) return `${imported.result}: ${imported.reason}`;
	const { record, given } = imported;
	return `here already${record.name === given.name ? '' : ` as ${record.name}`}, ${record.state}`;
}
