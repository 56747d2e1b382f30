import { indexLine } from '../../src/code/declarations.ts';
import { UserError } from '../../src/errors.ts';
import { type Policy, ruleOf } from '../../src/toolset/policy.ts';
import type { Tool } from '../../src/toolset/tool.ts';
import type { ToolsetRecord } from '../../src/toolset/toolset-record.ts';
import { type Command, type Reply, type Request, text } from '../command.ts';
import { counted, credentialOf, effectRules, kindOf, LISTED, policyWord, skippedTable } from './describe-toolset.ts';
import { missing, optional, recordOf } from './existing.ts';
import { count } from './name-list.ts';

export const toolsetShow: Command = {
	path: ['toolset', 'show'],
	summary: 'Show the tools of a connected API.',
	admin: false,
	audience: 'caller',
	options: [
		{ name: 'name', description: 'its name in /toolset list', kind: 'word', required: true, completes: 'toolset' },
		{ name: 'page', description: `which ${LISTED} of its tools; the first if left out`, kind: 'value' },
		{ name: 'search', description: 'words that a tool must have in its name, summary or address', kind: 'rest' },
	],
	async run({ workspaceId, options }, { catalogue }) {
		const name = String(options.name);
		const whole = (await catalogue.loadWhole(workspaceId, name)) ?? (await missing(workspaceId, name, catalogue));
		const toolset = (await catalogue.load(workspaceId, name)) ?? (await missing(workspaceId, name, catalogue));
		const record = await recordOf(workspaceId, name, catalogue);
		const words = optional(options.search);
		const tools = found([...toolset.tools.values()], words);
		const head = `**${toolset.title}** as \`${name}\` (${kindOf(whole)}): ${counted(toolset)}. Calls go to ${toolset.address}. Credential: ${credentialOf(record)}. ${historyOf(record)}`;
		return [
			text(head),
			...(words === undefined ? [] : [text(`${count(tools.length, 'tool')} with "${words}":`)]),
			...page(tools, options, record.policy ?? {}),
			...(words === undefined ? skippedTable(toolset) : []),
		];
	},
};

/** State, policy and dates, in sentences. */
function historyOf({ name, policy, disabled, addedAt, refreshedAt }: ToolsetRecord): string {
	const off = disabled ? ` It is off: questions are not offered it until /toolset enable ${name}.` : '';
	const refreshed = refreshedAt === undefined ? '' : `, refreshed ${day(refreshedAt)}`;
	return `Policy: ${policyWord(policy)} (${effectRules(policy ?? {})}). Added ${day(addedAt)}${refreshed}.${off}`;
}

function day(time: string): string {
	return time.slice(0, 10);
}

/** Those that hold all of the words. */
function found(tools: readonly Tool[], words: string | undefined): readonly Tool[] {
	const wanted = (words ?? '').toLowerCase().split(/\s+/);
	return tools.filter(({ name, summary, origin }) => {
		const all = `${name} ${summary} ${origin}`.toLowerCase();
		return wanted.every((word) => all.includes(word));
	});
}

function page(tools: readonly Tool[], { name, search, page: given }: Request['options'], policy: Policy): Reply {
	const pages = Math.max(1, Math.ceil(tools.length / LISTED));
	const number = given === undefined ? 1 : Number(given);
	if (!Number.isInteger(number) || number < 1 || number > pages) {
		throw new UserError(
			'bad-input',
			`There ${pages === 1 ? 'is one page' : `are ${pages} pages`}: --page takes 1${pages === 1 ? '' : ` to ${pages}`}.`,
		);
	}
	if (tools.length === 0) return [];
	const shown = tools.slice((number - 1) * LISTED, number * LISTED);
	const left = tools.length - number * LISTED;
	const next = `/toolset show ${name} --page ${number + 1}${search === undefined ? '' : ` ${search}`}`;
	return [
		{ kind: 'code', language: 'ts', code: shown.map((tool) => toolLine(tool, policy)).join('\n') },
		...(left > 0 ? [text(`and ${left} more: \`${next}\``)] : []),
	];
}

/** What is no plain read, and what happens to a call, stand behind it. */
function toolLine(tool: Tool, policy: Policy): string {
	const rule = ruleOf(tool, policy);
	const notes = [
		...(tool.effect === 'read' ? [] : [tool.effect]),
		...(tool.effect === 'read' && rule === 'run' ? [] : [rule.replace('-', ' ')]),
	];
	return `${indexLine(tool)}${notes.length === 0 ? '' : ` // ${notes.join(', ')}`}`;
}
