import { UserError } from '../../../src/errors.ts';
import type { Strategy, StrategyOptions } from '../contract.ts';
import { createAtc } from './atc.ts';
import { createCodeAct } from './codeact.ts';
import { createReact } from './react.ts';
import { createToolCoder } from './toolcoder.ts';

type Create = (options: StrategyOptions) => Strategy | Promise<Strategy>;

/** By the names that `eval --strategy` takes. */
const STRATEGIES: ReadonlyMap<string, Create> = new Map<string, Create>([
	['toolcoder', (options) => createToolCoder(options)],
	['toolcoder-without-scaffold', (options) => createToolCoder(options, 'scaffold')],
	['toolcoder-without-repository', (options) => createToolCoder(options, 'repository')],
	['toolcoder-without-reflection', (options) => createToolCoder(options, 'reflection')],
	['toolcoder-without-type-check', (options) => createToolCoder(options, 'typeCheck')],
	['react', () => createReact()],
	['codeact', () => createCodeAct()],
	['atc', createAtc],
]);

export const STRATEGY_NAMES: readonly string[] = [...STRATEGIES.keys()];

/** Rejects with `bad-input`, which names those there are, for any other name. */
export async function createStrategy(name: string, options: StrategyOptions): Promise<Strategy> {
	const create = STRATEGIES.get(name);
	if (!create) throw new UserError('bad-input', `There is no strategy ${name}. Name one of these: ${STRATEGY_NAMES.join(', ')}.`);
	return create(options);
}
