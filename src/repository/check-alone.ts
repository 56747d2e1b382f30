import type { TypeChecker } from '../code/check.ts';
import type { CallableTools } from './callable-tools.ts';
import type { FunctionRecord } from './function-record.ts';
import { ambientSignatures } from './signatures.ts';

export interface AloneCheck {
	/** The types it names and the function. */
	readonly source: string;
	/** The stored functions that it calls. */
	readonly uses: readonly Pick<FunctionRecord, 'name' | 'source'>[];
	readonly tools: CallableTools;
}

/** What the type checker objects to in a function on its own, against the tools as they are: the first problem with its line, or undefined. */
export async function checkAlone({ source, uses, tools }: AloneCheck, checker: TypeChecker): Promise<string | undefined> {
	const declarations = [...(await tools.declarations()), ambientSignatures(uses)];
	const diagnostics = await checker.check({ program: source, declarations });
	const problem = diagnostics.find(({ blocking }) => blocking);
	return problem && `line ${problem.line}: ${problem.message.split('\n')[0]}`;
}
