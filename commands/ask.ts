import { UserError } from '../src/errors.ts';
import type { SubmittedRun } from '../src/runs/run-request.ts';
import type { Command, CommandServices, Request } from './command.ts';

export const ask: Command = {
	path: ['ask'],
	summary: 'Ask a question; it is answered in the thread.',
	admin: false,
	audience: 'everyone',
	options: [
		{ name: 'allow-writes', description: 'let the program change data without asking for each call', kind: 'flag' },
		{ name: 'dry-run', description: 'change nothing: list what the program would write', kind: 'flag' },
		{ name: 'question', description: 'what you want to know', kind: 'rest', required: true },
	],
	async run(request, services) {
		const { finished } = await submitQuestion(request, services);
		await finished;
		return [];
	},
};

/** Accepts the question of an `ask` without waiting for its answer, which the conversation shows. Rejects as `ask` does. */
export async function submitQuestion(request: Request, { runs }: Pick<CommandServices, 'runs'>): Promise<SubmittedRun> {
	const { id, workspaceId, conversation, topic, retryOf, user } = request;
	const question = await readQuestion(request);
	return runs.submit({ id, workspaceId, conversation, topic, retryOf, ...question, askedBy: { id: user.id, name: user.name } });
}

/** What is asked. Rejects as `ask` does: whoever shows something of a question before it is accepted looks first. */
export async function readQuestion({
	options,
	user,
}: Pick<Request, 'options' | 'user'>): Promise<{ readonly text: string; readonly allowWrites: boolean; readonly dryRun: boolean }> {
	const text = String(options.question ?? '').trim();
	if (text === '') throw new UserError('bad-input', 'The question is empty. Type what you want to know after /ask.');
	const allowWrites = options['allow-writes'] === true;
	if (allowWrites && !(await user.isAdmin())) {
		throw new UserError('not-allowed', 'Only an admin may let a program write without asking. Ask without --allow-writes.');
	}
	return { text, allowWrites, dryRun: options['dry-run'] === true };
}
