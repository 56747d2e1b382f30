import { type Group, perTask } from './row.ts';

/** How a strategy fared task by task. */
export interface Curve {
	readonly label: string;
	readonly points: readonly {
		/** Tasks so far, from 1. */
		readonly asked: number;
		/** Share of them that was right. */
		readonly share: number;
		/** Stored functions when the last of them was begun. */
		readonly functions: number;
	}[];
}

/** In the order of `order`, the suite's, for every strategy; repeats are averaged, and tasks without the measure left out. */
export function curvesOf(groups: readonly Group[], measure: string, order: readonly string[]): Curve[] {
	return groups.map(({ label, rows }) => {
		const successes = perTask(rows, ({ scores }) => scores[measure]);
		const functions = perTask(rows, (row) => row.functions);
		let right = 0;
		const points = order
			.filter((task) => successes.has(task))
			.map((task, at) => {
				right += successes.get(task) ?? 0;
				return { asked: at + 1, share: right / (at + 1), functions: functions.get(task) ?? 0 };
			});
		return { label, points };
	});
}
