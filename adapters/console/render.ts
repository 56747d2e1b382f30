import { styleText } from 'node:util';
import Table from 'cli-table3';
import { common, createEmphasize } from 'emphasize';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { Reply, ReplyBlock } from '../../commands/command.ts';
import type { JsonValue } from '../../src/json.ts';
import { isJsonObject } from '../../src/json.ts';
import type { Progress, Totals } from '../../src/pipeline/progress.ts';
import { printable } from './printable.ts';

export interface Style {
	readonly colour: boolean;
	/** Columns of the terminal: tables are fitted to it. */
	readonly width: number;
}

/** Rows of a table that are shown; the rest is counted. */
const SHOWN_ROWS = 30;
const INDENT = '  ';
/** Blanks on both sides of a cell. */
const PADDING = 2;

/** Progress and replies as the text of a terminal. */
export interface Renderer {
	/** The lines for an event; empty for what only the progress line shows. */
	progress(event: Progress): string;
	/** One line for successful calls of one tool in a row, and for each failed call. */
	toolCalls(calls: readonly ToolCallEvent[]): string;
	reply(reply: Reply): string;
	failure(message: string, reference?: string): string;
	faint(text: string): string;
}

export type ToolCallEvent = Extract<Progress, { type: 'tool-call' }>;

export function createRenderer(style: Style): Renderer {
	const paint = (format: Parameters<typeof styleText>[0], text: string) =>
		style.colour ? styleText(format, text, { validateStream: false }) : text;
	const emphasize = createEmphasize(common);
	const code = (source: string) => indent(style.colour ? emphasize.highlight('typescript', source).value : source);
	const block = (title: string, body: string) => `\n${paint('bold', title)}\n${body}\n`;
	const faint = (text: string) => paint('dim', text);
	const failure = (message: string, reference?: string) =>
		`\n${paint(['bold', 'red'], reference ? 'No answer' : 'Not done')}\n${indent(message)}\n${reference ? `${INDENT}${faint(`reference ${reference}`)}\n` : ''}`;

	const toolCalls = (calls: readonly ToolCallEvent[]) => {
		const [first] = calls;
		if (!first) return '';
		const times = calls.map((call) => call.ms);
		const [least, most] = [Math.min(...times), Math.max(...times)];
		const mark = first.ok ? paint('green', '✓') : paint('red', '✗');
		const count = calls.length > 1 ? ` × ${calls.length}` : '';
		const took = faint(least === most ? `${most} ms` : `${least}–${most} ms`);
		return `${INDENT}${mark} ${first.tool}${count} ${took}${first.message ? `  ${first.message}` : ''}\n`;
	};

	const events: { [Type in Progress['type']]: (event: Extract<Progress, { type: Type }>) => string } = {
		status: () => '',
		scaffold: (event) => block('Scaffold', code(event.code)),
		reuse: (event) => block(`Reuse of ${event.functions.join(', ')}`, code(event.code)),
		plan: (event) => block('Plan', code(event.code)),
		program: (event) => block(event.version === 1 ? 'Program' : `Program, version ${event.version}`, code(event.code)),
		'tool-call': (event) => toolCalls([event]),
		repair: (event) => `\n${paint('yellow', `${event.text}. Mending it (${event.attempt}/${event.limit}).`)}\n`,
		result: (event) => {
			const data = renderValue(event.value, event.sentence, style);
			const sentence = event.sentence === '' ? '' : indent(paint('bold', event.sentence));
			return block('Result', [sentence, data, `${INDENT}${faint(footer(event.totals))}`].filter((part) => part !== '').join('\n'));
		},
		kept: (event) => `${INDENT}${faint(`kept for similar questions: ${event.functions.join(', ')}`)}\n`,
		failure: (event) => failure(event.message, event.reference),
	};
	const blocks: { [Kind in ReplyBlock['kind']]: (part: Extract<ReplyBlock, { kind: Kind }>) => string } = {
		text: (part) => indent(part.text.replaceAll(/\*\*(.+?)\*\*/g, (_, bold: string) => paint('bold', bold))),
		table: (part) => table(part.columns, part.rows, style),
		code: (part) => code(part.code),
	};
	return {
		progress: (event) => events[event.type](printable(event) as never),
		toolCalls: (calls) => toolCalls(printable(calls)),
		reply: (reply) =>
			reply.length === 0
				? ''
				: `\n${printable(reply)
						.map((part) => blocks[part.kind](part as never))
						.join('\n')}\n`,
		failure: (message, reference) => failure(printable(message), reference),
		faint,
	};
}

/** `2 tool calls · 3 model calls · 1,234 tokens · 4.1 s · reused countDirectedMovies` */
export function footer(totals: Totals): string {
	const tokens = totals.promptTokens + totals.completionTokens;
	return [
		counted(totals.toolCalls, 'tool call'),
		counted(totals.modelCalls, 'model call'),
		`${totals.tokensEstimated ? 'about ' : ''}${tokens.toLocaleString('en')} tokens`,
		`${(totals.ms / 1000).toFixed(1)} s`,
		totals.reused.length > 0 ? `reused ${totals.reused.join(', ')}` : '',
	]
		.filter((part) => part !== '')
		.join(' · ');
}

function counted(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Records as a table, lists line by line; nothing where the sentence says it all. */
function renderValue(value: JsonValue, sentence: string, style: Style): string {
	if (Array.isArray(value)) {
		if (value.length === 0) return `${INDENT}(empty)`;
		if (value.every(isJsonObject)) return records(value, style);
		return shownOf(value.map((entry) => `${INDENT}- ${cell(entry)}`)).join('\n');
	}
	if (isJsonObject(value)) {
		return table(
			['field', 'value'],
			Object.entries(value).map(([key, entry]) => [key, cell(entry)]),
			style,
		);
	}
	const text = cell(value);
	return sentence.includes(text) || (value === null && sentence !== '') ? '' : indent(text);
}

function records(rows: readonly { [key: string]: JsonValue }[], style: Style): string {
	const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
	return table(
		columns,
		rows.map((row) => columns.map((column) => cell(row[column] ?? ''))),
		style,
	);
}

function table(columns: readonly string[], rows: readonly (readonly string[])[], style: Style): string {
	const widths = columnWidths(columns, rows, style.width - INDENT.length);
	const wrapped = (row: readonly string[]) => row.map((text, at) => wrapAnsi(text, (widths[at] ?? PADDING) - PADDING, { hard: true }));
	const drawn = new Table({
		head: wrapped(columns),
		colWidths: widths,
		chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
		style: { head: style.colour ? ['bold'] : [], border: style.colour ? ['dim'] : [] },
	});
	drawn.push(
		widths.map((width) => '─'.repeat(width - PADDING)),
		...rows.slice(0, SHOWN_ROWS).map(wrapped),
	);
	const more = rows.length > SHOWN_ROWS ? `\nand ${rows.length - SHOWN_ROWS} more` : '';
	return indent(`${drawn.toString()}${more}`);
}

/** Natural widths where they fit; otherwise the widest columns give way, none below 8. */
function columnWidths(columns: readonly string[], rows: readonly (readonly string[])[], width: number): number[] {
	const widths = columns.map(
		(column, at) => PADDING + Math.max(stringWidth(column), ...rows.slice(0, SHOWN_ROWS).map((row) => longestLine(row[at] ?? ''))),
	);
	const room = width - columns.length - 1;
	for (let excess = widths.reduce((sum, one) => sum + one, 0) - room; excess > 0; excess--) {
		const widest = widths.indexOf(Math.max(...widths));
		if ((widths[widest] ?? 0) <= 8) break;
		widths[widest] = (widths[widest] ?? 0) - 1;
	}
	return widths;
}

function longestLine(text: string): number {
	return Math.max(...text.split('\n').map((line) => stringWidth(line)));
}

function shownOf(lines: readonly string[]): string[] {
	return lines.length <= SHOWN_ROWS ? [...lines] : [...lines.slice(0, SHOWN_ROWS), `${INDENT}and ${lines.length - SHOWN_ROWS} more`];
}

function cell(value: JsonValue): string {
	if (typeof value === 'string') return value;
	return value === null ? '' : JSON.stringify(value);
}

function indent(text: string): string {
	return text
		.split('\n')
		.map((line) => (line === '' ? '' : `${INDENT}${line}`))
		.join('\n');
}
