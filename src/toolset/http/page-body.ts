import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Operation } from '../openapi/operation.ts';
import { type PagingArguments, plainName } from '../openapi/paging-arguments.ts';
import { type PageFacts, readPageFacts } from './page-facts.ts';
import { argumentsOfLink, schemaOf, typed } from './page-link.ts';

interface Page extends PageFacts {
	readonly operation: Operation;
	readonly paging: PagingArguments;
	readonly args: JsonObject;
}

/** An argument and its value for the next page. */
type Step = readonly [argument: string, value: string | number];

const ADDRESSES = names('next nextlink nexturl nextpageurl nextpagelink odatanextlink nexthref nextpage nextpageuri');
/** Where APIs put what asks for the next page, the most telling first. */
const TOKENS = names(
	'nextpagetoken nexttoken nextcursor nextpagecursor nextpage nextoffset nextstart nextmarker nextcontinuationtoken continuationtoken paginationtoken continue endcursor aftercursor after next skiptoken scrollid cursor marker bookmark offset',
);
const MORE = names('hasmore hasnext hasnextpage more moreavailable morepages istruncated');
const LAST = names('last islast lastpage islastpage done');
const CURRENT_PAGES = names('page currentpage pagenumber pageno pageindex');
const PAGE_TOTALS = names('totalpages pages pagecount lastpage totalpagecount numpages pagestotal pageslast');
const ENTRY_TOTALS = names('total totalcount totalresults totalitems totalelements totalhits totalrecords totalsize numfound count');
const SIZES = names('perpage pagesize limit size itemsperpage maxresults');
const CURRENT_OFFSETS = names('offset start skip startat startindex');

/**
 * The arguments for the page after this one, from what its body says: the address of the next page, its cursor or number, that there is more after the
 * last entry's id, how many pages or entries there are. Undefined when the body does not say, says that this is the last one, or names something
 * that no argument of the operation takes.
 */
export function argumentsAfterBody(operation: Operation, args: JsonObject, body: JsonValue, url: string): JsonObject | undefined {
	const { paging } = operation;
	if (paging === undefined || !isJsonObject(body)) return undefined;
	const facts = readPageFacts(body);
	const { said } = facts;
	if (MORE.some((name) => said.get(name) === false) || LAST.some((name) => said.get(name) === true)) return undefined;
	const address = ADDRESSES.map((name) => said.get(name)).find((value) => typeof value === 'string' && /^(https?:\/\/|\/|\?)/i.test(value));
	const linked = address === undefined ? undefined : argumentsOfLink(operation, args, String(address), url);
	if (linked !== undefined) return linked;
	const page: Page = { ...facts, operation, paging, args };
	const [argument, value] = afterToken(page) ?? afterEntry(page) ?? afterPage(page) ?? afterOffset(page) ?? [];
	if (argument === undefined || value === undefined) return undefined;
	const next = typed(value, schemaOf(operation.input, argument));
	return next === args[argument] ? undefined : { ...args, [argument]: next };
}

function afterToken(page: Page): Step | undefined {
	for (const name of TOKENS) {
		const value = page.said.get(name);
		if (value === undefined || value === '' || typeof value === 'boolean' || /^https?:\/\//i.test(String(value))) continue;
		// `offset: 20` says where this page begins; a text there (Airtable) where the next one does.
		if (name === 'offset' && (typeof value === 'number' || /^\d+$/.test(value))) continue;
		const argument = argumentFor(name, page.paging);
		if (argument !== undefined && String(value) !== String(page.args[argument])) return [argument, value];
	}
	return undefined;
}

/** `next_cursor` goes to `cursor`, `nextPageToken` to `pageToken`, and to the only cursor there is whatever that is called. */
function argumentFor(name: string, { cursors, page, offset }: PagingArguments): string | undefined {
	const bare = name.replace(/^next/, '');
	const all = [...cursors, ...(page === undefined ? [] : [page]), ...(offset === undefined ? [] : [offset])];
	const same = all.find((argument) => plainName(argument) === name) ?? all.find((argument) => plainName(argument) === bare);
	if (same !== undefined) return same;
	if (bare === 'page' || (bare === '' && cursors.length === 0)) return page;
	if (bare === 'offset' || bare === 'start') return name === 'offset' ? undefined : offset;
	return cursors.find((argument) => plainName(argument).endsWith(bare) && bare !== '') ?? cursors[0];
}

/** Stripe and those who took after it: there is more, after the id of the last entry. */
function afterEntry({ said, entries, paging }: Page): Step | undefined {
	const argument = paging.cursors.find((name) => /^(startingafter|startafter|after|pageafter)$/.test(plainName(name)));
	if (argument === undefined || !MORE.some((name) => said.get(name) === true)) return undefined;
	const last = entries.at(-1);
	const id = said.get('lastid') ?? (isJsonObject(last) ? last.id : undefined);
	return typeof id === 'string' || typeof id === 'number' ? [argument, id] : undefined;
}

function afterPage({ said, entries, paging, args }: Page): Step | undefined {
	if (paging.page === undefined) return undefined;
	// Spring counts pages from 0 and calls the current one `number`.
	const fromZero = numberIn(said, ['number']);
	const pages = numberIn(said, PAGE_TOTALS);
	if (fromZero !== undefined && pages !== undefined) return fromZero + 1 < pages ? [paging.page, fromZero + 1] : undefined;
	const current = numberOf(args[paging.page]) ?? numberIn(said, CURRENT_PAGES) ?? 1;
	const size = numberIn(said, SIZES) ?? (paging.size === undefined ? undefined : numberOf(args[paging.size]));
	const total = numberIn(said, ENTRY_TOTALS);
	const isMore =
		pages !== undefined
			? current + (current === 0 ? 1 : 0) < pages
			: total !== undefined && size !== undefined
				? entries.length > 0 && (current === 0 ? 1 : current) * size < total
				: MORE.some((name) => said.get(name) === true);
	return isMore ? [paging.page, current + 1] : undefined;
}

function afterOffset({ said, entries, paging, args }: Page): Step | undefined {
	if (paging.offset === undefined || entries.length === 0) return undefined;
	// SCIM and Google count entries from 1 there.
	const base = plainName(paging.offset) === 'startindex' ? 1 : 0;
	const current = numberOf(args[paging.offset]) ?? numberIn(said, CURRENT_OFFSETS) ?? base;
	const next = current + entries.length;
	const total = numberIn(said, ENTRY_TOTALS);
	const isMore = total === undefined ? MORE.some((name) => said.get(name) === true) : next < total + base;
	return isMore ? [paging.offset, next] : undefined;
}

function numberIn(said: PageFacts['said'], candidates: readonly string[]): number | undefined {
	for (const name of candidates) {
		const number = numberOf(said.get(name));
		if (number !== undefined) return number;
	}
	return undefined;
}

function numberOf(value: JsonValue | undefined): number | undefined {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : undefined;
}

function names(text: string): readonly string[] {
	return text.split(' ');
}
