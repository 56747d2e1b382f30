import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Outcome, SandboxLimits } from '../../src/sandbox/outcome.ts';
import { createSandbox } from '../../src/sandbox/pool.ts';
import { HOSTILE_PROGRAMS, type HostileProgram } from './hostile-programs.ts';
import { ending, program } from './programs.ts';

const LIMITS: SandboxLimits = { wallMs: 2_000, cpuMs: 300, memoryMb: 32, toolCalls: 10, resultBytes: 10_000, logBytes: 2_000 };
/** For what nothing but its time can end, and so uses up all of it. */
const SHORT: SandboxLimits = { ...LIMITS, cpuMs: 100 };
const POOL_SIZE = 2;

describe('hostile programs', { concurrency: POOL_SIZE }, () => {
	const sandbox = createSandbox({ size: POOL_SIZE });
	after(() => sandbox.close());

	for (const hostile of HOSTILE_PROGRAMS) {
		it(hostile.name, async () => {
			const outcome = await sandbox.run(program(hostile.code, { limits: endsByTimeAlone(hostile) ? SHORT : LIMITS }));
			checkContained(hostile, outcome);
			const next = await sandbox.run(program('return answer("fine", (await api.echo({ n: 1 })).n + 1);'));
			assert.deepEqual(ending(next), { kind: 'returned', answer: { sentence: 'fine', value: 2 } });
		});
	}

	it('are at least 60, each with a name of its own', () => {
		assert.ok(HOSTILE_PROGRAMS.length >= 60);
		assert.equal(new Set(HOSTILE_PROGRAMS.map(({ name }) => name)).size, HOSTILE_PROGRAMS.length);
	});
});

function endsByTimeAlone({ ends }: HostileProgram): boolean {
	return ends.every((kind) => kind === 'timed-out');
}

function checkContained({ ends, value, error }: HostileProgram, outcome: Outcome): void {
	assert.ok(ends.includes(outcome.kind), `ended as ${JSON.stringify(ending(outcome))}`);
	assert.ok(outcome.usage.wallMs <= 2 * LIMITS.wallMs, `took ${outcome.usage.wallMs} ms`);
	assert.ok(Buffer.byteLength(outcome.logs.join('\n')) <= LIMITS.logBytes + 100);
	if (outcome.kind === 'returned' && value !== undefined) assert.deepEqual(outcome.answer.value, value);
	if (outcome.kind !== 'threw') return;
	assert.ok(outcome.message.length <= 2_000 && outcome.frames.length <= 20);
	if (error) assert.match(outcome.message, error);
}
