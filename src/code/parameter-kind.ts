import type { Program } from './program.ts';

/** How an argument is written where a person types it: as it is, as JSON, or as JSON where it can be read as that and else as it is. */
export type ParameterKind = 'text' | 'json' | 'either';

const PLAIN: Readonly<Record<string, ParameterKind | 'nothing'>> = {
	string: 'text',
	number: 'json',
	boolean: 'json',
	bigint: 'json',
	object: 'json',
	true: 'json',
	false: 'json',
	null: 'nothing',
	undefined: 'nothing',
};

/** Aliases may name one another, and themselves. */
const DEEPEST_ALIAS = 10;

/** Of a type as a program writes it. `types` are the interfaces and aliases that it may name; what nobody knows may be anything. */
export function parameterKind(type: string | undefined, types: Program['types']): ParameterKind {
	const kinds = type === undefined ? ['either' as const] : kindsOf(type, types, 0);
	const texts = kinds.filter((kind) => kind === 'text');
	if (kinds.includes('either') || (texts.length > 0 && texts.length < kinds.length)) return 'either';
	return texts.length > 0 ? 'text' : 'json';
}

/** Of the members of a union, without those that stand for nothing. */
function kindsOf(type: string, types: Program['types'], depth: number): ParameterKind[] {
	const members = unionMembers(type);
	if (members.length > 1) return members.flatMap((member) => kindsOf(member, types, depth));
	const [member = ''] = members;
	if (/^['"`]/.test(member)) return ['text'];
	const plain = Object.hasOwn(PLAIN, member) ? PLAIN[member] : undefined;
	if (plain) return plain === 'nothing' ? [] : [plain];
	if (!/^[\p{L}$_][\p{L}\p{N}$_]*$/u.test(member)) return member.startsWith('(') ? kindsOf(inside(member), types, depth) : ['json'];
	const declared = types.find(({ name }) => name === member)?.source;
	if (declared?.startsWith('interface')) return ['json'];
	const alias = declared === undefined ? undefined : /^type\s+[^=<]+=\s*(.*?);?$/s.exec(declared)?.[1];
	return alias === undefined || depth >= DEEPEST_ALIAS ? ['either'] : kindsOf(alias, types, depth + 1);
}

/** The type of each argument that a rest parameter takes: `string` of `string[]`. Undefined where they differ or it says nothing. */
export function elementType(type: string | undefined): string | undefined {
	const plain = type?.trim().replace(/^readonly\s+/, '');
	const [, generic] = /^(?:Readonly)?Array<(.*)>$/s.exec(plain ?? '') ?? [];
	const listed = plain?.endsWith('[]') ? plain.slice(0, -2) : undefined;
	// `'a' | 'b'[]` is no list of both.
	return generic ?? (listed !== undefined && unionMembers(listed).length === 1 ? listed : undefined);
}

/** The texts of `type`'s string literals, where it has any: what may be chosen from. */
export function literalsOf(type: string): readonly string[] {
	return unionMembers(type).flatMap(
		(member) =>
			/^'([^'\\]*)'$|^"([^"\\]*)"$/
				.exec(member)
				?.slice(1)
				.filter((text) => text !== undefined) ?? [],
	);
}

/** Split at the bars that are in no quotes and no brackets. */
function unionMembers(type: string): readonly string[] {
	const members: string[] = [];
	let depth = 0;
	let member = '';
	for (const [part] of type.matchAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|=>|./gsu)) {
		if ('([{<'.includes(part)) depth += 1;
		if (')]}>'.includes(part)) depth -= 1;
		if (part === '|' && depth === 0) {
			members.push(member.trim());
			member = '';
		} else {
			member += part;
		}
	}
	return [...members, member.trim()].filter((text) => text !== '');
}

/** `a | b` of `(a | b)`; nothing of what only begins so. */
function inside(type: string): string {
	const text = type.slice(1, -1);
	return type.endsWith(')') && !text.includes('(') && !text.includes(')') ? text : 'object';
}
