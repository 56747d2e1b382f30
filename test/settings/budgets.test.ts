import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readConfig } from '../../src/config.ts';

describe('budgets', () => {
	test('wrong ones are named', () => {
		const wrong = {
			USER_DAILY_QUESTIONS: '-1',
			USER_DAILY_TOKENS: '1.5',
			WORKSPACE_DAILY_TOKENS: 'many',
			USER_QUESTIONS_PER_MINUTE: '1001',
		};
		assert.throws(
			() => readConfig(wrong),
			(error: Error) => Object.keys(wrong).every((name) => error.message.includes(`${name} must be a whole number from 0 to `)),
		);
	});

	test('there are none but 20 questions of a person a minute, and 0 is none', () => {
		const set = (environment: Record<string, string>) =>
			Object.entries(readConfig(environment).budgets).filter(([, limit]) => limit !== undefined);
		assert.deepEqual(set({}), [['userQuestionsPerMinute', 20]]);
		assert.deepEqual(set({ USER_QUESTIONS_PER_MINUTE: '0', USER_DAILY_QUESTIONS: '0' }), []);
		assert.deepEqual(set({ USER_QUESTIONS_PER_MINUTE: '0', USER_DAILY_TOKENS: '5000000', WORKSPACE_DAILY_QUESTIONS: '9' }), [
			['userTokens', 5_000_000],
			['workspaceQuestions', 9],
		]);
	});
});
