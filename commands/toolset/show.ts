import { indexLine } from '../../src/code/declarations.ts';
import { type Command, text } from '../command.ts';
import { counted, credentialOf, LISTED, skippedTable } from './describe-toolset.ts';
import { missing, recordOf } from './existing.ts';

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
