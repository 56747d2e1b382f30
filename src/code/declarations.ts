import { FILE_HANDLE_NAME } from '../toolset/file-handle.ts';
import type { JsonSchema, Tool, Toolset } from '../toolset/tool.ts';
import { type CompactPrinter, createCompactPrinter, type Detail, namesHint } from './declare-compact.ts';
import { type Property, propertiesOf } from './declare-schema.ts';
import { commentText, estimateTokens, propertyKey } from './declare-text.ts';
import { usefulDescription } from './useful-description.ts';

export { declarationLines, declareToolset } from './declare-toolset.ts';

/** Enough for a list of things with their own parts; two or three such declarations fit a prompt of 1,500 tokens. */
const DEFAULT_TOKENS = 260;
/** The thing that was asked for, and what it consists of. */
const DEFAULT_DEPTH = 2;

/** Arguments an index line names at most; the required ones are always there. */
const INDEX_ARGUMENTS = 8;
const INDEX_SUMMARY_CHARACTERS = 100;

interface Level extends Detail {
	/** Optional arguments that are declared; the rest is named in a comment. */
	readonly arguments: number;
	/** Characters of a required argument's description; optional ones get two thirds. */
	readonly description: number;
	readonly summary: number;
}

/** From generous to bare. The first one that fits the budget is taken. */
const levels: readonly Level[] = [
	{ depth: 2, fields: 6, names: 20, values: 10, arguments: 14, description: 120, summary: 120 },
	{ depth: 2, fields: 5, names: 14, values: 8, arguments: 10, description: 90, summary: 120 },
	{ depth: 2, fields: 4, names: 10, values: 6, arguments: 8, description: 60, summary: 100 },
	{ depth: 1, fields: 4, names: 10, values: 6, arguments: 6, description: 60, summary: 100 },
	{ depth: 1, fields: 3, names: 6, values: 5, arguments: 4, description: 30, summary: 80 },
	{ depth: 1, fields: 2, names: 3, values: 4, arguments: 2, description: 0, summary: 60 },
	{ depth: 0, fields: 0, names: 3, values: 3, arguments: 0, description: 0, summary: 40 },
];

/**
 * A tool as the prompt shows it: its summary, then `toolset.tool(args: { … }): Promise<{ … }>` with inline types. `depth` limits how far things inside
 * one another are shown, `maxTokens` the whole (estimated). Details go first, then what lies deep, the names of required arguments last.
 */
export function declareTool(toolset: Toolset, tool: Tool, options: { depth?: number; maxTokens?: number } = {}): string {
	const maxTokens = options.maxTokens ?? DEFAULT_TOKENS;
	const depth = options.depth ?? DEFAULT_DEPTH;
	for (const level of levels) {
		const printer = createCompactPrinter(toolset.definitions, { ...level, depth: Math.min(level.depth, depth) }, maxTokens);
		const text = declareAt(level, printer, tool);
		if (!printer.isOver() && estimateTokens(text) <= maxTokens) return text;
	}
	const required = argumentsOf(tool).flatMap(([name, { required }]) => (required ? [name] : []));
	const args = ['args: object', namesHint(required, maxTokens >> 2, 'required: ')].filter((part) => part !== '').join(' ');
	return `${tool.toolset}.${tool.name}(${args}): Promise<unknown>`;
}

/** What the marks in the compact declarations of these tools mean, a line each; none where there is no mark. */
export function declarationNotes(tools: Iterable<Tool>): string[] {
	const all = [...tools];
	return [...(all.some(({ paged }) => paged) ? [PAGED_NOTE] : []), ...(all.some(takesOrGivesFile) ? [FILE_NOTE] : [])];
}

const PAGED_NOTE =
	'(paged): the response is one page. All pages: for (let args = { … }, page; args; args = nextPage(page)) { page = await tool(args); … } nextPage gives the complete arguments, undefined after the last page.';

const FILE_NOTE =
	'FileHandle: a file as { file, name, mediaType, bytes }, without its content. Answer it to show the file, or give it to a tool that takes one.';

function takesOrGivesFile({ input, output }: Tool): boolean {
	return JSON.stringify([input, output]).includes(`"title":"${FILE_HANDLE_NAME}"`);
}

/** A tool on one line for lists: `tmdb.searchPerson(query, page?): Search for people.` */
export function indexLine(tool: Tool): string {
	const required = argumentsOf(tool).flatMap(([name, { required }]) => (required ? [propertyKey(name)] : []));
	const optional = argumentsOf(tool).flatMap(([name, { required }]) => (required ? [] : [`${propertyKey(name)}?`]));
	const room = Math.max(0, INDEX_ARGUMENTS - required.length);
	const shown = optional.length <= room ? optional : [...optional.slice(0, room), '…'];
	const summary = usefulDescription(tool.summary, { names: [tool.name, ...required], newWords: 1, limit: INDEX_SUMMARY_CHARACTERS });
	return `${tool.toolset}.${tool.name}(${[...required, ...shown].join(', ')})${summary === '' ? '' : `: ${summary}`}`;
}

function argumentsOf(tool: Tool): [string, Property][] {
	return [...propertiesOf(tool.input, 'input')];
}

function declareAt(level: Level, printer: CompactPrinter, tool: Tool): string {
	const properties = argumentsOf(tool);
	const isOptional = !properties.some(([, { required }]) => required);
	const args = properties.length === 0 ? '' : `args${isOptional ? '?' : ''}: { ${declareArguments(properties, tool, level, printer)} }`;
	const output = tool.output === undefined ? 'unknown' : printer.type(tool.output, 'output');
	const mark = tool.paged === true ? ' (paged)' : '';
	return `/** ${commentText(tool.summary, level.summary)}${mark} */\n${tool.toolset}.${tool.name}(${args}): Promise<${output}>`;
}

function declareArguments(properties: readonly [string, Property][], tool: Tool, level: Level, printer: CompactPrinter): string {
	const optional = properties.filter(([, { required }]) => !required).map(([name]) => name);
	const hidden = new Set(optional.length <= level.arguments + 1 ? [] : optional.slice(level.arguments));
	const declared = properties
		.filter(([name]) => !hidden.has(name))
		.map(([name, { schema, required }]) => {
			const note = argumentNote(name, schema, tool, required ? level.description : Math.round((level.description * 2) / 3));
			return `${propertyKey(name)}${required ? '' : '?'}: ${printer.type(schema, 'input')}${note}`;
		});
	return [declared.join('; '), namesHint([...hidden], level.names * 2, 'optional: ')].filter((part) => part !== '').join(' ');
}

/** What everybody knows, and documents explain at length. */
const plainNames = new Set(
	'page limit offset per_page page_size pageSize perPage count cursor language lang locale sort order direction'.split(' '),
);

/** The beginning of a description says nothing when it is shorter than this. */
const SHORTEST_PART = 45;

/** What a caller cannot guess from name and type. */
function argumentNote(name: string, schema: JsonSchema, tool: Tool, limit: number): string {
	if (limit === 0) return '';
	const given = typeof schema.description === 'string' && !plainNames.has(name) ? schema.description : '';
	const text = usefulDescription(given, { names: [name, tool.name], newWords: 3, limit });
	const maximum =
		typeof schema.maximum === 'number' && schema.maximum <= 10_000 && !text.includes(String(schema.maximum)) ? `max ${schema.maximum}` : '';
	const [example] = Array.isArray(schema.examples) ? schema.examples : [];
	const isTelling = text === '' && typeof example === 'string' && example.length <= 20 && /\d/.test(example) && /\D/.test(example);
	const note = [text.endsWith('…') && limit < SHORTEST_PART ? '' : text, isTelling ? `e.g. ${commentText(example, 20)}` : '', maximum]
		.filter((part) => part !== '')
		.join(', ');
	return note === '' ? '' : ` /* ${note} */`;
}
