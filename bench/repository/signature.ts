import { parseProgram } from '../../src/code/parse.ts';
import type { FunctionSource } from '../../src/code/program.ts';
import type { ChatMessage } from '../../src/model/model.ts';

/** What a reader learns of a function without its body. */
export interface Signature {
	readonly name: string;
	/** The words before it, white space folded; empty when there are none. */
	readonly documentation: string;
	/** `['string', 'number']` */
	readonly parameters: readonly string[];
	readonly result: string;
}

/** A line of documentation, or none, and a signature without a body behind it. */
const OFFER = /(?:^\/\*\*(?<said>.*)\*\/\n)?^(?<signature>(?:async )?function \w+\(.*\): .*[^{};\s])$/gm;

/** The stored functions that a prompt offers, in its order. Functions with a body, such as a scaffold's, are none. */
export function offeredIn(messages: readonly ChatMessage[]): Signature[] {
	const text = messages.filter(({ role }) => role === 'user').map(({ content }) => content);
	return [...text.join('\n\n').matchAll(OFFER)].flatMap(({ groups }) => {
		const fn = functionIn(`/** ${groups?.said ?? ''} */\n${groups?.signature} {}`);
		return fn ? [signatureOf(fn)] : [];
	});
}

/** Of the function in a source, whatever its body. */
export function signatureIn(source: string): Signature {
	const fn = functionIn(source);
	if (!fn) throw new Error(`no function in ${source}`);
	return signatureOf(fn);
}

/** Whether two functions say the same of themselves, whatever their names. */
export function saysTheSame(a: Signature, b: Signature): boolean {
	return a.documentation === b.documentation && a.result === b.result && a.parameters.join() === b.parameters.join();
}

function functionIn(source: string): FunctionSource | undefined {
	const parsed = parseProgram(source);
	return parsed.ok ? parsed.program.functions[0] : undefined;
}

function signatureOf({ name, documentation, parameters, returnType = '' }: FunctionSource): Signature {
	return {
		name,
		documentation: folded(documentation),
		parameters: parameters.map(({ type = '' }) => folded(type)),
		result: folded(returnType),
	};
}

function folded(text: string): string {
	return text.replaceAll(/\s+/g, ' ').trim();
}
