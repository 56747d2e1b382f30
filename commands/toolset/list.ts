import { UserError } from '../../src/errors.ts';
import type { ToolsetRecord } from '../../src/toolset/catalogue.ts';
import { type Command, type CommandServices, text } from '../command.ts';
import { credentialOf, policyWord } from './describe-toolset.ts';

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
		return [{ kind: 'table', columns: ['name', 'title', 'tools', 'state', 'credential', 'from'], rows }];
	},
};

async function listRow(record: ToolsetRecord, catalogue: CommandServices['catalogue']): Promise<string[]> {
	const own = [stateOf(record), credentialOf(record), record.source];
	try {
		const toolset = await catalogue.load(record.workspaceId, record.name);
		return [record.name, toolset?.title ?? '', String(toolset?.tools.size ?? 0), ...own];
	} catch (error) {
		const reason = error instanceof UserError ? error.userMessage : 'cannot be loaded';
		return [record.name, `does not load: ${reason}`, '0', ...own];
	}
}

/** `on`, or `off, 2 rules` where its policy has some. */
function stateOf({ disabled, policy }: ToolsetRecord): string {
	const rules = policyWord(policy);
	return `${disabled ? 'off' : 'on'}${rules === 'default' ? '' : `, ${rules}`}`;
}
