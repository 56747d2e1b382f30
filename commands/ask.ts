import { UserError } from '../src/errors.ts';
import { type AskingCommand, readWriteOptions, runToEnd, WRITE_OPTIONS } from './begin-run.ts';

export const ask: AskingCommand = {
	path: ['ask'],
	summary: 'Ask a question; it is answered in the thread.',
	admin: false,
	audience: 'everyone',
	options: [...WRITE_OPTIONS, { name: 'question', description: 'what you want to know', kind: 'rest', required: true }],
	async asks(request) {
		const text = String(request.options.question ?? '').trim();
		if (text === '') throw new UserError('bad-input', 'The question is empty. Type what you want to know after /ask.');
		return { text, ...(await readWriteOptions(request)) };
	},
	run: (request, services) => runToEnd(ask, request, services),
};
