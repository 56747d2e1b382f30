import { messageOf, UserError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { closestName } from './closest-name.ts';
import { type Policy, ruleOf } from './policy.ts';
import type { CallPreview, Tool, ToolResponse, Toolset } from './tool.ts';

export interface TryOptions {
	readonly policy?: Policy;
	/** The first harmless one when left out. */
	readonly tool?: string;
	readonly args?: JsonObject;
	readonly signal: AbortSignal;
}

/** What came of trying a toolset. */
export interface Trial {
	/** Of a toolset that can be read again with its credential: how long its server took to tell its tools, and why it did not. */
	readonly listing?: { readonly ms: number; readonly failure?: string };
	/** Absent where no tool can be called without arguments, and where the listing failed. */
	readonly call?: {
		readonly tool: Tool;
		readonly preview: CallPreview;
		readonly response: ToolResponse;
		readonly ms: number;
	};
}

/**
 * Calls one tool that changes nothing: the one that is named, or the first that the policy lets run and that needs no arguments. The toolset is whole,
 * without the policy applied. Throws a UserError when the named one does not exist, is blocked, or is no read.
 */
export async function tryToolset(toolset: Toolset, { policy = {}, tool: name, args = {}, signal }: TryOptions): Promise<Trial> {
	const tool = name === undefined ? firstHarmless(toolset, policy) : harmless(name, toolset, policy);
	const listing = toolset.reread && (await timed(() => listed(toolset)));
	const heard = listing && { listing: { ms: listing.ms, ...(listing.value !== undefined && { failure: listing.value }) } };
	if (!tool || listing?.value !== undefined) return { ...heard };
	const preview = toolset.preview(tool, args);
	const { value: response, ms } = await timed(() => toolset.call(tool, args, { signal }));
	return { ...heard, call: { tool, preview, response, ms } };
}

/** What went wrong; undefined for nothing. */
async function listed(toolset: Toolset): Promise<string | undefined> {
	try {
		await toolset.reread?.();
		return undefined;
	} catch (error) {
		return messageOf(error);
	}
}

async function timed<Value>(work: () => Promise<Value>): Promise<{ readonly value: Value; readonly ms: number }> {
	const begun = performance.now();
	const value = await work();
	return { value, ms: Math.round(performance.now() - begun) };
}

function firstHarmless({ tools }: Toolset, policy: Policy): Tool | undefined {
	return [...tools.values()].find(
		(tool) =>
			tool.effect === 'read' && ruleOf(tool, policy) === 'run' && !(Array.isArray(tool.input.required) && tool.input.required.length > 0),
	);
}

/** Who names a read has said yes to it, so that one with the rule to ask is called. */
function harmless(typed: string, toolset: Toolset, policy: Policy): Tool {
	const name = typed.startsWith(`${toolset.name}.`) ? typed.slice(toolset.name.length + 1) : typed;
	const tool = toolset.tools.get(name);
	if (!tool) {
		const near = closestName(name, [...toolset.tools.keys()]);
		const advice = near === undefined ? `/toolset show ${toolset.name} shows all.` : `Did you mean ${near}?`;
		throw new UserError('not-found', `${toolset.name} has no tool ${name.slice(0, 80)}. ${advice}`);
	}
	if (ruleOf(tool, policy) === 'block') {
		throw new UserError(
			'not-allowed',
			`${toolset.name}.${name} is blocked: /toolset policy ${toolset.name} ${name} default would let it be called.`,
		);
	}
	if (tool.effect === 'read') return tool;
	throw new UserError(
		'not-allowed',
		`${toolset.name}.${name} may change something (${tool.origin}), and a test calls only what reads. Name another tool.`,
	);
}
