import type { ToolsetRecord } from '../../src/toolset/catalogue.ts';
import { describeReference } from '../../src/toolset/http/credential-reference.ts';
import { DEFAULT_RULES, type Policy, type Rule } from '../../src/toolset/policy.ts';
import type { Toolset } from '../../src/toolset/tool.ts';
import type { ReplyBlock } from '../command.ts';

/** Lines of a listing that a chat still shows whole; the rest is counted. */
export const LISTED = 80;
/** How an operator's secret is named. */
export const REFERENCES = 'NAME of an operator secret, or bearer:NAME, basic:NAME, header:X-Api-Key:NAME, query:key:NAME, oauth2:NAME';

/** What happens to a call, in a word. */
export const RULE_VERBS: Readonly<Record<Rule, string>> = { run: 'run', ask: 'ask', 'ask-twice': 'ask twice', block: 'are blocked' };

/** `reads run, writes ask, destructive calls ask twice`, as far as effects decide. */
export function effectRules({ effects = {} }: Policy): string {
	const verb = (effect: keyof typeof DEFAULT_RULES) => RULE_VERBS[effects[effect] ?? DEFAULT_RULES[effect]];
	return `reads ${verb('read')}, writes ${verb('write')}, destructive calls ${verb('destructive')}`;
}

/** Whether a toolset has rules of its own: `default`, `1 rule`, `2 rules`. */
export function policyWord({ effects = {}, methods = {}, tools = {} }: Policy = {}): string {
	const rules = [effects, methods, tools].reduce((sum, each) => sum + Object.keys(each).length, 0);
	return rules === 0 ? 'default' : `${rules} ${rules === 1 ? 'rule' : 'rules'}`;
}

/** What it is made of: only MCP servers are read again with their credential. */
export function kindOf({ reread }: Pick<Toolset, 'reread'>): string {
	return reread ? 'MCP' : 'OpenAPI';
}

export function counted(toolset: Toolset): string {
	const writes = [...toolset.tools.values()].filter((tool) => tool.effect !== 'read').length;
	const skipped = toolset.skipped.length > 0 ? `, ${toolset.skipped.length} operations left out` : '';
	return `${toolset.tools.size} ${toolset.tools.size === 1 ? 'tool' : 'tools'} (${writes === 0 ? 'all read-only' : `${writes} that write`})${skipped}`;
}

export function skippedTable({ skipped }: Toolset): ReplyBlock[] {
	if (skipped.length === 0) return [];
	return [
		{ kind: 'table', columns: ['left out', 'because'], rows: skipped.slice(0, LISTED).map(({ origin, reason }) => [origin, reason]) },
	];
}

export function credentialOf({ credential, oauth2 }: ToolsetRecord): string {
	if (credential === undefined) return 'none';
	const tokens = oauth2?.tokenUrl === undefined ? '' : `, tokens from ${oauth2.tokenUrl}`;
	return `${describeReference(credential)}${tokens}${oauth2?.scope === undefined ? '' : ` (${oauth2.scope})`}`;
}
