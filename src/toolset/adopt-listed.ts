import type { Catalogue } from './catalogue.ts';
import { differenceOf } from './difference.ts';
import { type Policy, ruleOf } from './policy.ts';
import { hashText, type ToolsetRecord } from './toolset-record.ts';

/** Who is said to have refreshed it. */
const SERVER = 'the server';

/**
 * Stores what a connected server says it offers now, which no admin has seen. Its effects are no looser than what is stored says (`mcp/effects.ts`). Nor
 * does the policy let anything out unasked that it did not before: a new tool that one of its rules would let run, and a tool whose call it would ask
 * fewer questions about, get a rule of their own. False, and nothing stored, where it says the same as before or `record` is no longer what is stored.
 * Rejects with a UserError when it cannot be opened, and when somebody changes the toolset meanwhile.
 */
export async function adoptListed(
	catalogue: Catalogue,
	{ workspaceId, name, source, documentHash }: ToolsetRecord,
	document: string,
): Promise<boolean> {
	if (hashText(document) === documentHash) return false;
	const refresh = await catalogue.prepareRefresh(workspaceId, name, { source, document });
	// It was made cautious in comparison with that document.
	if (refresh.before.documentHash !== documentHash || !refresh.former) return false;
	const { policy = {} } = refresh.before;
	const { added, loosened } = differenceOf(refresh.former, refresh.toolset, policy);
	const kept = [
		...added.filter((tool) => ruleOf(tool, policy) === 'run').map((tool) => [tool.name, 'ask'] as const),
		...loosened.map(({ before, after }) => [after.name, ruleOf(before, policy)] as const),
	];
	// First: in between they are rules for what is no tool yet.
	if (kept.length > 0) {
		await catalogue.changePolicy(workspaceId, name, (now): Policy => ({ ...now, tools: { ...Object.fromEntries(kept), ...now.tools } }));
	}
	await catalogue.refresh(refresh, SERVER);
	return true;
}
