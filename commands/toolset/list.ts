import type { ToolsetRecord } from '../../src/toolset/catalogue.ts';
import { type Command, type CommandServices, text } from '../command.ts';
import { credentialOf, policyWord, shownSource } from './describe-toolset.ts';

/** In place of a title. A cell holds no reason: those of servers are long. */
const BROKEN = '(does not load)';

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
		const broken = rows.filter(([, title]) => title === BROKEN).map(([name]) => `\`/toolset show ${name}\``);
		return [
			{ kind: 'table', columns: ['name', 'title', 'tools', 'state', 'credential', 'from'], rows },
			...(broken.length === 0 ? [] : [text(`What does not load is offered to no question. Why: ${broken.join(', ')}.`)]),
		];
	},
};

async function listRow(record: ToolsetRecord, catalogue: CommandServices['catalogue']): Promise<string[]> {
	const own = [stateOf(record), credentialOf(record), shownSource(record)];
	try {
		const toolset = await catalogue.load(record.workspaceId, record.name);
		return [record.name, toolset?.title ?? '', String(toolset?.tools.size ?? 0), ...own];
	} catch {
		return [record.name, BROKEN, '', ...own];
	}
}

/** `on`, or `off, 2 rules` where its policy has some. */
function stateOf({ disabled, policy }: ToolsetRecord): string {
	const rules = policyWord(policy);
	return `${disabled ? 'off' : 'on'}${rules === 'default' ? '' : `, ${rules}`}`;
}
