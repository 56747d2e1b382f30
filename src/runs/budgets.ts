import type { Storage } from '../storage/storage.ts';
import type { BudgetLimits } from './budget-limits.ts';
import { type Counted, createDayCounts, type DayCount } from './day-counts.ts';
import { exclusively } from './exclusively.ts';
import { type Budget, overBudget } from './over-budget.ts';
import { createQuestionRate } from './question-rate.ts';
import type { RunRequest } from './run-request.ts';
import { DAY_MS, dayOf } from './usage.ts';

export interface Admission {
	/** The question was not accepted after all: it counts no more. Rejects with a UserError when the storage fails. */
	giveBack(): Promise<void>;
}

/** Somebody of whose budgets most is used. */
export interface NearlySpent {
	readonly user: string;
	/** Those alone. */
	readonly budgets: readonly Budget[];
}

/**
 * What may be asked in a day and within a minute, counted over all processes on one storage. Questions are counted when they are admitted, and never more
 * are admitted than a budget has; tokens when a run ends, so those of questions that are being answered come on top. Nothing is counted twice: of a process
 * that dies while it admits, a question may be missing; one that comes in the very moment in which another is refused may be refused with it. Methods reject with a UserError when the storage fails.
 */
export interface Budgets {
	/**
	 * Counts a question. Rejects with a UserError `over-budget` when it is one too many, and then counts nothing. The same event again (`request.id`) is
	 * admitted and not counted, once it was admitted. A stored function that is called needs no tokens: it is refused for want of questions alone.
	 */
	admit(request: BudgetedRequest): Promise<Admission>;
	/** Rejects as `admit` would now; counts nothing. For who would otherwise show something before it is admitted. */
	check(request: BudgetedRequest): Promise<void>;
	/** Those that are set, of a person and their workspace, today. */
	today(workspaceId: string, user: string): Promise<readonly Budget[]>;
	/** Who has used 80 % of a budget of theirs today, in the order of their ids. The cost is that of all who asked today. */
	nearlySpent(workspaceId: string): Promise<readonly NearlySpent[]>;
	/** Questions of a person within a minute; undefined for any number. */
	perMinute(workspaceId: string): number | undefined;
	/** Milliseconds until the budgets of the day are new again, at 00:00 UTC. */
	renewedIn(): number;
}

type BudgetedRequest = Pick<RunRequest, 'id' | 'workspaceId' | 'askedBy' | 'call'>;

export interface BudgetsOptions {
	readonly storage: Storage;
	readonly limits: BudgetLimits;
	/** Milliseconds since 1970. */
	readonly clock?: () => number;
}

const SETTINGS = [
	{ of: 'user', unit: 'questions', limit: 'userQuestions', setting: 'USER_DAILY_QUESTIONS' },
	{ of: 'user', unit: 'tokens', limit: 'userTokens', setting: 'USER_DAILY_TOKENS' },
	{ of: 'workspace', unit: 'questions', limit: 'workspaceQuestions', setting: 'WORKSPACE_DAILY_QUESTIONS' },
	{ of: 'workspace', unit: 'tokens', limit: 'workspaceTokens', setting: 'WORKSPACE_DAILY_TOKENS' },
] as const;
const NEARLY = 0.8;
const ADMITTING = { ttlMs: 10_000, retryMs: 20 };

export function createBudgets({ storage, limits, clock = Date.now }: BudgetsOptions): Budgets {
	const counts = createDayCounts(storage);
	/** Events that were admitted, by workspace and id. */
	const admissions = storage.records<{ readonly at: string }>('budget-admissions');
	const { userQuestionsPerMinute } = limits;
	const rate = userQuestionsPerMinute === undefined ? undefined : createQuestionRate(storage, userQuestionsPerMinute, clock);
	const untilNextDay = () => DAY_MS - (clock() % DAY_MS);
	const today = () => dayOf(new Date(clock()));

	/** Those that are set of one of the two. */
	function budgetsOf(of: Budget['of'], count: DayCount, workspaceId: string): Budget[] {
		if (of === 'user' && isOperators(workspaceId)) return [];
		return SETTINGS.flatMap(({ limit: name, ...budget }) => {
			const limit = limits[name];
			return budget.of === of && limit !== undefined ? [{ ...budget, used: count[budget.unit], limit }] : [];
		});
	}

	/** Throws when one of the two has none left for a question. */
	function requireLeft(of: Budget['of'], count: DayCount, { workspaceId, call }: BudgetedRequest): void {
		const needed = budgetsOf(of, count, workspaceId).filter(({ unit }) => unit === 'questions' || !call);
		const spent = needed.find(({ used, limit }) => used >= limit);
		if (spent) throw overBudget(spent, untilNextDay());
	}

	/** Gives what takes the question back. */
	async function count(of: Budget['of'], counted: Counted, request: BudgetedRequest): Promise<() => Promise<void>> {
		await counts.addQuestion(counted, (before) => requireLeft(of, before, request));
		return () => counts.removeQuestion(counted);
	}

	async function countAll(request: BudgetedRequest): Promise<Admission> {
		const { workspaceId, askedBy } = request;
		const workspace = { workspaceId, day: today() };
		const counted: (() => Promise<void>)[] = [];
		const giveBack = async () => {
			for (const undo of counted.reverse()) await undo();
		};
		try {
			if (rate && !isOperators(workspaceId)) counted.push(await rate.take(workspaceId, askedBy.id));
			counted.push(await count('user', { ...workspace, user: askedBy.id }, request));
			counted.push(await count('workspace', workspace, request));
		} catch (error) {
			await giveBack();
			throw error;
		}
		return { giveBack };
	}

	/** Known as admitted before it is counted: of a process that dies in between a count is missing, and none is made twice. */
	async function admitOnce(request: BudgetedRequest, event: string): Promise<Admission> {
		if (await admissions.get(event)) return NOT_COUNTED;
		await admissions.put(event, { at: new Date(clock()).toISOString() });
		try {
			const { giveBack } = await countAll(request);
			return {
				async giveBack() {
					await giveBack();
					await admissions.delete(event);
				},
			};
		} catch (error) {
			await admissions.delete(event);
			throw error;
		}
	}

	return {
		admit(request) {
			if (request.id === undefined) return countAll(request);
			const event = eventOf(request, request.id);
			// A delivery at the same moment must not pass while it is not clear whether this one does.
			return exclusively(storage, `budget-admission/${event}`, ADMITTING, () => admitOnce(request, event));
		},
		async check(request) {
			const { id, workspaceId, askedBy } = request;
			if (id !== undefined && (await admissions.get(eventOf(request, id)))) return;
			if (rate && !isOperators(workspaceId)) await rate.check(workspaceId, askedBy.id);
			const [own, all] = await counts.of(workspaceId, today(), askedBy.id);
			requireLeft('user', own, request);
			requireLeft('workspace', all, request);
		},
		async today(workspaceId, user) {
			const [own, all] = await counts.of(workspaceId, today(), user);
			return [...budgetsOf('user', own, workspaceId), ...budgetsOf('workspace', all, workspaceId)];
		},
		async nearlySpent(workspaceId) {
			const people = await counts.people({ workspaceId, day: today() });
			const near = people.map(({ user, ...own }) => ({
				user,
				budgets: budgetsOf('user', own, workspaceId).filter(({ used, limit }) => used >= NEARLY * limit),
			}));
			return near.filter(({ budgets }) => budgets.length > 0);
		},
		perMinute: (workspaceId) => (isOperators(workspaceId) ? undefined : userQuestionsPerMinute),
		renewedIn: untilNextDay,
	};
}

function eventOf({ workspaceId }: BudgetedRequest, id: string): string {
	return `${encodeURIComponent(workspaceId)}/${id}`;
}

const NOT_COUNTED: Admission = { giveBack: async () => {} };

/**
 * At the console the operator asks, who could raise any limit, and scripts ask in quick succession: no limits of a person hold there. Those of the
 * workspace do, since they are what bounds a bill.
 */
function isOperators(workspaceId: string): boolean {
	return workspaceId.startsWith('console:');
}
