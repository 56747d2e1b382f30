import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CallRow, callRows, countedCalls, foundInOrder, type GoldCall } from '../../../../bench/eval/scorers/gold-calls.ts';
import type { JsonValue } from '../../../../src/json.ts';

const sameOutput = (_: string, response: JsonValue, gold: JsonValue) => JSON.stringify(response) === JSON.stringify(gold);
const gold = (tool: string, expected: JsonValue): GoldCall => ({ api_name: tool, param_dict: {}, expected });
const row = (tool: string, result: JsonValue): CallRow => ({ tool, args: {}, result });

test('a log of another kind of server is refused', () => {
	assert.throws(() => callRows([{ method: 'GET', template: '/', status: 200 }]), /none of the API-Bank simulator.*tool/s);
});

test('a gold call is found behind the last one that was found, and a missing one holds up none', () => {
	const wanted = [gold('A', 1), gold('B', 2), gold('C', 3)];
	assert.deepEqual(foundInOrder(wanted, [row('A', 1), row('X', 0), row('C', 3)], sameOutput), [true, false, true]);
	assert.deepEqual(foundInOrder(wanted, [row('B', 2), row('A', 1), row('C', 3)], sameOutput), [true, false, true]);
	assert.deepEqual(foundInOrder([gold('A', 1), gold('A', 1)], [row('A', 1)], sameOutput), [true, false]);
	assert.deepEqual(foundInOrder(wanted, [row('A', 2), row('B', 1)], sameOutput), [false, false, false]);
});

test('how tools are looked up does not count', () => {
	assert.deepEqual(countedCalls([gold('ToolSearcher', 1), gold('A', 1)]), [gold('A', 1)]);
});
