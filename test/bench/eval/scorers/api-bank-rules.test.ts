import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCheck } from '../../../../bench/eval/scorers/api-bank-rules.ts';
import { isEmptyJson, isJsonObject, type JsonValue } from '../../../../src/json.ts';
import { verdictsIn } from './verdicts.ts';

interface Verdict {
	readonly tool: string;
	readonly response: JsonValue;
	readonly gold: JsonValue;
	readonly right: boolean;
}

/** The id that the verdicts know from the initial database. */
const check = createCheck(new Set(['01234567']));

test('calls are judged by the rule of their tool as apibank.check judges them', () => {
	const verdicts = verdictsIn<Verdict>('rules.jsonl');
	assert.ok(verdicts.some(({ right }) => right) && verdicts.some(({ right }) => !right));
	for (const { tool, response, gold, right } of verdicts) {
		assert.equal(check(tool, response, gold), right, JSON.stringify({ tool, response, gold }));
	}
});

test('a gold call agrees with itself', () => {
	// Deletions are compared by an input that those without any do not have.
	const golds = verdictsIn<Verdict>('rules.jsonl').filter(
		({ gold }) => isJsonObject(gold) && (gold.input === null || !isEmptyJson(gold.input)),
	);
	assert.ok(golds.length > 0);
	for (const { tool, gold } of golds) assert.equal(check(tool, gold, gold), true, JSON.stringify({ tool, gold }));
});
