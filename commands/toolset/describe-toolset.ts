import type { ToolsetRecord } from '../../src/toolset/catalogue.ts';
import { describeReference } from '../../src/toolset/http/credential-reference.ts';
import { DEFAULT_RULES, type Policy } from '../../src/toolset/policy.ts';
import { EFFECT_WORDS } from '../../src/toolset/policy-change.ts';
import type { Effect, Toolset } from '../../src/toolset/tool.ts';
import type { ReplyBlock } from '../command.ts';
import { count } from './name-list.ts';

/** Lines of a listing that a chat still shows whole; the rest is counted. */
export const LISTED = 80;
/** How an operator's secret is named. */
export const REFERENCES = 'NAME of an operator secret, or bearer:NAME, basic:NAME, header:X-Api-Key:NAME, query:key:NAME, oauth2:NAME';

/** `reads run, writes ask, destructive ask-twice`, as far as effects decide: in the words that are typed to change it. */
export function effectRules({ effects = {} }: Policy): string {
	const known = Object.keys(EFFECT_WORDS) as Effect[];
	return known.map((effect) => `${EFFECT_WORDS[effect]} ${effects[effect] ?? DEFAULT_RULES[effect]}`).join(', ');
}

/** Whether a toolset has rules of its own: `default`, `1 rule`, `2 rules`. */
export function policyWord({ effects = {}, methods = {}, tools = {} }: Policy = {}): string {
	const rules = [effects, methods, tools].reduce((sum, each) => sum + Object.keys(each).length, 0);
	return rules === 0 ? 'default' : count(rules, 'rule');
}

/** What it is made of: only MCP servers are read again with their credential. */
export function kindOf({ reread }: Pick<Toolset, 'reread'>): string {
	return reread ? 'MCP' : 'OpenAPI';
}

/** `5 tools (3 that write), 1 operation left out` */
export function counted({ tools, skipped }: Toolset): string {
	const writes = [...tools.values()].filter((tool) => tool.effect !== 'read').length;
	const leftOut = skipped.length > 0 ? `, ${count(skipped.length, 'operation')} left out` : '';
	const kinds = writes > 0 ? `${writes} that write` : tools.size === 1 ? 'read-only' : 'all read-only';
	return `${count(tools.size, 'tool')} (${kinds})${leftOut}`;
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

/** Where it was read from, for everybody: without the query of an address, which may hold a key. */
export function shownSource({ source }: Pick<ToolsetRecord, 'source'>): string {
	return /^(mcp:)?https?:/i.test(source) ? source.replace(/\?.*$/s, '?…') : source;
}
