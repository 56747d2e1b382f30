import type { KnownBlock, RichTextBlock, RichTextSection } from '@slack/types';
import type { JsonObject, JsonValue } from '../../../src/json.ts';
import { flattenRecords } from '../../shared/flatten.ts';
import { counted } from '../../shared/footer.ts';
import { isRecords, type Shape } from '../../shared/shape.ts';
import { csv } from './csv.ts';
import { clean, context, literal, mrkdwn, plain, section } from './elements.ts';
import { costOf, fit, leftOut } from './limits.ts';
import type { SlackFile } from './message.ts';
import { cellText, drawTable } from './table.ts';

/** More rows or entries than that come as a file too: people want to sort and filter them. */
const COMFORTABLE_ROWS = 20;
const LIST_ENTRIES = 30;
const FIELDS = 20;
const NAME = 100;
const ENTRY = 300;
/** Of a list, or of the fields of an object, all together. */
const LINES_COST = 3000;
const TEXT_COST = 2900;
const TEXT_SECTIONS = 2;

/** The data of an answer; whatever is not shown whole is in a file. */
export interface DrawnValue {
	readonly blocks: readonly KnownBlock[];
	readonly files: readonly SlackFile[];
}

const NOTHING: DrawnValue = { blocks: [], files: [] };

/** `title` is that of the files. */
export function drawValue(shape: Shape, title: string): DrawnValue {
	switch (shape.kind) {
		case 'scalar':
			return shape.said ? NOTHING : drawText(shape.text, title);
		case 'empty':
			return NOTHING;
		case 'records':
			return drawRecords(shape.records, title);
		case 'list':
			return drawList(shape.entries, title);
		case 'fields':
			return drawFields(shape.fields, title);
	}
}

/** At most two sections; a longer text is a file as well. */
function drawText(text: string, title: string): DrawnValue {
	const blocks: KnownBlock[] = [];
	let rest = clean(text).trim();
	while (rest !== '') {
		const last = blocks.length === TEXT_SECTIONS - 1;
		const part = fit(rest, TEXT_COST, last ? leftOut : () => '');
		blocks.push(section(plain(part)));
		if (last && part !== rest) return { blocks, files: [{ filename: 'answer.txt', title, content: text.toWellFormed() }] };
		rest = rest.slice(part.length);
	}
	return { blocks, files: [] };
}

function drawRecords(records: readonly JsonObject[], title: string): DrawnValue {
	const { columns, rows } = flattenRecords(records);
	const table = drawTable(columns, rows);
	if (!table.cut && records.length <= COMFORTABLE_ROWS) return { blocks: [table.block], files: [] };
	const note = [
		part(table.rows, records.length, 'row'),
		...(table.columns < columns.length ? [part(table.columns, columns.length, 'column')] : []),
	];
	return {
		blocks: [table.block, wholeIn('answer.csv', note.join(', '))],
		files: [{ filename: 'answer.csv', title, content: csv(columns, rows) }],
	};
}

function drawList(entries: readonly JsonValue[], title: string): DrawnValue {
	const texts = entries.slice(0, LIST_ENTRIES).map((entry) => literal(cellText(entry), ENTRY));
	const shown = withinCost(texts);
	const rows = entries.map((entry) => [entry]);
	const elements = shown.map((text): RichTextSection => ({ type: 'rich_text_section', elements: [{ type: 'text', text }] }));
	const block: RichTextBlock = { type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'bullet', elements }] };
	if (shown.length === entries.length && entries.length <= COMFORTABLE_ROWS && !shown.some(isCut)) return { blocks: [block], files: [] };
	return {
		blocks: [block, wholeIn('answer.csv', part(shown.length, entries.length, 'entry', 'entries'))],
		files: [{ filename: 'answer.csv', title, content: csv(['value'], rows) }],
	};
}

/** Lines `name: value`; the first field that holds records is a table below them. */
function drawFields(fields: readonly (readonly [name: string, value: JsonValue])[], title: string): DrawnValue {
	const [tableName, tableValue] = fields.find(([, value]) => isRecords(value)) ?? [];
	const others = fields.filter(([name]) => name !== tableName);
	const shown = withinCost(others.slice(0, FIELDS).map(([name, value]) => `${literal(name, NAME)}: ${literal(cellText(value), ENTRY)}`));
	const whole = shown.length === others.length && !shown.some(isCut);
	const table = tableName !== undefined && tableValue !== undefined && isRecords(tableValue) ? drawRecords(tableValue, title) : NOTHING;
	return {
		blocks: [
			...(shown.length > 0 ? [section(plain(shown.join('\n')))] : []),
			...(whole ? [] : [wholeIn('answer.json', part(shown.length, others.length, 'field'))]),
			...(tableName === undefined ? [] : [section(plain(`${literal(tableName, NAME)}:`)), ...table.blocks]),
		],
		files: [
			...(whole ? [] : [{ filename: 'answer.json', title, content: JSON.stringify(Object.fromEntries(fields), null, 2) }]),
			...table.files,
		],
	};
}

function withinCost(lines: readonly string[]): string[] {
	let left = LINES_COST;
	return lines.filter((line) => {
		left -= costOf(line) + 2;
		return left >= 0;
	});
}

function isCut(text: string): boolean {
	return text.includes('…');
}

/** `99 of 5,000 rows`, or `50 rows` when that is all. */
function part(shown: number, count: number, noun: string, plural?: string): string {
	return shown < count ? `${shown} of ${counted(count, noun, plural)}` : counted(count, noun, plural);
}

function wholeIn(filename: string, shown: string): KnownBlock {
	return context(mrkdwn(`${shown} · all of it in *${filename}*`));
}
