import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { RecordedCall } from '../../../src/repository/function-record.ts';
import { replay } from '../../../src/repository/verification/replay.ts';
import { DEFAULT_LIMITS } from '../../../src/sandbox/limits.ts';
import { createSandbox } from '../../../src/sandbox/pool.ts';

const sandbox = createSandbox({ size: 1 });
after(() => sandbox.close());

const source = `const ids = [];
for (let args = { size: 2 }, page; args; args = nextPage(page)) {
  page = await api.list(args);
  ids.push(...page.items);
}
return answer('', ids);`;
const calls: RecordedCall[] = [
	{ tool: 'api.list', args: { size: 2 }, response: { ok: true, value: { items: [1, 2] }, next: { size: 2, cursor: 'b' } } },
	{ tool: 'api.list', args: { size: 2, cursor: 'b' }, response: { ok: true, value: { items: [3] } } },
];
const run = (recorded: readonly RecordedCall[]) =>
	replay(
		{ source, calls: recorded, tools: { api: ['list'] }, seed: { now: 0, random: 0 } },
		{ sandbox, limits: { ...DEFAULT_LIMITS, wallMs: 30_000, cpuMs: 10_000 } },
	);

test('a replayed program finds the pages that were recorded, and no others', async () => {
	assert.deepEqual(await run(calls), { ok: true, value: [1, 2, 3], calls });
	const [first] = calls;
	assert.ok(first);
	assert.deepEqual(await run([first]), { ok: false, reason: 'makes other calls than were recorded: api.list' });
});
