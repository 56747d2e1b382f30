import { UserError } from '../src/errors.ts';
import type { Command } from './command.ts';

export const ask: Command = {
	path: ['ask'],
	summary: 'Ask a question; it is answered in the thread.',
	admin: false,
	options: [
		{ name: 'allow-writes', description: 'let the program change data without asking for each call', kind: 'flag' },
		{ name: 'question', description: 'what you want to know', kind: 'rest', required: true },
	],
	async run({ id, workspaceId, conversation, user, options }, { runs }) {
		const question = String(options.question ?? '').trim();
		if (question === '') throw new UserError('bad-input', 'The question is empty. Type what you want to know after /ask.');
		if (options['allow-writes'] && !user.isAdmin) {
			throw new UserError('not-allowed', 'Only an admin may let a program write without asking. Ask without --allow-writes.');
		}
		const { finished } = await runs.submit({
			id,
			workspaceId,
			conversation,
			text: question,
			askedBy: { id: user.id, name: user.name },
			allowWrites: options['allow-writes'] === true,
		});
		await finished;
		return [];
	},
};
