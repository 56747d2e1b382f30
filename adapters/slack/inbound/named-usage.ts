import type { Usage } from '../../../src/runs/usage.ts';
import type { People } from '../people.ts';
import { teamOf } from '../place.ts';

/** As many as a command lists. */
const MOST_NAMES = 20;

/** Usage as people read it: runs know who asked by their id alone. */
export function namedUsage(usage: Usage, { nameOf }: People): Usage {
	return {
		...usage,
		async sum(workspaceId, since) {
			const sum = await usage.sum(workspaceId, since);
			const team = teamOf(workspaceId);
			if (team === undefined) return sum;
			const named = sum.users.slice(0, MOST_NAMES).map(async (user) => ({ ...user, name: user.name ?? (await nameOf(team, user.id)) }));
			return { ...sum, users: [...(await Promise.all(named)), ...sum.users.slice(MOST_NAMES)] };
		},
	};
}
