import { UserError } from '../errors.ts';
import { closestName } from './closest-name.ts';
import { methodOf, type Policy, RULES, type Rule, ruleOf } from './policy.ts';
import type { Effect, Tool, Toolset } from './tool.ts';

/** What a rule is about. */
export type Subject =
	| { readonly kind: 'all' }
	| { readonly kind: 'effect'; readonly effect: Effect }
	| { readonly kind: 'method'; readonly method: string }
	| { readonly kind: 'tool'; readonly tool: string };

/** As admins type them. */
export const EFFECT_WORDS: Readonly<Record<Effect, string>> = { read: 'reads', write: 'writes', destructive: 'destructive' };
const EFFECTS: readonly Effect[] = ['read', 'write', 'destructive'];
const ALL = 'all';
/** Takes a rule back. */
const DEFAULT = 'default';

/** What can be typed for the subject besides methods and tools. */
export const SUBJECT_WORDS: readonly string[] = [...Object.values(EFFECT_WORDS), ALL];
export const RULE_WORDS: readonly string[] = [...RULES, DEFAULT];

/**
 * Reads what an admin typed for a subject: `reads`, `writes`, `destructive`, `all`, an HTTP method that tools of this toolset have, or a tool by its
 * name; `crm.reads` is a tool whatever it is called. A tool that is gone can be named while the policy has a rule for it. Throws `bad-input` with the
 * nearest choice.
 */
export function readSubject(text: string, toolset: Toolset, policy: Policy): Subject {
	const typed = text.trim();
	const tools = [...toolset.tools.keys(), ...Object.keys(policy.tools ?? {})];
	const named = typed.startsWith(`${toolset.name}.`) ? typed.slice(toolset.name.length + 1) : undefined;
	const word = typed.toLowerCase();
	if (named === undefined && word === ALL) return { kind: 'all' };
	const effect = EFFECTS.find((each) => word === EFFECT_WORDS[each] || word === each);
	if (named === undefined && effect) return { kind: 'effect', effect };
	const tool = named ?? typed;
	if (tools.includes(tool)) return { kind: 'tool', tool };
	const methods = [...new Set([...methodsOf(toolset), ...Object.keys(policy.methods ?? {})])];
	const method = typed.toUpperCase();
	if (methods.includes(method)) return { kind: 'method', method };
	const near = closestName(tool, [...SUBJECT_WORDS, ...methods, ...tools]);
	const meant = word === DEFAULT ? `${ALL} ${DEFAULT}` : near;
	const advice = meant === undefined ? '' : ` Did you mean ${meant}?`;
	const choices = [...SUBJECT_WORDS, ...methods].join(', ');
	throw new UserError(
		'bad-input',
		`${toolset.name} has no tool ${tool.slice(0, 80)}.${advice} A rule is for ${choices}, or one tool by its name.`,
	);
}

/** Reads what an admin typed for a rule, `ask twice` for `ask-twice`, too; undefined takes the rule back. Throws `bad-input` with the nearest choice. */
export function readRule(text: string): Rule | undefined {
	const word = text.trim().toLowerCase().replaceAll(/\s+/g, '-');
	if (word === DEFAULT) return undefined;
	const rule = RULES.find((each) => each === word);
	if (rule) return rule;
	const near = closestName(word, RULE_WORDS);
	const advice = near === undefined ? '' : ` Did you mean ${near}?`;
	throw new UserError(
		'bad-input',
		`There is no rule ${word.slice(0, 40)}.${advice} Rules are run (goes out), ask (a person says yes), ask-twice (and says it again), block (cannot be called) and default.`,
	);
}

/**
 * The policy with this rule, or without one for the subject. A rule for everything replaces all others: a rule of a tool or method would go before
 * it. What says nothing is left out.
 */
export function withRule(policy: Policy, subject: Subject, rule: Rule | undefined): Policy {
	if (subject.kind === 'all') return rule === undefined ? {} : { effects: { read: rule, write: rule, destructive: rule } };
	const { tools = {}, methods = {}, effects = {} } = policy;
	return compact({
		tools: subject.kind === 'tool' ? set(tools, subject.tool, rule) : tools,
		methods: subject.kind === 'method' ? set(methods, subject.method, rule) : methods,
		effects: subject.kind === 'effect' ? set(effects, subject.effect, rule) : effects,
	});
}

/** The tools a rule for the subject is about, whether or not a more particular rule goes before it. */
export function toolsUnder(subject: Subject, { tools }: Toolset): Tool[] {
	return [...tools.values()].filter((tool) => {
		if (subject.kind === 'effect') return tool.effect === subject.effect;
		if (subject.kind === 'method') return methodOf(tool) === subject.method;
		return subject.kind === 'all' || tool.name === subject.tool;
	});
}

/** Whose rule holds for a tool: the most particular one that is set, its effect's when none is. */
export function decidingSubject(tool: Tool, { tools = {}, methods = {} }: Policy): Exclude<Subject, { kind: 'all' }> {
	const method = methodOf(tool);
	if (Object.hasOwn(tools, tool.name)) return { kind: 'tool', tool: tool.name };
	if (method !== undefined && Object.hasOwn(methods, method)) return { kind: 'method', method };
	return { kind: 'effect', effect: tool.effect };
}

/** Tools that change something and go out unasked with `after`, but not with `before`. */
export function newlyUnasked({ tools }: Toolset, before: Policy, after: Policy): Tool[] {
	return [...tools.values()].filter((tool) => tool.effect !== 'read' && ruleOf(tool, before) !== 'run' && ruleOf(tool, after) === 'run');
}

/** The HTTP methods of its tools, in the order they first appear. */
export function methodsOf({ tools }: Toolset): string[] {
	return [...new Set([...tools.values()].flatMap((tool) => methodOf(tool) ?? []))];
}

function set(rules: Readonly<Partial<Record<string, Rule>>>, key: string, rule: Rule | undefined): Readonly<Record<string, Rule>> {
	const others = Object.entries(rules).flatMap(([name, set]): [string, Rule][] => (set === undefined || name === key ? [] : [[name, set]]));
	return Object.fromEntries(rule === undefined ? others : [...others, [key, rule]]);
}

function compact(policy: Policy): Policy {
	return Object.fromEntries(Object.entries(policy).filter(([, rules]) => Object.keys(rules).length > 0));
}
