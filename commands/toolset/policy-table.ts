import { DEFAULT_RULES, type Policy, RULES, type Rule, ruleOf } from '../../src/toolset/policy.ts';
import { decidingSubject, EFFECT_WORDS } from '../../src/toolset/policy-change.ts';
import type { Effect, Toolset } from '../../src/toolset/tool.ts';
import { type ReplyBlock, text } from '../command.ts';
import { LISTED } from './describe-toolset.ts';
import { count, nameList } from './name-list.ts';

/** The rules in force, each with the tools it decides about. The toolset is whole, without the policy applied. */
export function policyTable(toolset: Toolset, policy: Policy): ReplyBlock[] {
	const tools = [...toolset.tools.values()];
	const decided = Map.groupBy(tools, (tool) => JSON.stringify(decidingSubject(tool, policy)));
	const number = (subject: ReturnType<typeof decidingSubject>) => String(decided.get(JSON.stringify(subject))?.length ?? 0);
	const effects = (Object.keys(EFFECT_WORDS) as Effect[]).map((effect) => {
		const rule = policy.effects?.[effect];
		return [EFFECT_WORDS[effect], rule ?? `${DEFAULT_RULES[effect]} (default)`, number({ kind: 'effect', effect })];
	});
	const methods = Object.entries(policy.methods ?? {}).map(([method, rule]) => [method, rule, number({ kind: 'method', method })]);
	const own = Object.entries(policy.tools ?? {}).map(([tool, rule]) => [
		tool,
		rule,
		toolset.tools.has(tool) ? number({ kind: 'tool', tool }) : 'no such tool any more',
	]);
	const rows = [...effects, ...methods, ...own];
	const more = rows.length > LISTED ? [text(`and ${rows.length - LISTED} more.`)] : [];
	return [{ kind: 'table', columns: ['for', 'rule', 'tools'], rows: rows.slice(0, LISTED) }, ...more, text(inForce(toolset, policy))];
}

/** `Of 12 tools 8 run, 3 ask, 1 is blocked: deleteUser.` */
function inForce({ tools }: Toolset, policy: Policy): string {
	const byRule = Map.groupBy([...tools.values()], (tool) => ruleOf(tool, policy));
	const parts = RULES.flatMap((rule) => {
		const names = (byRule.get(rule) ?? []).map(({ name }) => name);
		return names.length === 0 ? [] : [`${names.length} ${verb(rule, names.length)}${rule === 'block' ? `: ${nameList(names)}` : ''}`];
	});
	return `Of ${count(tools.size, 'tool')} ${parts.join(', ')}.`;
}

function verb(rule: Rule, number: number): string {
	const plural = { run: 'run', ask: 'ask', 'ask-twice': 'ask twice', block: 'are blocked' };
	const singular = { run: 'runs', ask: 'asks', 'ask-twice': 'asks twice', block: 'is blocked' };
	return (number === 1 ? singular : plural)[rule];
}
