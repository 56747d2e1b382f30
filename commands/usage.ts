import { dayOf, type UsageCounts } from '../src/runs/usage.ts';
import type { Command, ReplyBlock, Settings } from './command.ts';

const LISTED_USERS = 20;

export const usage: Command = {
	path: ['usage'],
	summary: 'Show how many questions, calls and tokens were used today and this month.',
	admin: true,
	audience: 'caller',
	options: [],
	async run({ workspaceId }, { usage, settings: { price } }) {
		const day = dayOf(new Date());
		const [today, month] = await Promise.all([usage.sum(workspaceId, day), usage.sum(workspaceId, `${day.slice(0, 7)}-01`)]);
		const table = (first: string, rows: readonly (readonly [string, UsageCounts])[]): ReplyBlock => ({
			kind: 'table',
			columns: [first, 'questions', 'model calls', 'tool calls', 'tokens in', 'tokens out', ...(isPriced(price) ? ['cost'] : [])],
			rows: rows.map(([name, counts]) => [name, ...row(counts, price)]),
		});
		const periods = table('when (UTC)', [
			[`today, ${day}`, today],
			[`this month, ${day.slice(0, 7)}`, month],
		]);
		if (month.users.length === 0) return [periods];
		const users = month.users.slice(0, LISTED_USERS).map((user) => [user.name ?? user.id, user] as const);
		return [periods, table('this month', users)];
	},
};

function row(counts: UsageCounts, price: Settings['price']): string[] {
	const { runs, modelCalls, toolCalls, promptTokens, completionTokens } = counts;
	const numbers = [runs, modelCalls, toolCalls, promptTokens, completionTokens].map((count) => count.toLocaleString('en'));
	return isPriced(price) ? [...numbers, cost(counts, price)] : numbers;
}

function isPriced({ input, output }: Settings['price']): boolean {
	return input !== undefined || output !== undefined;
}

/** Of tokens; two digits of cents, because a question costs less than one. */
function cost({ promptTokens, completionTokens }: UsageCounts, { input = 0, output = 0 }: Settings['price']): string {
	return `$${((promptTokens * input + completionTokens * output) / 1e6).toFixed(4)}`;
}
