import { type Command, text } from '../command.ts';
import { callersOf, concerned, isOf } from './callers.ts';
import { counted } from './describe-toolset.ts';
import { missing, recordOf } from './existing.ts';

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
			(toolset) => (toolset ? `has ${counted(toolset)}` : 'has no tools'),
			() => 'cannot be loaded now',
		);
		const credential = record.sealed ? ' Its credential is deleted with it.' : '';
		const callers = concerned(callersOf(isOf(name), await functions.list(workspaceId)), 'while it is gone');
		return { question: `\`${name}\` ${tools}.${credential} ${callers}\nDisconnect it?` };
	},
	async run({ workspaceId, options }, { catalogue }) {
		const name = String(options.name);
		if (!(await catalogue.remove(workspaceId, name))) await missing(workspaceId, name, catalogue);
		return [text(`Disconnected \`${name}\`.`)];
	},
};
