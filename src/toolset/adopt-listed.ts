import type { Catalogue } from './catalogue.ts';
import { type Policy, RULES, type Rule, ruleOf } from './policy.ts';
import type { Toolset } from './tool.ts';
import { hashText, type ToolsetRecord } from './toolset-record.ts';

/** Who is said to have refreshed it. */
const SERVER = 'the server';

/**
 * Stores what a connected server says it offers now, which no admin has seen. Its effects are no looser than what is stored says (`mcp/effects.ts`). Nor
 * does the policy let anything out unasked that it did not before: a new tool that it would let run, and a tool whose call it would ask fewer questions about,
 * get a rule of their own. False, and nothing stored, where it says the same as before or `record` is no longer what is stored.
 * Rejects with a UserError when it cannot be opened, and when somebody changes the toolset meanwhile.
 */
export async function adoptListed(
	catalogue: Catalogue,
	{ workspaceId, name, source, documentHash }: ToolsetRecord,
	document: string,
): Promise<boolean> {
	if (hashText(document) === documentHash) return false;
	// Before the list is opened, which takes time: a connection may outlive the toolset that it was made for.
	const stored = (await catalogue.list(workspaceId)).find((record) => record.name === name);
	if (stored && stored.documentHash !== documentHash) return false;
	const refresh = await catalogue.prepareRefresh(workspaceId, name, { source, document });
	// It was made cautious in comparison with that document.
	if (refresh.before.documentHash !== documentHash || !refresh.former) return false;
	const { former, toolset } = refresh;
	// First: in between they are rules for what is no tool yet.
	if (Object.keys(rulesFor(former, toolset, refresh.before.policy)).length > 0) {
		await catalogue.changePolicy(
			workspaceId,
			name,
			(now): Policy => ({ ...now, tools: { ...now.tools, ...rulesFor(former, toolset, now) } }),
		);
	}
	await catalogue.refresh(refresh, SERVER);
	return true;
}

/**
 * Rules, by name, of the tools that this policy would call more freely than it did. A tool is known by what the server calls it: its name in programs
 * may go over to another one, and with it a rule that an admin made for the former.
 */
function rulesFor(former: Toolset, now: Toolset, policy: Policy = {}): Readonly<Record<string, Rule>> {
	const before = new Map<string, number>();
	for (const tool of former.tools.values()) {
		before.set(tool.origin, Math.max(before.get(tool.origin) ?? 0, RULES.indexOf(ruleOf(tool, policy))));
	}
	const least = RULES.indexOf('ask');
	return Object.fromEntries(
		[...now.tools.values()].flatMap((tool): [string, Rule][] => {
			const floor = before.get(tool.origin) ?? least;
			const rule = RULES[floor];
			return rule !== undefined && RULES.indexOf(ruleOf(tool, policy)) < floor ? [[tool.name, rule]] : [];
		}),
	);
}
