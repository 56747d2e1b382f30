import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../errors.ts';
import type { Stage } from './model.ts';
import { type PreparedAnswer, type PreparedReply, questionKey } from './prepared.ts';

const STAGES: readonly Stage[] = ['scaffold', 'plan', 'implement', 'reflect'];

/** `(when prompted "no tool named")`: a JSON string; `(when offered countDirectedMovies)`: a name. */
const CONDITION = /^\(when (?:prompted ("(?:[^"\\]|\\.)*")|offered ([A-Za-z_$][\w$]*))\)\s*/;

/**
 * The prepared answers in the Markdown files of a folder, in the order of the file names; `README.md` is left out.
 *
 * Throws a UserError `configuration` that names file and line when one is malformed, or when two files answer the same question.
 */
export async function loadPreparedAnswers(folder: string): Promise<PreparedAnswer[]> {
	const files = (await markdownFiles(folder)).sort();
	const answers = await Promise.all(files.map(async (file) => parsePreparedAnswer(await readFile(path.join(folder, file), 'utf8'), file)));
	const fileOf = new Map<string, string>();
	for (const [index, { question }] of answers.entries()) {
		const file = files[index] ?? '';
		const other = fileOf.get(questionKey(question));
		if (other !== undefined) throw malformed(file, 1, `${other} answers the same question`);
		fileOf.set(questionKey(question), file);
	}
	return answers;
}

async function markdownFiles(folder: string): Promise<string[]> {
	try {
		return (await readdir(folder)).filter((name) => name.endsWith('.md') && name !== 'README.md');
	} catch (error) {
		throw new UserError('configuration', `The folder of prepared answers, ${folder}, cannot be read. Restore it from the repository.`, {
			cause: error,
		});
	}
}

/**
 * One prepared answer from Markdown: `# question`, then for every reply `## stage` with its conditions and the reply as it stands up to the next
 * `## ` outside a fence. Text between the question and the first reply is for readers of the file. For example:
 *
 *     # How many movies did Sofia Coppola direct?
 *     ## scaffold
 *     ## scaffold (when offered countDirectedMovies)
 *     ## plan (when prompted "There is no tool named")
 *
 * Throws a UserError `configuration` that names file and line.
 */
export function parsePreparedAnswer(text: string, file: string): PreparedAnswer {
	const sections = readSections(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'), file);
	const [title, ...others] = sections;
	if (title?.level !== 1 || title.heading === '') throw malformed(file, title?.line ?? 1, 'the file must begin with “# ” and the question');
	if (others.length === 0) throw malformed(file, title.line, 'there is no reply; add “## scaffold” and the reply below it');
	const replies = others.map((section) => readReply(section, file));
	const seen = new Set<string>();
	for (const [index, { stage, whenOffered, whenPrompted }] of replies.entries()) {
		const key = JSON.stringify([stage, whenOffered, whenPrompted]);
		if (seen.has(key)) throw malformed(file, others[index]?.line ?? 1, `there is a reply for “${others[index]?.heading}” already`);
		seen.add(key);
	}
	return { question: title.heading, replies };
}

interface Section {
	readonly level: 1 | 2;
	readonly heading: string;
	/** From 1. */
	readonly line: number;
	readonly body: readonly string[];
}

/** Splits at headings of level 1 and 2 outside fences. */
function readSections(text: string, file: string): Section[] {
	const sections: (Section & { body: string[] })[] = [];
	let fence: Fence | undefined;
	for (const [index, line] of text.split('\n').entries()) {
		const heading = fence ? undefined : headingIn(line, index + 1);
		fence = fenceAfter(fence, line, index + 1);
		if (heading?.level === 1 && sections.length > 0)
			throw malformed(file, index + 1, 'a second question; every question has a file of its own');
		if (heading) sections.push({ ...heading, body: [] });
		else if (sections.length > 0) sections.at(-1)?.body.push(line);
		else if (line.trim() !== '') throw malformed(file, index + 1, 'the file must begin with “# ” and the question');
	}
	if (fence) throw malformed(file, fence.line, 'the fence that is opened here is never closed');
	return sections;
}

function headingIn(text: string, line: number): Omit<Section, 'body'> | undefined {
	const [, marks, heading = ''] = /^(#{1,2})[ \t]+(.*)$/.exec(text) ?? [];
	return marks ? { level: marks === '#' ? 1 : 2, heading: heading.trim(), line } : undefined;
}

interface Fence {
	readonly marker: string;
	readonly line: number;
}

/** The fence that is open after a line. One ends with at least as many of its own marks and nothing after them. */
function fenceAfter(open: Fence | undefined, text: string, line: number): Fence | undefined {
	const marker = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
	if (!marker) return open;
	if (!open) return { marker, line };
	return marker.startsWith(open.marker) && text.trim() === marker ? undefined : open;
}

function readReply({ level, heading, line, body }: Section, file: string): PreparedReply {
	const stage = STAGES.find((name) => heading === name || heading.startsWith(`${name} `));
	if (level !== 2 || !stage) throw malformed(file, line, `“## ${heading}” names no stage; expected one of ${STAGES.join(', ')}`);
	const conditions = readConditions(heading.slice(stage.length).trim(), file, line);
	const reply = body.join('\n').trim();
	if (reply === '') throw malformed(file, line, `the reply below “## ${heading}” is empty`);
	return { stage, reply, ...conditions };
}

function readConditions(text: string, file: string, line: number): Pick<PreparedReply, 'whenOffered' | 'whenPrompted'> {
	const conditions: { whenOffered?: string; whenPrompted?: string } = {};
	for (let rest = text; rest !== ''; ) {
		const match = CONDITION.exec(rest);
		const name = match?.[2] === undefined ? 'whenPrompted' : 'whenOffered';
		const value = match?.[2] ?? quotedText(match?.[1]);
		if (!match || !value)
			throw malformed(file, line, `“${rest}” is no condition; expected (when offered functionName) or (when prompted "text")`);
		if (conditions[name] !== undefined) throw malformed(file, line, `the condition “${match[0].trim()}” is one too many of its kind`);
		conditions[name] = value;
		rest = rest.slice(match[0].length);
	}
	return conditions;
}

function quotedText(json: string | undefined): string | undefined {
	try {
		return json === undefined ? undefined : String(JSON.parse(json));
	} catch {
		return undefined;
	}
}

function malformed(file: string, line: number, problem: string): UserError {
	return new UserError('configuration', `${file}, line ${line}: ${problem}.`);
}
