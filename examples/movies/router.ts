import type { IncomingMessage } from 'node:http';
import { type Given, readArguments } from './arguments.ts';
import { readJsonObject } from './body.ts';
import type { Operation } from './document.ts';
import type { Handler } from './operations.ts';
import { problem, type Reply } from './reply.ts';

interface Match {
	readonly operation: Operation;
	readonly path: Readonly<Record<string, string>>;
}

/** Answers a request with the operation its path and method name. HEAD is answered like GET, OPTIONS with what is allowed. */
export async function route(
	request: IncomingMessage,
	operations: readonly Operation[],
	handlers: Readonly<Record<string, Handler>>,
): Promise<Reply> {
	const [path = '', search = ''] = splitOnce(request.url ?? '/', '?');
	const segments = decoded(path.slice(1).split('/'));
	if (!segments) return problem(400, 'The path has a percent sign that is not followed by the two digits of an encoded character.');
	const matches = matching(operations, segments);
	if (matches.length === 0) return problem(404, 'There is nothing at this path; GET /openapi.json describes what there is.');
	const method = request.method === 'HEAD' ? 'GET' : request.method;
	const match = matches.find(({ operation }) => operation.method === method);
	if (!match) return withoutOperation(request.method, matches);
	return answer(match, request, new URLSearchParams(search), handlers);
}

function splitOnce(text: string, mark: string): [string, string] {
	const at = text.indexOf(mark);
	return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(segments: readonly string[]): string[] | undefined {
	try {
		return segments.map(decodeURIComponent);
	} catch {
		return undefined;
	}
}

/** The operations of the first path that fits, in the document's order of precedence. */
function matching(operations: readonly Operation[], segments: readonly string[]): Match[] {
	const fitting = operations.filter(
		(operation) =>
			operation.segments.length === segments.length &&
			operation.segments.every((segment, index) => segment === segments[index] || (segment.startsWith('{') && segments[index] !== '')),
	);
	const template = fitting[0]?.segments.join('/');
	return fitting
		.filter((operation) => operation.segments.join('/') === template)
		.map((operation) => ({ operation, path: pathValues(operation, segments) }));
}

function pathValues(operation: Operation, segments: readonly string[]): Record<string, string> {
	const values = operation.segments.map((segment, index) => [segment.slice(1, -1), segments[index] ?? '']);
	return Object.fromEntries(values.filter((_, index) => operation.segments[index]?.startsWith('{')));
}

function withoutOperation(method: string | undefined, matches: readonly Match[]): Reply {
	const named = matches.map(({ operation }) => operation.method);
	const allow = [...named, ...(named.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
	if (method === 'OPTIONS') return { status: 204, headers: { allow } };
	return problem(405, `This path takes ${allow}, not ${method}.`, { allow });
}

async function answer(
	{ operation, path }: Match,
	request: IncomingMessage,
	query: URLSearchParams,
	handlers: Readonly<Record<string, Handler>>,
): Promise<Reply> {
	let body: Given['body'] = {};
	if (operation.arguments.some((argument) => argument.in === 'body')) {
		const read = await readJsonObject(request);
		if ('refusal' in read) return read.refusal;
		body = read.body;
	}
	const result = readArguments(operation.arguments, { path, query, body });
	if ('wrong' in result) return problem(400, result.wrong);
	const handler = handlers[operation.id];
	if (!handler) throw new Error(`openapi.json describes ${operation.id}, which operations.ts does not have`);
	return handler(result.args);
}
