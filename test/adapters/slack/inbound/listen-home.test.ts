import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offeredByUse } from '../../../../adapters/slack/inbound/listen-home.ts';
import type { FunctionRecord } from '../../../../src/repository/function-record.ts';
import { recordOf } from '../../../repository/stored-functions.ts';

const version = (name: string, version: number, succeeded: number, state: FunctionRecord['state']) =>
	recordOf(`async function ${name}() {}`, { version, state, statistics: { succeeded, failed: 1, lastUsedAt: '' } });

test('the home shows functions that are offered, each once, the most used first', () => {
	const shown = offeredByUse([
		version('repaired', 2, 0, 'candidate'),
		version('repaired', 1, 90, 'quarantined'),
		version('usual', 2, 3, 'candidate'),
		version('usual', 1, 8, 'trusted'),
		version('old', 1, 99, 'retired'),
		version('broken', 1, 99, 'quarantined'),
	]);
	assert.deepEqual(
		shown.map((record) => [record.name, record.version]),
		[
			['usual', 1],
			['repaired', 2],
		],
	);
	assert.deepEqual(offeredByUse([version('broken', 1, 9, 'quarantined')]), []);
});
