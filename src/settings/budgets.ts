import type { z } from 'zod';
import type { BudgetLimits } from '../runs/budget-limits.ts';
import { wholeNumber } from './kinds.ts';

const HIGHEST_QUESTIONS = 1_000_000;
const HIGHEST_TOKENS = 1_000_000_000_000;

/** How much people may ask; see `.env.example`. 0 is no limit. */
export const budgetSettings = {
	USER_QUESTIONS_PER_MINUTE: wholeNumber(20, 0, 1000),
	USER_DAILY_QUESTIONS: wholeNumber(0, 0, HIGHEST_QUESTIONS),
	USER_DAILY_TOKENS: wholeNumber(0, 0, HIGHEST_TOKENS),
	WORKSPACE_DAILY_QUESTIONS: wholeNumber(0, 0, HIGHEST_QUESTIONS),
	WORKSPACE_DAILY_TOKENS: wholeNumber(0, 0, HIGHEST_TOKENS),
};

export function budgetLimits(env: z.infer<z.ZodObject<typeof budgetSettings>>): BudgetLimits {
	return {
		userQuestionsPerMinute: limit(env.USER_QUESTIONS_PER_MINUTE),
		userQuestions: limit(env.USER_DAILY_QUESTIONS),
		userTokens: limit(env.USER_DAILY_TOKENS),
		workspaceQuestions: limit(env.WORKSPACE_DAILY_QUESTIONS),
		workspaceTokens: limit(env.WORKSPACE_DAILY_TOKENS),
	};
}

function limit(set: number): number | undefined {
	return set === 0 ? undefined : set;
}
