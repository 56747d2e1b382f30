import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { createStrategy, STRATEGY_NAMES } from '../../../../bench/eval/strategies/index.ts';

const logger = pino({ level: 'silent' });

test('a name that is none is refused, with those there are', async () => {
	for (const name of ['', 'ToolCoder', 'toolcoder-without', '__proto__']) {
		await assert.rejects(createStrategy(name, { folder: 'unused', logger }), {
			code: 'bad-input',
			message: /toolcoder, toolcoder-without-scaffold/,
		});
	}
});

test('every strategy is made under its own name', async (context) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-eval-'));
	context.after(() => rm(folder, { recursive: true, force: true }));
	for (const name of STRATEGY_NAMES) {
		const strategy = await createStrategy(name, { folder, logger });
		assert.equal(strategy.name, name);
		await strategy.close?.();
	}
});
