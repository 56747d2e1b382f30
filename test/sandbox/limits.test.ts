import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkLimits, DEFAULT_LIMITS } from '../../src/sandbox/limits.ts';

describe('checkLimits', () => {
	it('names the limit that a child process cannot keep', () => {
		for (const [limit, value] of [
			['wallMs', Number.NaN],
			['toolCalls', -1],
			['resultBytes', Number.POSITIVE_INFINITY],
			['memoryMb', 4],
			['memoryMb', 4096],
			['cpuMs', 600_000],
		] as const) {
			assert.throws(() => checkLimits({ ...DEFAULT_LIMITS, [limit]: value }), { name: 'RangeError', message: new RegExp(limit) });
		}
	});

	it('accepts the default', () => {
		checkLimits(DEFAULT_LIMITS);
	});
});
