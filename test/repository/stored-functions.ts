import assert from 'node:assert/strict';
import { parseProgram } from '../../src/code/parse.ts';
import type { FunctionRecord } from '../../src/repository/function-record.ts';
import { functionHash } from '../../src/repository/hash.ts';

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
		tools: [],
		uses: [],
		example: { args: [], result: null, calls: [], question: '' },
		questions: [],
		statistics: { succeeded: 1, failed: 0, lastUsedAt: '2026-01-01T00:00:00.000Z' },
		hash: functionHash(fn),
		createdAt: '2026-01-01T00:00:00.000Z',
		...rest,
	};
}
