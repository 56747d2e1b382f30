import type { Expression, ReturnStatement, Statement } from 'acorn';
import { parseProgram } from './parse.ts';
import type { FunctionSource, Program } from './program.ts';
import { analyseScopes } from './scopes.ts';

/** A function whose result is the answer, as far as it says what it returns. */
export interface AnsweredFunction extends Pick<FunctionSource, 'name' | 'returnType'> {
	/** Text of the interfaces and type aliases that its return type may name. */
	readonly types: readonly string[];
}

/**
 * The function whose result is the answer: `return answer(sentence, await f())`, `return await f()`, or the same through a constant of the top
 * level. It is one of the program, or of `stored`, whose sources hold the function and its types. Undefined when the value is computed further.
 */
export function answeredFunction(
	program: Program,
	stored: readonly { readonly name: string; readonly source: string }[] = [],
): AnsweredFunction | undefined {
	const returned = program.tree.body.findLast((node): node is ReturnStatement => node.type === 'ReturnStatement')?.argument;
	const value = returned && answeredValue(returned);
	const name = value ? calledName(value, program.tree.body as Statement[]) : undefined;
	if (name === undefined) return undefined;
	const own = describedIn(program, name);
	if (own || declares(program, name)) return own;
	const record = stored.find((candidate) => candidate.name === name);
	const parsed = record && parseProgram(record.source);
	return parsed?.ok ? describedIn(parsed.program, name) : undefined;
}

function describedIn({ functions, types }: Program, name: string): AnsweredFunction | undefined {
	const fn = functions.find((candidate) => candidate.name === name);
	return fn && { name, ...(fn.returnType && { returnType: fn.returnType }), types: types.map(({ source }) => source) };
}

function declares({ tree }: Program, name: string): boolean {
	return [...analyseScopes(tree).topLevel].some((variable) => variable.name === name);
}

function answeredValue(returned: Expression): Expression | undefined {
	if (returned.type !== 'CallExpression' || returned.callee.type !== 'Identifier' || returned.callee.name !== 'answer') return returned;
	const value = returned.arguments[1];
	return value?.type === 'SpreadElement' ? undefined : value;
}

function calledName(value: Expression, statements: readonly Statement[]): string | undefined {
	const settled = value.type === 'AwaitExpression' ? value.argument : value;
	if (settled.type === 'CallExpression') return settled.callee.type === 'Identifier' ? settled.callee.name : undefined;
	if (settled.type !== 'Identifier') return undefined;
	const constants = statements.flatMap((node) => (node.type === 'VariableDeclaration' && node.kind === 'const' ? node.declarations : []));
	const constant = constants.find(({ id }) => id.type === 'Identifier' && id.name === settled.name);
	// A constant is declared before it is used: the search cannot go round in circles.
	return constant?.init
		? calledName(
				constant.init,
				statements.slice(
					0,
					statements.findIndex((node) => node.end >= constant.end),
				),
			)
		: undefined;
}
