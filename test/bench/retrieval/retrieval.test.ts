import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { readTools, toTool } from '../../../bench/retrieval/data.ts';
import { measureRetrieval } from '../../../bench/retrieval/measure.ts';
import { createPlainBm25 } from '../../../bench/retrieval/plain-bm25.ts';

describe('data', () => {
	test('a line that is no tool is named', (context) => {
		const folder = mkdtempSync(path.join(tmpdir(), 'toolcoder-retrieval-'));
		context.after(() => rmSync(folder, { recursive: true }));
		const file = path.join(folder, 'tools.jsonl');
		writeFileSync(file, '{"id":"a","name":"a","text":"x"}\n\n{"id":"b","name":"b"}\n');
		assert.throws(() => readTools(file), /tools\.jsonl, line 3: [\s\S]*text/);
	});

	test('an id with a toolset gives tool and toolset, and its text is the description', () => {
		const tool = toTool({ id: 'Weather API::Get Forecast', name: 'Weather API Get Forecast', text: 'x '.repeat(100) });
		assert.deepEqual([tool.toolset, tool.name, tool.summary.length], ['Weather API', 'Get Forecast', 120]);
		assert.equal(tool.description, 'x '.repeat(100));
		const alone = toTool({ id: 'getForecast', name: 'getForecast', text: 'Short.' });
		assert.deepEqual([alone.name, alone.summary, alone.description], ['getForecast', 'Short.', undefined]);
	});
});

describe('measureRetrieval', () => {
	const query = (gold: readonly string[]) => ({ id: 'q', query: 'x', gold: [...gold] });
	const found = Array.from({ length: 20 }, (_, at) => `t${at}`);

	test('shares are means over queries, at each depth', () => {
		const { recall, allWithin20 } = measureRetrieval([query(['t0', 't7']), query(['t15', 'absent'])], () => found);
		assert.deepEqual(recall, { 5: 25, 10: 50, 20: 75 });
		assert.equal(allWithin20, 50);
	});

	test('a tool found twice is found once', () => {
		assert.equal(measureRetrieval([query(['a', 'b'])], () => ['a', 'a']).recall[5], 50);
	});
});

describe('plain BM25', () => {
	test('ranks by rarity, frequency and length', () => {
		const search = createPlainBm25(['the invoice of the customer', 'the customer', 'the parcel', 'the invoice']);
		assert.deepEqual(search('zebra', 5), []);
		assert.deepEqual(search('Invoice', 5), [3, 0]);
		assert.deepEqual(search('invoice customer', 1), [0]);
	});
});
