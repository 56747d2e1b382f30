import { UserError } from '../src/errors.ts';
import type { FunctionRecord } from '../src/repository/function-record.ts';
import type { FunctionStore } from '../src/repository/function-store.ts';
import { type Command, type Reply, text } from './command.ts';

const FOUND = 10;

export const functionsList: Command = {
	path: ['functions', 'list'],
	summary: 'Show the functions that earlier answers left behind.',
	admin: false,
	audience: 'caller',
	options: [],
	async run({ workspaceId }, { functions }) {
		const records = byUse(await functions.list(workspaceId));
		if (records.length === 0) return [text('No function is stored yet. Every program that answers a question leaves its functions here.')];
		return table(records);
	},
};

export const functionsSearch: Command = {
	path: ['functions', 'search'],
	summary: 'Find stored functions by what they do.',
	admin: false,
	audience: 'caller',
	options: [{ name: 'text', description: 'words to look for', kind: 'rest', required: true }],
	async run({ workspaceId, options }, { functions }) {
		const records = await functions.search(workspaceId, String(options.text), FOUND);
		return records.length === 0 ? [text(`No stored function matches "${options.text}". /functions list shows all.`)] : table(records);
	},
};

export const functionsShow: Command = {
	path: ['functions', 'show'],
	summary: 'Show a stored function: its source, what it calls, where it came from.',
	admin: false,
	audience: 'caller',
	options: [{ name: 'name', description: 'its name in /functions list', kind: 'word', required: true, completes: 'function' }],
	async run({ workspaceId, options, user }, { functions }) {
		const record = (await functions.get(workspaceId, String(options.name))) ?? missing(String(options.name));
		const { statistics } = record;
		// They may come from private conversations. A platform that does not say who is an admin has none here.
		const questions = record.questions.length > 0 && (await user.isAdmin().catch(() => false)) ? [quoted(record.questions)] : [];
		const facts = [
			`**${record.name}** version ${record.version}, stored ${day(record.createdAt)}`,
			`Calls: ${[...record.tools.map(({ tool }) => tool), ...record.uses.map((used) => used.name)].join(', ') || 'nothing'}`,
			`Used ${times(usesOf(record))}, ${statistics.failed} failed, last ${day(statistics.lastUsedAt)}${statistics.disliked ? `; disliked ${times(statistics.disliked)}` : ''}`,
			`Verified by replaying: ${record.examples[0]?.text}`,
			...questions,
		];
		return [text(facts.join('\n')), { kind: 'code', language: 'ts', code: record.source }];
	},
};

export const functionsForget: Command = {
	path: ['functions', 'forget'],
	summary: 'Delete a stored function.',
	admin: true,
	audience: 'caller',
	options: [{ name: 'name', description: 'its name in /functions list', kind: 'word', required: true, completes: 'function' }],
	async confirmation({ workspaceId, options }, { functions }) {
		const { name } = (await functions.get(workspaceId, String(options.name))) ?? missing(String(options.name));
		const users = await usersOf(name, workspaceId, functions);
		const warning =
			users.length > 0
				? `${users.join(', ')} ${users.length === 1 ? 'calls' : 'call'} \`${name}\` and could not be reused any more.\n`
				: '';
		return { question: `${warning}Delete the function \`${name}\` for good?` };
	},
	async run({ workspaceId, options }, { functions }) {
		const name = String(options.name);
		const versions = await functions.versions(workspaceId, name);
		if (versions.length === 0) missing(name);
		for (const version of versions) await functions.delete(workspaceId, version);
		const users = await usersOf(name, workspaceId, functions);
		const warning = users.length > 0 ? ` ${users.join(', ')} called it and cannot be reused any more.` : '';
		return [text(`Forgot \`${name}\`.${warning}`)];
	},
};

async function usersOf(name: string, workspaceId: string, functions: FunctionStore): Promise<string[]> {
	return (await functions.list(workspaceId))
		.filter((record) => record.uses.some((used) => used.name === name))
		.map((record) => record.name);
}

function table(records: readonly FunctionRecord[]): Reply {
	const rows = records.map((record) => [
		record.signature.replace(/^async function /, ''),
		purposeOf(record),
		`${usesOf(record)}${record.statistics.disliked ? ` (${record.statistics.disliked} disliked)` : ''}`,
		day(record.statistics.lastUsedAt),
	]);
	return [{ kind: 'table', columns: ['function', 'does', 'uses', 'last used'], rows }];
}

/** What a function does: its documentation up to the first tag. */
export function purposeOf({ documentation }: Pick<FunctionRecord, 'documentation'>): string {
	const tags = documentation.search(/(?:^|\s)@\w/);
	return (tags === -1 ? documentation : documentation.slice(0, tags)).trim();
}

/** How often a function ran, with success or without. */
export function usesOf({ statistics }: Pick<FunctionRecord, 'statistics'>): number {
	return statistics.succeeded + statistics.failed;
}

/** A copy, the most used ones first. */
export function byUse<Item extends Pick<FunctionRecord, 'statistics' | 'name'>>(records: readonly Item[]): Item[] {
	return [...records].sort((a, b) => usesOf(b) - usesOf(a) || a.name.localeCompare(b.name));
}

function quoted(questions: readonly string[]): string {
	return `Questions: ${questions.map((question) => `"${question}"`).join(', ')}`;
}

function times(count: number): string {
	return count === 1 ? 'once' : `${count} times`;
}

function day(time: string): string {
	return time.slice(0, 10);
}

function missing(name: string): never {
	throw new UserError('not-found', `There is no stored function named ${name}. /functions list shows all.`);
}
