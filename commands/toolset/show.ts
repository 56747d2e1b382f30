import { indexLine } from '../../src/code/declarations.ts';
import { UserError } from '../../src/errors.ts';
import { closestName } from '../../src/toolset/closest-name.ts';
import { type Policy, ruleOf } from '../../src/toolset/policy.ts';
import type { Tool, Toolset } from '../../src/toolset/tool.ts';
import type { ToolsetRecord } from '../../src/toolset/toolset-record.ts';
import { type Command, type CommandServices, type Reply, type Request, text } from '../command.ts';
import { counted, credentialOf, effectRules, kindOf, LISTED, policyWord, shownSource, skippedTable } from './describe-toolset.ts';
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
		const record = await recordOf(workspaceId, name, catalogue);
		const opened = await openBoth(record, catalogue);
		if ('reason' in opened)
			return [text(`\`${name}\` (from ${shownSource(record)}) does not load: ${opened.reason}\n${aboutRecord(record)}`)];
		const { toolset, whole } = opened;
		const words = optional(options.search);
		const tools = found([...toolset.tools.values()], words);
		if (words !== undefined && tools.length === 0) return [text(nothingLike(words, toolset))];
		const page = pageOf(tools, toolset, options);
		const what =
			words === undefined ? `**${toolset.title}** as \`${name}\`` : `${count(tools.length, 'tool')} of \`${name}\` with "${words}"`;
		const isBeginning = words === undefined && page.number === 1;
		const about = `**${toolset.title}** as \`${name}\` (${kindOf(whole)}): ${counted(toolset)}. Calls go to ${toolset.address}. ${aboutRecord(record)}`;
		return [
			text(isBeginning ? about : `${what}${page.pages === 1 ? '' : `, page ${page.number} of ${page.pages}`}:`),
			...lines(page, options, record.policy ?? {}),
			...(isBeginning ? skippedTable(toolset) : []),
		];
	},
};

/** As its policy leaves it, and without that; or why it cannot be opened, which is what somebody wants to know who looks at it then. */
async function openBoth(
	{ workspaceId, name }: ToolsetRecord,
	catalogue: CommandServices['catalogue'],
): Promise<{ readonly toolset: Toolset; readonly whole: Toolset } | { readonly reason: string }> {
	try {
		const whole = (await catalogue.loadWhole(workspaceId, name)) ?? (await missing(workspaceId, name, catalogue));
		const toolset = (await catalogue.load(workspaceId, name)) ?? (await missing(workspaceId, name, catalogue));
		return { toolset, whole };
	} catch (error) {
		if (error instanceof UserError && error.code !== 'not-found') return { reason: error.userMessage };
		throw error;
	}
}

/** Credential, policy, dates and state, in sentences. */
function aboutRecord(record: ToolsetRecord): string {
	const { name, policy, disabled, addedAt, refreshedAt } = record;
	const off = disabled ? ` It is off: questions are not offered it until /toolset enable ${name}.` : '';
	const refreshed = refreshedAt === undefined ? '' : `, refreshed ${day(refreshedAt)}`;
	return `Credential: ${credentialOf(record)}. Policy: ${policyWord(policy)} (${effectRules(policy ?? {})}). Added ${day(addedAt)}${refreshed}.${off}`;
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

function nothingLike(words: string, { name, tools }: Toolset): string {
	const near = closestName(words, [...tools.keys()]);
	const advice = near === undefined ? 'Try one word, or a shorter one' : `Did you mean ${near}`;
	return `No tool of \`${name}\` has "${words}" in its name, summary or address. ${advice}${near === undefined ? '.' : '?'} \`/toolset show ${name}\` lists ${count(tools.size, 'tool')}.`;
}

interface Page {
	/** From 1. */
	readonly number: number;
	readonly pages: number;
	readonly tools: readonly Tool[];
	/** Tools on the pages after it. */
	readonly left: number;
}

/** Throws `bad-input` for a page there is not. */
function pageOf(tools: readonly Tool[], { name }: Toolset, { search, page: given }: Request['options']): Page {
	const pages = Math.max(1, Math.ceil(tools.length / LISTED));
	const number = given === undefined ? 1 : Number(given);
	if (!Number.isInteger(number) || number < 1 || number > pages) {
		const what = search === undefined ? `The list of ${name}` : `The search for "${search}"`;
		const advice = pages === 1 ? 'one page: leave --page out.' : `${pages} pages: --page takes 1 to ${pages}.`;
		throw new UserError('bad-input', `${what} has ${advice}`);
	}
	return { number, pages, tools: tools.slice((number - 1) * LISTED, number * LISTED), left: Math.max(0, tools.length - number * LISTED) };
}

function lines({ number, tools, left }: Page, { name, search }: Request['options'], policy: Policy): Reply {
	if (tools.length === 0) return [];
	const next = `/toolset show ${name} --page ${number + 1}${search === undefined ? '' : ` ${search}`}`;
	return [
		{ kind: 'code', language: 'ts', code: tools.map((tool) => toolLine(tool, policy)).join('\n') },
		...(left > 0 ? [text(`and ${left} more: \`${next}\``)] : []),
	];
}

/** What is no plain read, and its rule in the word that is typed, stand behind it. */
function toolLine(tool: Tool, policy: Policy): string {
	const rule = ruleOf(tool, policy);
	const notes = [...(tool.effect === 'read' ? [] : [tool.effect]), ...(tool.effect === 'read' && rule === 'run' ? [] : [rule])];
	return `${indexLine(tool)}${notes.length === 0 ? '' : ` // ${notes.join(', ')}`}`;
}
