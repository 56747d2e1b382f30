import { type Command, text } from '../command.ts';
import { callersOf, concerned, isOf } from './callers.ts';
import { recordOf } from './existing.ts';

export const toolsetDisable: Command = {
	path: ['toolset', 'disable'],
	summary: 'Take a connected API out of questions, and keep all that belongs to it.',
	admin: true,
	audience: 'caller',
	options: [{ name: 'name', description: 'its name in /toolset list', kind: 'word', required: true, completes: 'toolset' }],
	async run({ workspaceId, options }, { catalogue, functions }) {
		const name = String(options.name);
		const { disabled } = await recordOf(workspaceId, name, catalogue);
		if (disabled) return [text(`\`${name}\` is off already.`)];
		await catalogue.setEnabled(workspaceId, name, false);
		const callers = callersOf(isOf(name), await functions.list(workspaceId));
		return [
			text(
				`\`${name}\` is off: new questions are not offered it. A run in progress still has it. ${concerned(callers, 'while it is off')} \`/toolset enable ${name}\` has it back.`,
			),
		];
	},
};
