import { isJsonObject } from '../../json.ts';
import type { JsonSchema } from '../tool.ts';

/** The arguments that choose a page, by their names in the tool's input. */
export interface PagingArguments {
	/** Take what a response calls its next cursor, token or marker. */
	readonly cursors: readonly string[];
	/** Takes the number of a page. */
	readonly page?: string;
	/** Takes how many entries to leave out. */
	readonly offset?: string;
	/** Takes how many entries a page has. */
	readonly size?: string;
}

const CURSORS = words(
	'cursor pagecursor nextcursor startcursor aftercursor pageafter startingafter startafter pagetoken nextpagetoken nexttoken paginationtoken continuationtoken scrollid skiptoken pageinfo',
);
/** Choose a page in a read, and may mean anything in a write. */
const READ_CURSORS = words('after continue continuation marker nextmarker bookmark iterator');
const PAGES = words('page pagenumber pageno pagenum pageindex currentpage');
const OFFSETS = words('offset pageoffset skip start startat startindex');
const SIZES = words('limit perpage pagesize pagelimit count size maxresults maxitems top first rows num itemsperpage');

/** Without case and punctuation: `page[after]`, `pageAfter` and `page_after` are one name. */
export function plainName(name: string): string {
	return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/**
 * Which arguments choose a page, told by names that published documents use and by their types; undefined when none does. In a request that is no read
 * a page or an offset counts only beside a page size, and methods other than GET, HEAD and POST have none.
 */
export function pagingArguments(
	method: string,
	input: JsonSchema,
	definitions: ReadonlyMap<string, JsonSchema>,
): PagingArguments | undefined {
	const isRead = method === 'get' || method === 'head';
	if (!isRead && method !== 'post') return undefined;
	const known = Object.entries(isJsonObject(input.properties) ? input.properties : {}).map(([name, schema]) => ({
		name,
		plain: plainName(name),
		types: typesOf(schema, definitions),
	}));
	const first = (names: ReadonlySet<string>, isMeant: (types: readonly string[]) => boolean): string | undefined =>
		known.find(({ plain, types }) => names.has(plain) && isMeant(types))?.name;
	const cursors = known.filter(({ plain, types }) => (CURSORS.has(plain) || (isRead && READ_CURSORS.has(plain))) && isText(types));
	const size = first(SIZES, isNumber);
	const counts = isRead || size !== undefined;
	const page = counts ? first(PAGES, isPrimitive) : undefined;
	const offset = counts ? (first(OFFSETS, isNumber) ?? first(words('offset pageoffset'), isPrimitive)) : undefined;
	if (cursors.length === 0 && page === undefined && offset === undefined) return undefined;
	return {
		cursors: cursors.map(({ name }) => name),
		...(page === undefined ? {} : { page }),
		...(offset === undefined ? {} : { offset }),
		...(size === undefined ? {} : { size }),
	};
}

/** All types a value may have, through one reference and alternatives; empty when the document does not say. */
function typesOf(schema: unknown, definitions: ReadonlyMap<string, JsonSchema>, hops = 0): string[] {
	if (!isJsonObject(schema)) return [];
	const target = typeof schema.$ref === 'string' ? definitions.get(schema.$ref.replace('#/$defs/', '')) : undefined;
	if (target !== undefined) return hops > 3 ? [] : typesOf(target, definitions, hops + 1);
	const own = [schema.type].flat().filter((type): type is string => typeof type === 'string' && type !== 'null');
	const inner = hops > 3 || !Array.isArray(schema.anyOf) ? [] : schema.anyOf.flatMap((each) => typesOf(each, definitions, hops + 1));
	return [...own, ...inner];
}

function isPrimitive(types: readonly string[]): boolean {
	return types.every((type) => type !== 'object' && type !== 'array' && type !== 'boolean');
}

function isText(types: readonly string[]): boolean {
	return types.length === 0 || types.includes('string') || types.includes('integer');
}

function isNumber(types: readonly string[]): boolean {
	return types.length === 0 || types.includes('integer') || types.includes('number');
}

function words(text: string): ReadonlySet<string> {
	return new Set(text.split(' '));
}
