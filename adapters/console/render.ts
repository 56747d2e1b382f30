import { styleText } from 'node:util';
import type { Reply, ReplyBlock } from '../../commands/command.ts';
import type { Progress } from '../../src/pipeline/progress.ts';
import { fileSize } from '../shared/file-size.ts';
import { footer } from '../shared/footer.ts';
import { printable } from '../shared/printable.ts';
import { isDry } from '../shared/retry.ts';
import { shorten, shortenBlock } from '../shared/shorten.ts';
import type { SavedFile } from './save-files.ts';
import { drawTable, drawValue, INDENT, indent, type Style } from './table.ts';

/** Bounds of what is drawn, whatever models and APIs wrote: a terminal scrolls the rest away, and drawing it would take minutes. */
const SENTENCE_CHARACTERS = 2000;
const MESSAGE_LINES = 40;
const CODE = { lines: 400, characters: 40_000 };
/** Longer lines are not highlighted: the time it takes grows with their square. No program has them that a person reads. */
const HIGHLIGHTED_LINE = 500;

/** Progress and replies as the text of a terminal, each at most some hundred lines. Never throws: what cannot be drawn is given as JSON. */
export interface Renderer {
	/** The lines for an event; empty for what only the progress line shows. */
	progress(event: Progress): string;
	/** One line for successful calls of one tool in a row, and for each failed call. */
	toolCalls(calls: readonly ToolCallEvent[]): string;
	reply(reply: Reply): string;
	/** Where the files of an answer are, a line each; empty for none. */
	files(files: readonly SavedFile[]): string;
	failure(message: string, reference?: string): string;
	/** One line in the background. */
	note(text: string): string;
}

export type ToolCallEvent = Extract<Progress, { type: 'tool-call' }>;

type Drawings = { [Type in Progress['type']]: (event: Extract<Progress, { type: Type }>) => string };

/** Colours are loaded where they are shown: that takes the processor 90 ms. */
export async function createRenderer(style: Style): Promise<Renderer> {
	const paint = (format: Parameters<typeof styleText>[0], text: string) =>
		style.colour ? styleText(format, text, { validateStream: false }) : text;
	const faint = (text: string) => paint('dim', text);
	const highlight = style.colour ? await loadHighlighter() : undefined;
	const block = (title: string, body: string) => `\n${paint('bold', line(title))}\n${body}\n`;
	const code = (source: string) => {
		const shown = printable(shortenBlock(source, CODE));
		const readable = shown.split('\n').every((text) => text.length <= HIGHLIGHTED_LINE);
		return indent(highlight && readable ? highlight(shown) : shown);
	};
	const failure = (message: string, reference?: string) =>
		`\n${paint(['bold', 'red'], reference ? 'No answer' : 'Not done')}\n${indent(sentence(message))}\n${reference ? `${INDENT}${faint(`reference ${line(reference)}`)}\n` : ''}`;

	const toolCalls = (calls: readonly ToolCallEvent[]) => {
		const [first] = calls;
		if (!first) return '';
		const least = calls.reduce((ms, call) => Math.min(ms, call.ms), first.ms);
		const most = calls.reduce((ms, call) => Math.max(ms, call.ms), first.ms);
		const mark = first.ok ? paint('green', '✓') : paint('red', '✗');
		const count = calls.length > 1 ? ` × ${calls.length}` : '';
		const took = faint(least === most ? `${most} ms` : `${least}–${most} ms`);
		return `${INDENT}${mark} ${line(first.tool)}${count} ${took}${first.message ? `  ${line(first.message)}` : ''}\n`;
	};

	const events: Drawings = {
		status: () => '',
		scaffold: (event) => block('Scaffold', code(event.code)),
		reuse: (event) => block(`Reuse of ${event.functions.join(', ')}`, code(event.code)),
		plan: (event) => block('Plan', code(event.code)),
		program: (event) => block(event.version === 1 ? 'Program' : `Program, version ${event.version}`, code(event.code)),
		'tool-call': (event) => toolCalls([event]),
		repair: (event) => `\n${paint('yellow', `${sentence(event.text)}. Mending it (${event.attempt}/${event.limit}).`)}\n`,
		result: (event) => {
			const said = sentence(event.sentence);
			const data = drawValue(event.value, said, style);
			const facts = `${INDENT}${faint(line(footer(event.totals)))}`;
			const next = isDry(event) ? `${INDENT}${faint('To run it for real, ask again without a dry run.')}` : '';
			return block('Result', [said === '' ? '' : indent(paint('bold', said)), data, facts, next].filter((part) => part !== '').join('\n'));
		},
		kept: (event) => `${INDENT}${faint(`kept for similar questions: ${line(event.functions.join(', '))}`)}\n`,
		failure: (event) => failure(event.message, event.reference),
	};
	const blocks: { [Kind in ReplyBlock['kind']]: (part: Extract<ReplyBlock, { kind: Kind }>) => string } = {
		text: (part) => indent(printable(shortenBlock(part.text, CODE)).replaceAll(/\*\*(.+?)\*\*/g, (_, bold: string) => paint('bold', bold))),
		table: (part) => drawTable(part.columns, part.rows, style),
		code: (part) => code(part.code),
		// Where somebody reads this, it was saved, and the path stands in its place.
		file: ({ name, content }) => `${INDENT}${line(`${name} (${fileSize(Buffer.byteLength(content))})`)}`,
	};
	return {
		progress: (event) => drawn(event, () => events[event.type](event as never)),
		toolCalls: (calls) => drawn(calls, () => toolCalls(calls)),
		reply: (reply) =>
			drawn(reply, () => (reply.length === 0 ? '' : `\n${reply.map((part) => blocks[part.kind](part as never)).join('\n')}\n`)),
		files: (files) => files.map((file) => `${INDENT}${line(fileWords(file))}\n`).join(''),
		failure,
		note: (text) => `${faint(line(text))}\n`,
	};
}

async function loadHighlighter(): Promise<(code: string) => string> {
	const { common, createEmphasize } = await import('emphasize');
	const emphasize = createEmphasize(common);
	return (code) => emphasize.highlight('typescript', code).value;
}

function fileWords(file: SavedFile): string {
	return 'path' in file ? `saved as ${file.path}` : `${file.name} could not be saved: ${file.problem}`;
}

function sentence(text: string): string {
	return printable(shortenBlock(shorten(text, SENTENCE_CHARACTERS), { lines: MESSAGE_LINES, characters: SENTENCE_CHARACTERS + 1 }));
}

function line(text: string): string {
	return sentence(text).replaceAll('\n', ' ');
}

function drawn(value: unknown, draw: () => string): string {
	try {
		return draw();
	} catch {
		return `\n${indent(sentence(json(value)))}\n`;
	}
}

function json(value: unknown): string {
	try {
		return JSON.stringify(value) ?? '';
	} catch {
		return '(cannot be shown)';
	}
}
