import type { Usage } from '../../src/runs/usage.ts';

/** As many as a command lists. */
const MOST_NAMES = 20;

/** Usage as people read it: runs know who asked by their id alone. `nameOf` gives the id of somebody it does not know, and never rejects. */
export function namedUsage(usage: Usage, nameOf: (workspaceId: string, user: string) => Promise<string>): Usage {
	return {
		...usage,
		async sum(workspaceId, since) {
			const sum = await usage.sum(workspaceId, since);
			const named = sum.users
				.slice(0, MOST_NAMES)
				.map(async (user) => ({ ...user, name: user.name ?? (await nameOf(workspaceId, user.id)) }));
			return { ...sum, users: [...(await Promise.all(named)), ...sum.users.slice(MOST_NAMES)] };
		},
	};
}
