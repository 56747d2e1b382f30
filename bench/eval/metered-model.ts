import { toUserError } from '../../src/errors.ts';
import type { ChatMessage, Completion, Model, ModelUsage, Stage } from '../../src/model/model.ts';
import { completionsOf } from '../../src/model/model-error.ts';
import { sumUsages } from '../../src/model/usage.ts';
import { LimitReached } from './limit-reached.ts';
import { isOutage } from './outage.ts';

/** One call of the model: what it was asked, and what it said. */
export interface Exchange {
	/** The turn of the task, from 0. */
	readonly turn: number;
	readonly stage: Stage;
	readonly messages: readonly ChatMessage[];
	/** Absent when there was none; what was cut off is here, too. */
	readonly reply?: string;
	/** Why the reply is none. */
	readonly problem?: string;
	readonly promptTokens: number;
	readonly completionTokens: number;
	readonly ms: number;
}

/** The model of one task. */
export interface MeteredModel {
	readonly model: Model;
	/** In the order in which they ended. */
	readonly exchanges: readonly Exchange[];
	/** Of all calls, failed ones included where they cost something. */
	usage(): ModelUsage;
	/** Calls are counted anew, up to the limit. */
	beginTurn(turn: number): void;
	/** Why the model answers nobody at the moment; see `isOutage`. */
	outage(): Error | undefined;
}

/** `limit`: calls of one turn; one more rejects with `LimitReached`. */
export function meterModel(model: Model, limit: number): MeteredModel {
	const exchanges: Exchange[] = [];
	const usages: ModelUsage[] = [];
	let turn = 0;
	let asked = 0;
	let outage: Error | undefined;
	const count = (completions: readonly Completion[]) => usages.push(...completions.map(({ usage }) => usage));
	return {
		exchanges,
		usage: () => sumUsages(usages),
		beginTurn(next) {
			turn = next;
			asked = 0;
		},
		outage: () => outage,
		model: {
			name: model.name,
			async complete(request) {
				if (asked >= limit) throw new LimitReached(limit);
				asked += 1;
				const { stage, messages } = request;
				const about = { turn, stage, messages: [...messages] };
				const startedAt = performance.now();
				try {
					const completion = await model.complete(request);
					count([completion]);
					exchanges.push({ ...about, reply: completion.text, ...tokensOf([completion]), ms: completion.ms });
					return completion;
				} catch (error) {
					const completions = completionsOf(error);
					count(completions);
					const reply = completions.at(-1)?.text;
					const problem = toUserError(error).userMessage;
					const ms = Math.round(performance.now() - startedAt);
					exchanges.push({ ...about, ...(reply !== undefined && { reply }), problem, ...tokensOf(completions), ms });
					if (isOutage(error)) outage ??= error;
					throw error;
				}
			},
		},
	};
}

function tokensOf(completions: readonly Completion[]) {
	const { promptTokens, completionTokens } = sumUsages(completions.map(({ usage }) => usage));
	return { promptTokens, completionTokens };
}
