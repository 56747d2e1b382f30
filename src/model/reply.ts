import { isJsonObject } from '../json.ts';
import { bareProgram } from './bare-program.ts';
import { type CodeShape, shapeOf } from './code-shape.ts';
import { fencedBlocks } from './fences.ts';
import { withoutReasoning } from './reasoning.ts';

/** Languages a program is never written in; other names of a fence (`text`, `code`, `solution`) say nothing. */
const OTHER_LANGUAGES = new Set(
	'json jsonc json5 bash sh shell zsh console powershell python py yaml yml toml ini html css xml sql http csv diff log mermaid'.split(' '),
);

/** Where a reply in JSON keeps its program, looked at in this order before any other property. */
const CODE_PROPERTIES = ['code', 'program', 'typescript', 'ts', 'source', 'solution', 'answer', 'content', 'arguments'];
const DEEPEST_JSON = 5;

/**
 * The program in a model's reply, or undefined when there is none. Not parsed and not trusted: it may hold errors that the review reports.
 *
 * Reasoning is put aside first. Of several fenced blocks the last that ends with a `return` of its own wins, else the last with functions, else
 * the last with code; TypeScript and JavaScript before unnamed blocks. Blocks that declare what the chosen one uses and does not declare belong
 * to the same program (some models split it): they are joined in their order. Without any fence, a reply in JSON or bare code is accepted.
 */
export function programIn(reply: string): string | undefined {
	const { text, unclosed } = withoutReasoning(reply.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n'));
	// Reasoning that was never closed ends in the answer, after drafts of it.
	return programInText(text, 0) ?? (unclosed === undefined ? undefined : fencedProgram(unclosed));
}

function programInText(text: string, depth: number): string | undefined {
	return programInJson(text, depth) ?? fencedProgram(text) ?? bareProgram(text);
}

interface Part {
	readonly code: string;
	readonly shape: CodeShape;
	readonly rank: number;
}

function fencedProgram(text: string): string | undefined {
	const blocks = fencedBlocks(text);
	const parts = blocks.flatMap(({ language, code }) => partOf(language, code) ?? []);
	const best = parts.reduce<Part | undefined>((chosen, part) => (chosen && chosen.rank > part.rank ? chosen : part), undefined);
	if (best) return withMissingParts(best, parts);
	return blocks
		.filter(({ language }) => language.startsWith('json'))
		.map(({ code }) => programInJson(code, 0))
		.findLast((code) => code !== undefined);
}

function partOf(language: string, code: string): Part | undefined {
	if (OTHER_LANGUAGES.has(language)) return undefined;
	const shape = shapeOf(code);
	const tagged = language === 'ts';
	if (tagged ? !shape.code : !shape.statements) return undefined;
	const role = shape.returns ? 2 : shape.declares.size > 0 ? 1 : 0;
	return { code, shape, rank: role * 4 + (shape.whole ? 2 : 0) + (tagged ? 1 : 0) };
}

/** The parts that `best` belongs together with, joined; `best` alone when that makes no whole program. */
function withMissingParts(best: Part, parts: readonly Part[]): string {
	const chosen = new Set([best]);
	for (let added = true; added; ) {
		added = false;
		for (const part of parts.toReversed()) {
			if (chosen.has(part) || !belongsTo(part, [...chosen])) continue;
			chosen.add(part);
			added = true;
		}
	}
	if (chosen.size === 1) return best.code;
	const joined = parts
		.filter((part) => chosen.has(part))
		.map((part) => part.code)
		.join('\n\n');
	return shapeOf(joined).whole ? joined : best.code;
}

/** It declares what they need; or, while no main call is found, it uses what they declare. Never what declares a name twice. */
function belongsTo(part: Part, chosen: readonly Part[]): boolean {
	if (!part.shape.whole || chosen.some(({ shape }) => !shape.declares.isDisjointFrom(part.shape.declares))) return false;
	const isNeeded = chosen.some(({ shape }) => !shape.needs.isDisjointFrom(part.shape.declares));
	const isCaller =
		chosen.every(({ shape }) => !shape.returns) && chosen.some(({ shape }) => !shape.declares.isDisjointFrom(part.shape.needs));
	return isNeeded || isCaller;
}

function programInJson(text: string, depth: number): string | undefined {
	const trimmed = text.trim();
	if (!/^[[{"]/.test(trimmed) || depth > DEEPEST_JSON) return undefined;
	const value = parseJson(trimmed);
	return value === undefined ? undefined : programInValue(value, depth);
}

/** Also with line breaks inside its strings, which models forget to escape. */
function parseJson(text: string): unknown {
	for (const candidate of [
		text,
		text.replaceAll(/"(?:[^"\\]|\\[\s\S])*"/g, (string) => string.replaceAll('\n', '\\n').replaceAll('\t', '\\t')),
	]) {
		try {
			return JSON.parse(candidate);
		} catch {
			// Not JSON this way; a program may well begin with a bracket.
		}
	}
	return undefined;
}

function programInValue(value: unknown, depth: number): string | undefined {
	if (depth > DEEPEST_JSON) return undefined;
	if (typeof value === 'string') return programInText(value, depth + 1);
	const inOrder = Array.isArray(value) ? value.toReversed() : isJsonObject(value) ? propertiesInOrder(value) : [];
	for (const property of inOrder) {
		const program = programInValue(property, depth + 1);
		if (program !== undefined) return program;
	}
	return undefined;
}

function propertiesInOrder(value: { [key: string]: unknown }): unknown[] {
	const named = CODE_PROPERTIES.filter((name) => Object.hasOwn(value, name));
	const others = Object.keys(value).filter((name) => !CODE_PROPERTIES.includes(name));
	return [...named, ...others].map((name) => value[name]);
}
