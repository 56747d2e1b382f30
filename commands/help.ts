import { type Command, text } from './command.ts';
import { usage } from './parse.ts';

/** `table` is asked for when the command runs: it holds this command too. */
export const createHelp = (table: () => readonly Command[]): Command => ({
	path: ['help'],
	summary: 'Explain the commands.',
	admin: false,
	audience: 'caller',
	options: [],
	async run(_request, { sampleQuestions }) {
		const rows = table().map((command) => [usage(command), `${command.summary}${command.admin ? ' (admin)' : ''}`]);
		const samples =
			sampleQuestions.length > 0
				? [
						text(
							`No model is configured, so these questions can be answered:\n${sampleQuestions.map((question) => `  ${question}`).join('\n')}`,
						),
					]
				: [];
		return [text('Type a question, or one of these commands:'), { kind: 'table', columns: ['command', 'does'], rows }, ...samples];
	},
});
