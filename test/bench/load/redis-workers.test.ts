import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureWorkers } from '../../../bench/load/measure-workers.ts';
import { evenQuestions } from '../../../bench/load/questions.ts';
import { workersReport } from '../../../bench/load/report.ts';

test('questions of a worker that is killed are answered by another one, each once', async () => {
	const measured = await measureWorkers({ questions: evenQuestions(12, 2), latencyMs: 20, workers: 2, places: 3, modelConcurrency: 6 });
	const { judgement } = measured;
	assert.deepEqual(judgement, { ...judgement, questions: 12, answered: 12, wrong: 0, failures: [], lost: 0, doubled: 0 });
	assert.ok((measured.endings[1] ?? 0) > 0, 'the one that lives answered nothing');
	assert.match(workersReport('Some', measured), /0 lost, 0 doubled/);
});
