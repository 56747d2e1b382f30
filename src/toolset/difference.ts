import { createSchemaHash } from './openapi/schema-hash.ts';
import { type Policy, RULES, ruleOf } from './policy.ts';
import type { JsonSchema, Tool, Toolset } from './tool.ts';

/**
 * What of a tool is no longer as it was. `name`: programs call it by another one; `operation`: the name stands for another operation (`Tool.origin`);
 * `rule`: it is called more, or less, freely.
 */
export type ChangedPart = 'name' | 'operation' | 'input' | 'output' | 'effect' | 'rule';

export interface ToolChange {
	readonly before: Tool;
	readonly after: Tool;
	/** In the order of `ChangedPart`, at least one. */
	readonly parts: readonly ChangedPart[];
}

/** How a toolset differs from what it was, with the policy that is kept. Everything in the order of the documents. */
export interface ToolsetDifference {
	readonly added: readonly Tool[];
	readonly removed: readonly Tool[];
	/** Tools of the same name, and those that stand for the same operation under another one. */
	readonly changed: readonly ToolChange[];
	/** Tools that only read differently. */
	readonly reworded: readonly Tool[];
	/** Those that go out with fewer questions asked than before. */
	readonly loosened: readonly ToolChange[];
	/** Names that the policy has rules for, and that are no tools any more. */
	readonly ruledAndGone: readonly string[];
	/** Absent where it stayed the same. */
	readonly address?: Moved;
	readonly title?: Moved;
	/** Whether calls go to another server. */
	readonly isElsewhere: boolean;
}

export interface Moved {
	readonly from: string;
	readonly to: string;
}

/** Both toolsets are whole: without the policy applied. */
export function differenceOf(before: Toolset, after: Toolset, policy: Policy = {}): ToolsetDifference {
	const pairs = pairsOf(before, after);
	const partsOf = createComparison(before, after, policy);
	const compared = pairs.map(([from, to]) => ({ before: from, after: to, parts: partsOf(from, to) }));
	const changed = compared.filter(({ parts }) => parts.length > 0);
	const [formerly, now] = [new Set(pairs.map(([from]) => from)), new Set(pairs.map(([, to]) => to))];
	return {
		added: [...after.tools.values()].filter((tool) => !now.has(tool)),
		removed: [...before.tools.values()].filter((tool) => !formerly.has(tool)),
		changed,
		reworded: compared.filter((pair) => pair.parts.length === 0 && isReworded(pair)).map((pair) => pair.after),
		loosened: changed.filter((pair) => strictness(pair.after, policy) < strictness(pair.before, policy)),
		ruledAndGone: Object.keys(policy.tools ?? {}).filter((name) => before.tools.has(name) && !after.tools.has(name)),
		...(before.address !== after.address && { address: { from: before.address, to: after.address } }),
		...(before.title !== after.title && { title: { from: before.title, to: after.title } }),
		isElsewhere: serverOf(before.address) !== serverOf(after.address),
	};
}

/** Whether there is nothing to tell. */
export function isNone({ added, removed, changed, reworded, address, title }: ToolsetDifference): boolean {
	return added.length + removed.length + changed.length + reworded.length === 0 && !address && !title;
}

/** Whether an admin has to say yes: something ends to work, goes out more freely, or goes to another server. */
export function isRisky({ removed, changed, loosened, isElsewhere }: ToolsetDifference): boolean {
	return isElsewhere || removed.length > 0 || loosened.length > 0 || changed.some(({ parts }) => parts.includes('name'));
}

/** The origin of an address; the address itself where it has none (`mcp:files`). */
export function serverOf(address: string): string {
	const origin = URL.parse(address)?.origin;
	return origin === undefined || origin === 'null' ? address : origin;
}

/** Which tool became which. A name goes before an origin: programs know the name. */
function pairsOf(before: Toolset, after: Toolset): (readonly [Tool, Tool])[] {
	const unnamed = Map.groupBy(
		[...after.tools.values()].filter(({ name }) => !before.tools.has(name)),
		({ origin }) => origin,
	);
	return [...before.tools.values()].flatMap((tool) => {
		const sameName = after.tools.get(tool.name);
		const [sameOrigin, ...more] = unnamed.get(tool.origin) ?? [];
		const match = sameName ?? (more.length === 0 ? sameOrigin : undefined);
		return match ? [[tool, match] as const] : [];
	});
}

function createComparison(before: Toolset, after: Toolset, policy: Policy) {
	const [former, now] = [before, after].map(({ definitions }) => createSchemaHash(new Map(Object.entries(definitions))));
	const differs = (from: Tool, to: Tool, part: (tool: Tool) => { input: JsonSchema; output?: JsonSchema }) =>
		former?.({ ...part(from), effect: 'read' }) !== now?.({ ...part(to), effect: 'read' });
	return (from: Tool, to: Tool): ChangedPart[] => {
		const parts: (ChangedPart | false)[] = [
			from.name !== to.name && 'name',
			from.origin !== to.origin && 'operation',
			...(from.schemaHash === to.schemaHash
				? []
				: ([
						differs(from, to, ({ input }) => ({ input })) && 'input',
						differs(from, to, ({ output }) => ({ input: {}, output })) && 'output',
						from.effect !== to.effect && 'effect',
					] as const)),
			ruleOf(from, policy) !== ruleOf(to, policy) && 'rule',
		];
		return parts.filter((part) => part !== false);
	};
}

function isReworded({ before, after }: ToolChange): boolean {
	return before.summary !== after.summary || before.description !== after.description;
}

function strictness(tool: Tool, policy: Policy): number {
	return RULES.indexOf(ruleOf(tool, policy));
}
