import type { Comment, FunctionDeclaration, Pattern } from 'acorn';
import type { FunctionSource, Parameter } from './program.ts';

/** A program's text in its two forms, of equal length: types and comments are read from `source`, places of code are found in `code`. */
export interface ProgramText {
	readonly source: string;
	/** Without types and without comments. */
	readonly code: string;
	/** Without comments. */
	readonly typed: string;
	readonly comments: readonly Comment[];
}

/** Describes a function declared at the top level. */
export function functionSource(node: FunctionDeclaration, text: ProgramText): FunctionSource {
	const { source, typed } = text;
	const parameters = node.params.map((pattern) => parameterOf(pattern, text));
	const closing = text.code.indexOf(')', node.params.at(-1)?.end ?? node.id.end);
	const returnType = annotation(typed.slice(closing + 1, node.body.start));
	const comment = documentationBefore(node.start, text);
	const start = comment?.start ?? node.start;
	return {
		name: node.id.name,
		async: node.async,
		parameters,
		...(returnType && { returnType }),
		signature: folded(typed.slice(node.start, node.body.start)),
		documentation: comment?.text ?? '',
		source: source.slice(start, node.end),
		empty: node.body.body.length === 0,
		start,
		end: node.end,
		line: node.loc?.start.line ?? 1,
		node,
	};
}

function parameterOf(pattern: Pattern, { code, typed }: ProgramText): Parameter {
	const bound = pattern.type === 'AssignmentPattern' ? pattern.left : pattern;
	const behind = /[,)=]/g;
	behind.lastIndex = bound.end;
	const written = typed.slice(bound.end, behind.exec(code)?.index).trim();
	const type = annotation(written.replace(/^\?/, ''));
	return {
		name: folded(typed.slice(bound.start, bound.end)),
		...(type && { type }),
		optional: pattern.type === 'AssignmentPattern' || written.startsWith('?'),
	};
}

function annotation(text: string): string | undefined {
	const type = folded(text);
	return type.startsWith(':') ? type.slice(1).trim() : undefined;
}

export function folded(text: string): string {
	return text.trim().replaceAll(/\s+/g, ' ');
}

/** A block comment, or line comments below one another, with nothing but white space between them and `position`. */
function documentationBefore(position: number, { source, comments }: ProgramText): { start: number; text: string } | undefined {
	const block: Comment[] = [];
	let end = position;
	for (const comment of comments.filter((candidate) => candidate.end <= position).reverse()) {
		const between = source.slice(comment.end, end);
		const startsLine = source.slice(source.lastIndexOf('\n', comment.start - 1) + 1, comment.start).trim() === '';
		if (!/^\s*$/.test(between) || /\n\s*\n/.test(between) || !startsLine) break;
		if (comment.type === 'Block' && block.length > 0) break;
		block.unshift(comment);
		end = comment.start;
		if (comment.type === 'Block') break;
	}
	const [first] = block;
	return first && { start: first.start, text: block.map(commentText).join('\n').trim() };
}

function commentText({ value }: Comment): string {
	const lines = value.split('\n').map((line) => line.replace(/^\s*\*(?!\/)\s?/, '').trim());
	return lines.join('\n').trim();
}
