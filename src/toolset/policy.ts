import type { JsonObject } from '../json.ts';
import { type Approval, type Effect, type SkippedOperation, type Tool, type ToolResponse, type Toolset, toolId } from './tool.ts';

/** What happens to a call: it goes out, a person is asked (once, or with a second look), or programs cannot make it at all. */
export type Rule = 'run' | 'ask' | 'ask-twice' | 'block';

export const RULES: readonly Rule[] = ['run', 'ask', 'ask-twice', 'block'];

/** What an admin decided for a toolset. The most particular rule holds: of the tool, of its HTTP method, of its effect; then `DEFAULT_RULES`. */
export interface Policy {
	/** By the tool's name. */
	readonly tools?: Readonly<Record<string, Rule>>;
	/** By the method in upper case, for tools that have one. */
	readonly methods?: Readonly<Record<string, Rule>>;
	readonly effects?: Readonly<Partial<Record<Effect, Rule>>>;
}

/** Reads run, writes ask, what deletes or overwrites asks twice. */
export const DEFAULT_RULES: Readonly<Record<Effect, Rule>> = { read: 'run', write: 'ask', destructive: 'ask-twice' };

const APPROVALS: Readonly<Record<Exclude<Rule, 'block'>, Approval>> = { run: 'none', ask: 'ask', 'ask-twice': 'ask-twice' };

export function ruleOf(tool: Pick<Tool, 'name' | 'effect' | 'origin'>, { tools, methods, effects }: Policy): Rule {
	const method = methodOf(tool);
	return (
		own(tools, tool.name) ??
		(method === undefined ? undefined : own(methods, method)) ??
		own(effects, tool.effect) ??
		DEFAULT_RULES[tool.effect]
	);
}

/** The HTTP method of a tool's operation, in upper case; undefined for tools that are none. */
export function methodOf({ origin }: Pick<Tool, 'origin'>): string | undefined {
	return /^(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|TRACE) \//.exec(origin)?.[1];
}

/** Who is asked before a call of this tool: as its toolset's policy says, else as its effect asks for. */
export function approvalOf({ approval, effect }: Pick<Tool, 'approval' | 'effect'>): Approval {
	const rule = DEFAULT_RULES[effect];
	return approval ?? (rule === 'block' ? 'ask-twice' : APPROVALS[rule]);
}

/** The toolset as the policy leaves it: what is blocked is no tool of it any more, and listed among what was skipped. */
export function withPolicy(toolset: Toolset, policy: Policy | undefined): Toolset {
	if (!policy) return toolset;
	const tools = new Map<string, Tool>();
	const blocked: SkippedOperation[] = [];
	for (const [name, tool] of toolset.tools) {
		const rule = ruleOf(tool, policy);
		if (rule === 'block') blocked.push({ origin: tool.origin, reason: `${toolId(tool)} is blocked by the policy` });
		else tools.set(name, { ...tool, approval: APPROVALS[rule] });
	}
	return {
		name: toolset.name,
		...(toolset.kind && { kind: toolset.kind }),
		title: toolset.title,
		address: toolset.address,
		definitions: toolset.definitions,
		tools,
		skipped: [...blocked, ...toolset.skipped],
		call: (tool, args, context) => (tools.has(tool.name) ? toolset.call(tool, args, context) : refused(tool)),
		preview: (tool: Tool, args: JsonObject) => toolset.preview(tool, args),
		...(toolset.close && { close: () => toolset.close?.() ?? Promise.resolve() }),
	};
}

async function refused(tool: Tool): Promise<ToolResponse> {
	return { ok: false, kind: 'unknown-tool', message: `${toolId(tool)} is no tool that may be called.` };
}

function own<V>(record: Readonly<Partial<Record<string, V>>> | undefined, key: string): V | undefined {
	return record && Object.hasOwn(record, key) ? record[key] : undefined;
}
