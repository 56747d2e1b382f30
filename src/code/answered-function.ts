import type { Expression, ReturnStatement, Statement } from 'acorn';
import type { FunctionSource, Program } from './program.ts';

/**
 * The program's own function whose result is the answer: `return answer(sentence, await f())`, `return await f()`, or the same through a constant
 * of the top level. Undefined when the value is computed further, or by a stored function.
 */
export function answeredFunction(program: Program): FunctionSource | undefined {
	const returned = program.tree.body.findLast((node): node is ReturnStatement => node.type === 'ReturnStatement')?.argument;
	const value = returned && answeredValue(returned);
	const name = value && calledName(value, program.tree.body as Statement[]);
	return program.functions.find((fn) => fn.name === name);
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
