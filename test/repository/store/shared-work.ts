import type { FunctionRecord } from '../../../src/repository/function-record.ts';
import type { Example, NewFunction } from '../../../src/repository/store/function-store.ts';
import { recordOf } from '../stored-functions.ts';

/** What `working-process.ts` does, for whoever looks at what came of it. */
export const WORKSPACE = 'slack:T1';
export const ROUNDS = 6;
/** Fewer than there are rounds, more than a function has examples. */
export const SHARED_ARGUMENTS = 5;

export function functionNamed(name: string, body = 'return 1'): NewFunction {
	const { version, examples, ...fn }: FunctionRecord = recordOf(`async function ${name}(): Promise<unknown> { ${body} }`, {
		workspaceId: WORKSPACE,
	});
	return fn;
}

/** Of the function that every process writes versions of. */
export const versionOf = (body: string) => functionNamed('versioned', body);

export function exampleFor(argument: number, result: string): Example {
	const call = { tool: 'movies.search', args: { argument }, response: { ok: true, value: 'x'.repeat(2000) } } as const;
	return {
		digest: { id: `argument ${argument}`, text: `shared(${argument}) → ${result}` },
		example: { args: [argument], result, calls: [call], question: 'q?', seed: { now: 1, random: 2 } },
	};
}
