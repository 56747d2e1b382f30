import { type Budget, waitInWords } from '../src/runs/over-budget.ts';
import { dayOf, type UsageCounts } from '../src/runs/usage.ts';
import { type Command, type CommandServices, type Reply, type ReplyBlock, type Request, type Settings, text } from './command.ts';
import { costOf, showsCosts, unpricedAmong } from './cost.ts';

const LISTED_USERS = 20;
const BUDGETS: Readonly<Record<Budget['of'], (unit: string) => string>> = {
	user: (unit) => `your ${unit}`,
	workspace: (unit) => `${unit} of this workspace`,
};

type UsageServices = Pick<CommandServices, 'usage' | 'budgets' | 'settings' | 'nameOf'>;

export const usage: Command = {
	path: ['usage'],
	summary: 'Show what your questions used today and this month, and what is left. Admins see those of everybody.',
	admin: false,
	audience: 'caller',
	options: [],
	async run(request, services) {
		return (await request.user.isAdmin()) ? ofWorkspace(request, services) : ofPerson(request, services);
	},
};

async function ofPerson({ workspaceId, user }: Request, services: UsageServices): Promise<Reply> {
	const { day, month } = today();
	const [ofDay, ofMonth] = await Promise.all([
		services.usage.sumOf(workspaceId, user.id, day),
		services.usage.sumOf(workspaceId, user.id, month),
	]);
	const { settings } = services;
	return [...periods('yours (UTC)', ofDay, ofMonth, settings), ...(await budgetBlocks(workspaceId, user.id, services))];
}

async function ofWorkspace({ workspaceId, user }: Request, services: UsageServices): Promise<Reply> {
	const { day, month } = today();
	const [ofDay, ofMonth] = await Promise.all([services.usage.sum(workspaceId, day), services.usage.sum(workspaceId, month)]);
	const { settings } = services;
	const users = ofMonth.users.slice(0, LISTED_USERS).map((one) => [one.name ?? one.id, one] as const);
	return [
		...periods('when (UTC)', ofDay, ofMonth, settings),
		...(users.length === 0 ? [] : [countsTable('this month', users, settings)]),
		...(await budgetBlocks(workspaceId, user.id, services)),
		...(await nearlySpentBlocks(workspaceId, new Map(ofMonth.users.map(({ id, name }) => [id, name])), services)),
	];
}

/** First days, `yyyy-mm-dd`. */
function today(): { readonly day: string; readonly month: string } {
	const day = dayOf(new Date());
	return { day, month: `${day.slice(0, 7)}-01` };
}

function periods(first: string, ofDay: UsageCounts, ofMonth: UsageCounts, settings: Settings): Reply {
	const { day, month } = today();
	const rows = [[`today, ${day}`, ofDay] as const, [`this month, ${month.slice(0, 7)}`, ofMonth] as const];
	const unpriced = showsCosts(settings) ? unpricedAmong(ofMonth.models, settings) : [];
	if (unpriced.length === 0) return [countsTable(first, rows, settings)];
	const models = unpriced.map((model) => `\`${model}\``).join(', ');
	return [countsTable(first, rows, settings), text(`No price is set for ${models}. Whoever operates the bot can add it to MODEL_PRICES.`)];
}

function countsTable(first: string, rows: readonly (readonly [string, UsageCounts])[], settings: Settings): ReplyBlock {
	const costs = showsCosts(settings);
	return {
		kind: 'table',
		columns: [first, 'questions', 'model calls', 'tool calls', 'tokens in', 'tokens out', ...(costs ? ['cost'] : [])],
		rows: rows.map(([name, counts]) => {
			const { runs, modelCalls, toolCalls, promptTokens, completionTokens, models } = counts;
			const numbers = [runs, modelCalls, toolCalls, promptTokens, completionTokens].map((count) => count.toLocaleString('en'));
			return [name, ...numbers, ...(costs ? [costOf(models, settings)] : [])];
		}),
	};
}

/** What is left today, of the budgets that there are. */
async function budgetBlocks(workspaceId: string, user: string, { budgets }: UsageServices): Promise<Reply> {
	const set = await budgets.today(workspaceId, user);
	const perMinute = budgets.perMinute(workspaceId);
	const rate = perMinute === undefined ? [] : [`You may ask ${perMinute} ${perMinute === 1 ? 'question' : 'questions'} a minute.`];
	if (set.length === 0) return rate.map(text);
	const rows = set.map(({ of, unit, used, limit }) => {
		return [BUDGETS[of](unit), ...[used, limit, Math.max(0, limit - used)].map((count) => count.toLocaleString('en'))];
	});
	const renewal = `They begin anew in ${waitInWords(budgets.renewedIn())}, at 00:00 UTC.`;
	return [{ kind: 'table', columns: ['budget of today', 'used', 'of', 'left'], rows }, text([renewal, ...rate].join(' '))];
}

/** Of whom an admin will soon hear. */
async function nearlySpentBlocks(
	workspaceId: string,
	names: ReadonlyMap<string, string | undefined>,
	{ budgets, nameOf }: UsageServices,
): Promise<Reply> {
	const near = await budgets.nearlySpent(workspaceId);
	if (near.length === 0) return [];
	const rows = near.slice(0, LISTED_USERS).map(async ({ user, budgets: own }) => {
		const name = names.get(user) ?? (await nameOf?.(workspaceId, user)) ?? user;
		return [name, own.map(({ used, limit, unit }) => `${used.toLocaleString('en')} of ${limit.toLocaleString('en')} ${unit}`).join(', ')];
	});
	const more = near.length - LISTED_USERS;
	return [
		{ kind: 'table', columns: ['nearly used up', 'used today'], rows: await Promise.all(rows) },
		...(more > 0 ? [text(`and ${more} more`)] : []),
	];
}
