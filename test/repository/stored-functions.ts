import assert from 'node:assert/strict';
import { parseProgram } from '../../src/code/parse.ts';
import type { FunctionRecord } from '../../src/repository/function-record.ts';
import { functionHash } from '../../src/repository/hash.ts';
import { firstState } from '../../src/repository/lifecycle.ts';
import type { FunctionStore } from '../../src/repository/store/function-store.ts';

const NOW = '2026-01-01T00:00:00.000Z';

/** A record of the last function in `source`, as `keepFunctions` would have made it. */
export function recordOf(source: string, rest: Partial<FunctionRecord> = {}): FunctionRecord {
	const parsed = parseProgram(source);
	assert.ok(parsed.ok);
	const fn = parsed.program.functions.at(-1);
	assert.ok(fn);
	return {
		workspaceId: 'console:local',
		name: fn.name,
		version: 1,
		signature: fn.signature,
		documentation: fn.documentation,
		source,
		hash: functionHash(fn),
		tools: [],
		uses: [],
		questions: [],
		statistics: { succeeded: 1, failed: 0, lastUsedAt: NOW },
		recent: [],
		...firstState('candidate', { at: NOW, cause: 'use', reason: 'worked in an answer' }),
		examples: [],
		origin: { kind: 'answer', run: '0' },
		createdAt: NOW,
		...rest,
	};
}

/** Stores such a record as the next version of its name. */
export async function store(functions: FunctionStore, source: string, rest: Partial<FunctionRecord> = {}): Promise<FunctionRecord> {
	const { version, examples, ...fn } = recordOf(source, rest);
	const { record } = await functions.add(fn, []);
	return record;
}
