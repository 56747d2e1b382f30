import type { Run, RunStatus } from '../src/runs/run.ts';
import { type Command, text } from './command.ts';

const LISTED = 10;
const QUESTION_CHARACTERS = 80;

const STATUS: Readonly<Record<RunStatus, string>> = {
	waiting: 'waiting',
	running: 'working on it',
	answered: 'answered',
	failed: 'no answer',
	stopped: 'stopped',
};

export const runs: Command = {
	path: ['runs'],
	summary: 'Show your last questions and what became of them.',
	admin: false,
	audience: 'caller',
	options: [],
	async run({ workspaceId, user }, services) {
		const recent = await services.runs.recent(workspaceId, { askedBy: user.id, limit: LISTED });
		if (recent.length === 0) return [text('You have not asked anything yet.')];
		return [{ kind: 'table', columns: ['when (UTC)', 'question', 'status', 'reference'], rows: recent.map(row) }];
	},
};

function row({ createdAt, question, status, dryRun, id }: Run): string[] {
	const became = dryRun ? `${STATUS[status]} (dry run)` : STATUS[status];
	return [createdAt.slice(0, 16).replace('T', ' '), shortened(question.text), became, id];
}

/** On one line, never half a character. */
function shortened(question: string): string {
	const characters = Array.from(question.slice(0, 2 * QUESTION_CHARACTERS + 2).replaceAll(/\s+/g, ' '));
	return characters.length > QUESTION_CHARACTERS ? `${characters.slice(0, QUESTION_CHARACTERS - 1).join('')}…` : characters.join('');
}
