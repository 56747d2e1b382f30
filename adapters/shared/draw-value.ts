import type { JsonObject, JsonValue } from '../../src/json.ts';
import { cellText } from './cell-text.ts';
import { csv } from './csv.ts';
import { flattenRecords } from './flatten.ts';
import { jsonText } from './json-text.ts';
import { partOf } from './left-over.ts';
import { isRecords, type Shape } from './shape.ts';

/** More rows or entries than that come as a file too: people want to sort and filter them. */
export const COMFORTABLE_ROWS = 20;
const LIST_ENTRIES = 30;
const FIELDS = 20;
const NAME = 100;
const ENTRY = 300;

/** How a platform draws data; `Block` is what its messages are made of. Called in the order in which the blocks stand. */
export interface Widgets<Block> {
	/** As much of a text as there is room for. */
	text(text: string): { readonly blocks: readonly Block[]; readonly whole: boolean };
	/** As many rows and columns as there is room for. */
	table(columns: readonly string[], rows: readonly (readonly JsonValue[])[]): DrawnTable<Block>;
	/** A text without markup, of at most `limit` characters. */
	literal(text: string, limit: number): string;
	/** The first of these literals that there is room for. */
	firstThatFit(lines: readonly string[]): readonly string[];
	/** Literals as a list of bullets. */
	list(entries: readonly string[]): Block;
	/** Literals below one another. */
	lines(lines: readonly string[]): Block;
	/** Small words that end with the name of a file. */
	note(words: string, filename: string): Block;
}

export interface DrawnTable<Block> {
	readonly block: Block;
	/** Without the head. */
	readonly rows: number;
	readonly columns: number;
	/** Something of it is not in the block: rows, columns, or the end of a cell. */
	readonly cut: boolean;
}

export interface ValueFile {
	readonly filename: string;
	readonly content: string;
}

/** The data of an answer; whatever is not shown whole is in a file. */
export interface DrawnValue<Block> {
	readonly blocks: readonly Block[];
	readonly files: readonly ValueFile[];
}

/** The data of an answer, unless its sentence says them already. */
export function drawValue<Block>(shape: Shape, widgets: Widgets<Block>): DrawnValue<Block> {
	switch (shape.kind) {
		case 'scalar':
			return shape.said ? nothing() : drawText(shape.text, widgets);
		case 'empty':
			return nothing();
		case 'records':
			return drawRecords(shape.records, widgets);
		case 'list':
			return drawList(shape.entries, widgets);
		case 'fields':
			return drawFields(shape.fields, widgets);
	}
}

function nothing<Block>(): DrawnValue<Block> {
	return { blocks: [], files: [] };
}

function drawText<Block>(text: string, widgets: Widgets<Block>): DrawnValue<Block> {
	const { blocks, whole } = widgets.text(text);
	return { blocks, files: whole ? [] : [{ filename: 'answer.txt', content: text.toWellFormed() }] };
}

function drawRecords<Block>(records: readonly JsonObject[], widgets: Widgets<Block>): DrawnValue<Block> {
	const { columns, rows } = flattenRecords(records);
	const table = widgets.table(columns, rows);
	if (!table.cut && records.length <= COMFORTABLE_ROWS) return { blocks: [table.block], files: [] };
	const shown = [
		partOf(table.rows, records.length, 'row'),
		...(table.columns < columns.length ? [partOf(table.columns, columns.length, 'column')] : []),
	];
	return {
		blocks: [table.block, wholeIn('answer.csv', shown.join(', '), widgets)],
		files: [{ filename: 'answer.csv', content: csv(columns, rows) }],
	};
}

function drawList<Block>(entries: readonly JsonValue[], widgets: Widgets<Block>): DrawnValue<Block> {
	const shown = widgets.firstThatFit(entries.slice(0, LIST_ENTRIES).map((entry) => widgets.literal(cellText(entry), ENTRY)));
	const list = widgets.list(shown);
	if (shown.length === entries.length && entries.length <= COMFORTABLE_ROWS && !shown.some(isCut)) return { blocks: [list], files: [] };
	return {
		blocks: [list, wholeIn('answer.csv', partOf(shown.length, entries.length, 'entry', 'entries'), widgets)],
		files: [
			{
				filename: 'answer.csv',
				content: csv(
					['value'],
					entries.map((entry) => [entry]),
				),
			},
		],
	};
}

/** Lines `name: value`; the first field that holds records is a table below them. */
function drawFields<Block>(fields: readonly (readonly [name: string, value: JsonValue])[], widgets: Widgets<Block>): DrawnValue<Block> {
	const [tableName, tableValue] = fields.find(([, value]) => isRecords(value)) ?? [];
	const others = fields.filter(([name]) => name !== tableName);
	const lines = others
		.slice(0, FIELDS)
		.map(([name, value]) => `${widgets.literal(name, NAME)}: ${widgets.literal(cellText(value), ENTRY)}`);
	const shown = widgets.firstThatFit(lines);
	const whole = shown.length === others.length && !shown.some(isCut);
	const blocks = [
		...(shown.length > 0 ? [widgets.lines(shown)] : []),
		...(whole ? [] : [wholeIn('answer.json', partOf(shown.length, others.length, 'field'), widgets)]),
		...(tableName === undefined ? [] : [widgets.lines([`${widgets.literal(tableName, NAME)}:`])]),
	];
	const table = tableValue !== undefined && isRecords(tableValue) ? drawRecords(tableValue, widgets) : nothing<Block>();
	return {
		blocks: [...blocks, ...table.blocks],
		files: [...(whole ? [] : [{ filename: 'answer.json', content: jsonText(Object.fromEntries(fields)) }]), ...table.files],
	};
}

function isCut(text: string): boolean {
	return text.includes('…');
}

function wholeIn<Block>(filename: string, shown: string, widgets: Widgets<Block>): Block {
	return widgets.note(`${shown} · all of it in`, filename);
}
