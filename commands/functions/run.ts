import { exampleArguments, readArguments } from '../../src/code/read-arguments.ts';
import { UserError } from '../../src/errors.ts';
import { readRecord } from '../../src/repository/signatures.ts';
import { callableFunction } from '../../src/repository/standing/callable-function.ts';
import { type AskingCommand, readWriteOptions, runToEnd, WRITE_OPTIONS } from '../begin-run.ts';
import { lineOf } from '../parse.ts';

export const functionsRun: AskingCommand = {
	path: ['functions', 'run'],
	summary: 'Call a stored function with arguments of yours. No model is asked.',
	admin: false,
	audience: 'everyone',
	options: [
		...WRITE_OPTIONS,
		{ name: 'name', description: 'its name in /functions list', kind: 'word', required: true, completes: 'function' },
		{ name: 'arguments', description: 'in the order of its parameters, or name=value; texts with spaces in quotes', kind: 'rest' },
	],
	async asks(request, services) {
		const { workspaceId, options } = request;
		const record = await callableFunction(services.functions, workspaceId, String(options.name ?? ''));
		const called = readRecord(record);
		const read = readArguments(String(options.arguments ?? ''), called);
		if (!read.ok) {
			const example = lineOf(functionsRun, { name: record.name, arguments: exampleArguments(called) || undefined });
			throw new UserError('bad-input', `${read.problem}\nThe function: ${record.signature}\nFor example: ${example}`);
		}
		const text = lineOf(functionsRun, { name: record.name, arguments: options.arguments });
		return { text, call: { name: record.name, args: read.args }, ...(await readWriteOptions(request)) };
	},
	run: (request, services) => runToEnd(functionsRun, request, services),
};
