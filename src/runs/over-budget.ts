import { UserError } from '../errors.ts';
import { inWords } from './approvals.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** One limit of a day, and what of it is used. */
export interface Budget {
	readonly of: 'user' | 'workspace';
	readonly unit: 'questions' | 'tokens';
	readonly used: number;
	readonly limit: number;
	/** The environment variable that sets it. */
	readonly setting: string;
}

/** What whoever asks is told when a budget is used up. */
export function overBudget(budget: Budget, renewedInMs: number): UserError {
	return new UserError('over-budget', `${spent(budget)} Ask again in ${waitInWords(renewedInMs)} (00:00 UTC). ${raise(budget.setting)}`);
}

/** What somebody is told who asks too fast. */
export function overRate(limit: number, waitMs: number): UserError {
	const asked = limit === 1 ? 'a question' : `${limit} questions`;
	return new UserError(
		'over-budget',
		`You have asked ${asked} within a minute. Ask again in ${waitInWords(waitMs)}. ${raise('USER_QUESTIONS_PER_MINUTE')}`,
	);
}

/** Rounded up, so that nobody comes too early: to seconds, from two minutes on to minutes, from two hours on to hours. */
export function waitInWords(ms: number): string {
	const unit = ms < 2 * MINUTE_MS ? SECOND_MS : ms < 2 * HOUR_MS ? MINUTE_MS : HOUR_MS;
	return inWords(Math.max(1, Math.ceil(ms / unit)) * unit);
}

function spent({ of, unit, used, limit }: Budget): string {
	const how = `${used.toLocaleString('en')} of ${limit.toLocaleString('en')} ${unit}`;
	if (unit === 'questions') return of === 'user' ? `You have asked ${how} today.` : `${how} of this workspace have been asked today.`;
	return of === 'user' ? `Your questions have used ${how} today.` : `The questions of this workspace have used ${how} today.`;
}

function raise(setting: string): string {
	return `Whoever operates the bot can raise the limit (${setting}).`;
}
