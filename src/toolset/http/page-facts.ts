import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { plainName } from '../openapi/paging-arguments.ts';

/** What a response's body says about its pages. */
export interface PageFacts {
	/** Plain name (`plainName`) -> what stands there; what is further out counts. Values are texts, numbers and booleans. */
	readonly said: ReadonlyMap<string, string | number | boolean>;
	/** The entries of the page, as far as they can be told. */
	readonly entries: readonly JsonValue[];
}

/** Objects in which APIs keep what they say about pages. */
const CONTAINERS = new Set(
	'meta metadata pagination paging paginginfo pageinfo pager page links responsemetadata resultinfo cursor cursors next nextpage info data result response'.split(
		' ',
	),
);
/** Where the address of a page stands inside `next: { … }`. */
const ADDRESSES = new Set(['href', 'url', 'uri', 'link']);
const ENTRIES = ['data', 'items', 'results', 'entries', 'values', 'records', 'list', 'value', 'members', 'hits', 'rows', 'resources'];
const MAX_DEPTH = 3;

/** Reads the outside of an object and what lies in the usual places; no list but one of links is looked into. */
export function readPageFacts(body: JsonObject): PageFacts {
	const said = new Map<string, string | number | boolean>();
	const lists = new Map<string, readonly JsonValue[]>();
	let level: Container[] = [{ name: '', node: body }];
	for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth += 1) {
		const members = level.flatMap(membersOf);
		for (const { name, value } of members) {
			if (Array.isArray(value)) keep(lists, name, value);
			else if (value !== null && typeof value !== 'object') keep(said, name, value);
		}
		level = members.flatMap(({ name, value }) => (isJsonObject(value) && CONTAINERS.has(name) ? [{ name, node: value }] : []));
	}
	return { said, entries: entriesOf(lists) };
}

interface Container {
	readonly name: string;
	readonly node: JsonObject;
}

/** With plain names. The address inside `next: { href: '…' }`, or inside the link of a list that is related as `next`, is `next` itself. */
function membersOf({ name: container, node }: Container): { readonly name: string; readonly value: JsonValue }[] {
	const isNext = container === 'next' || container === 'nextpage';
	return Object.entries(node).map(([key, value]) => {
		const name = plainName(key);
		if (name === 'links' && Array.isArray(value)) return { name: 'next', value: relatedAsNext(value) };
		return { name: isNext && ADDRESSES.has(name) ? 'next' : name, value };
	});
}

function relatedAsNext(links: readonly JsonValue[]): JsonValue {
	const next = links.find((link) => isJsonObject(link) && String(link.rel).toLowerCase() === 'next');
	return isJsonObject(next) && typeof next.href === 'string' ? next.href : null;
}

/** What is further out, or earlier, counts. */
function keep<T>(map: Map<string, T>, name: string, value: T): void {
	if (!map.has(name)) map.set(name, value);
}

/** By name, else the longest. */
function entriesOf(lists: ReadonlyMap<string, readonly JsonValue[]>): readonly JsonValue[] {
	const named = ENTRIES.flatMap((name) => {
		const list = lists.get(name);
		return list === undefined ? [] : [list];
	});
	return named[0] ?? [...lists.values()].reduce((longest, list) => (list.length > longest.length ? list : longest), []);
}
