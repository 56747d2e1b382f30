import type { APIMessageTopLevelComponent } from 'discord.js';
import type { Reply, ReplyBlock } from '../../../commands/command.ts';
import type { UserError } from '../../../src/errors.ts';
import { fileSize } from '../../shared/file-size.ts';
import { counted } from '../../shared/footer.ts';
import { restOfTable } from '../../shared/left-over.ts';
import { clean } from '../../shared/printable.ts';
import { shorten } from '../../shared/shorten.ts';
import { splitLines } from '../../shared/split-lines.ts';
import { freeName } from './attachments.ts';
import { codeBlock, codeParts, linesAsFile } from './code.ts';
import { customId } from './custom-id.ts';
import { actionRow, BLANK, button, codeSpan, fileComponent, literal, subtext, textDisplay, withChannels } from './elements.ts';
import { FILE_BYTES, MESSAGE_COMPONENTS, MESSAGE_FILES, MESSAGE_TEXT, measure } from './limits.ts';
import { marked } from './marked.ts';
import type { DiscordFile, DiscordMessage } from './message.ts';
import { layOut } from './table.ts';

const MOST_MESSAGES = 5;
/** How many messages are left out, on the last one. */
const MORE = 50;
/** Of a piece of text, table or code, so that it shares a message with what introduces it. */
const PIECE = 3600;
/** More code comes as a file. */
const CODE_PIECES = 3;
const TABLE_ROWS = 100;
/** Of a row that goes on over several lines. */
const ROW = 1500;
const ERROR = 2800;
const QUESTION = 1500;

/** What is not torn apart. */
interface Piece {
	readonly components: readonly APIMessageTopLevelComponent[];
	readonly files?: readonly DiscordFile[];
}

/** What a command answers, in at most 5 messages; the last says how many are left out. At least one. */
export function renderReply(reply: Reply): readonly DiscordMessage[] {
	const taken = new Set<string>();
	const messages = pack(reply.flatMap((block, at) => DRAWINGS[block.kind](block as never, { at, taken })));
	if (messages.length === 0) return [{ components: [textDisplay('Done.')] }];
	const shown = messages.slice(0, MOST_MESSAGES);
	const more = messages.length - shown.length;
	return more === 0 ? shown : shown.with(-1, join(shown.at(-1), { components: [subtext(`… and ${counted(more, 'more message')}`)] }));
}

/** A failure of what a person asked for: cause and next step. A channel in it (`<#123456>`) is a link, which notifies nobody. */
export function errorMessage({ userMessage }: UserError): DiscordMessage {
	return { components: [textDisplay(withChannels(literal(userMessage, ERROR)))] };
}

/** Asks before something is destroyed. The question is Markdown as in a reply. Throws for a value that a button cannot give back. */
export function confirmationMessage(question: string, value: string): DiscordMessage {
	const yes = button('Yes, do it', customId('confirm', value), 'danger');
	return { components: [textDisplay(questionText(question)), actionRow(yes, button('Cancel', customId('cancel')))] };
}

function questionText(question: string): string {
	return marked(shorten(clean(question).trim(), QUESTION)) || BLANK;
}

interface Position {
	/** Among the blocks of the reply, from 0. */
	readonly at: number;
	/** Names of files that came before. */
	readonly taken: Set<string>;
}

type Drawings = { [Kind in ReplyBlock['kind']]: (block: Extract<ReplyBlock, { kind: Kind }>, position: Position) => Piece[] };

const DRAWINGS: Drawings = {
	text({ text }) {
		// No character costs more than two, escaped.
		const parts = splitLines(clean(text).trim(), PIECE, (part) => 2 * part.length);
		return parts.filter((part) => part.trim() !== '').map((part) => ({ components: [textDisplay(marked(part))] }));
	},
	table({ columns, rows }) {
		if (columns.length === 0) return [];
		const table = layOut(columns, rows.slice(0, TABLE_ROWS) as string[][], 'wrap');
		const rest = restOfTable(rows.length - table.rows.length, columns.length - table.columns);
		const blocks = tableParts(table.head, table.rows).map((part) => ({ components: [codeBlock(part)] }));
		return [...blocks, ...(rest === '' ? [] : [{ components: [subtext(rest)] }])];
	},
	code({ language, code }, { at }) {
		const parts = codeParts(code, PIECE);
		if (parts && parts.length <= CODE_PIECES) return parts.map((part) => ({ components: [codeBlock(part, language)] }));
		const filename = `code-${at + 1}.${language}`;
		const components = [subtext(linesAsFile(code)), fileComponent(filename)];
		return [{ components, files: [{ filename, content: code.toWellFormed() }] }];
	},
	file({ name, content }, { taken }) {
		const bytes = Buffer.byteLength(content);
		if (bytes > FILE_BYTES) return [{ components: [textDisplay(tooLarge(name, bytes))] }];
		const filename = freeName(name, taken);
		return [{ components: [fileComponent(filename)], files: [{ filename, content }] }];
	},
};

/** The export of functions is the one command that gives files. */
function tooLarge(name: string, bytes: number): string {
	return `${codeSpan(name)} has ${fileSize(bytes)}, and Discord takes ${FILE_BYTES / 1024 / 1024} MB. Export one function with what it uses: \`/functions export <name>\`.`;
}

/** As many rows to a part as it takes, each part with the head. */
function tableParts(head: string, rows: readonly string[]): string[] {
	const parts: string[] = [];
	for (const row of rows) {
		const line = shorten(row, ROW);
		const current = parts.at(-1);
		if (current !== undefined && current.length + line.length < PIECE) parts[parts.length - 1] = `${current}\n${line}`;
		else parts.push(`${head}\n${line}`);
	}
	return parts.length === 0 ? [head] : parts;
}

/** As many pieces to a message as it takes. */
function pack(pieces: readonly Piece[]): DiscordMessage[] {
	const messages: DiscordMessage[] = [];
	for (const piece of pieces) {
		const joined = join(messages.at(-1), piece);
		const { text, components } = measure(joined);
		const fits = text <= MESSAGE_TEXT - MORE && components < MESSAGE_COMPONENTS && (joined.files?.length ?? 0) <= MESSAGE_FILES;
		if (fits && messages.length > 0) messages[messages.length - 1] = joined;
		else messages.push(join(undefined, piece));
	}
	return messages;
}

function join(message: DiscordMessage | undefined, piece: Piece): DiscordMessage {
	const files = [...(message?.files ?? []), ...(piece.files ?? [])];
	return { components: [...(message?.components ?? []), ...piece.components], ...(files.length > 0 && { files }) };
}
