import { type Command, text } from '../command.ts';
import { counted } from './describe-toolset.ts';
import { missing, recordOf } from './existing.ts';

export const toolsetEnable: Command = {
	path: ['toolset', 'enable'],
	summary: 'Offer a connected API to questions again.',
	admin: true,
	audience: 'caller',
	options: [{ name: 'name', description: 'its name in /toolset list', kind: 'word', required: true, completes: 'toolset' }],
	async run({ workspaceId, options }, { catalogue }) {
		const name = String(options.name);
		const { disabled } = await recordOf(workspaceId, name, catalogue);
		if (!disabled) return [text(`\`${name}\` is on already.`)];
		// What cannot be opened would be left out of questions, and nobody would know.
		const toolset = (await catalogue.load(workspaceId, name)) ?? (await missing(workspaceId, name, catalogue));
		await catalogue.setEnabled(workspaceId, name, true);
		return [text(`\`${name}\` is on: new questions are offered ${counted(toolset)}.`)];
	},
};
