import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { UserError } from '../../errors.ts';

/** 32 MB of text: GitHub's document, the largest in wide use, has 13. */
export const MAX_DOCUMENT_BYTES = 32 * 1024 * 1024;

/** How deep objects and lists may nest. Published documents stay below 40. */
export const MAX_NESTING = 200;

/** How often one YAML anchor may be used, weighted by what it holds (a "billion laughs" document passes this within three levels). */
const MAX_ALIAS_USES = 1000;

/** The value of a JSON or YAML text. Throws UserError `document` that says what is wrong and, where it is known, in which line. */
export function parseText(text: string): unknown {
	if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) {
		throw new UserError('document', 'The document is larger than 32 MB. Give one that holds only the operations you need.');
	}
	const trimmed = text.replace(/^\uFEFF/, '').trimStart();
	if (trimmed === '') throw new UserError('document', 'The document is empty. Check the address or the file.');
	if (trimmed.startsWith('<')) throw markupError(trimmed);
	try {
		return /^[{[]/.test(trimmed) ? JSON.parse(trimmed) : parseYaml(text);
	} catch (error) {
		throw parseError(error);
	}
}

function markupError(text: string): UserError {
	return /^<(!doctype html|html|head|body|script|!--)/i.test(text)
		? new UserError(
				'document',
				'That is a web page, not an API document. Give the address of the OpenAPI file itself, for example one that ends in .json or .yaml.',
			)
		: new UserError(
				'document',
				'That is an XML document (WSDL or WADL perhaps), not OpenAPI. Give an OpenAPI 3 or Swagger 2 document in JSON or YAML.',
			);
}

function parseError(error: unknown): UserError {
	if (error instanceof UserError) return error;
	if (error instanceof RangeError) return nestingError(error);
	if (!(error instanceof Error)) return new UserError('document', 'The document is neither JSON nor YAML.', { cause: error });
	if (/alias count/i.test(error.message)) {
		return new UserError('document', 'The document repeats itself too often through YAML aliases. Write it out, or use $ref.', {
			cause: error,
		});
	}
	const position = /line (\d+) column (\d+)/.exec(error.message);
	const where = position === null ? '' : ` The mistake is in line ${position[1]}, column ${position[2]}.`;
	return new UserError('document', `The document is not valid JSON.${where}`, { cause: error });
}

export function nestingError(cause?: unknown): UserError {
	return new UserError('document', `The document nests deeper than ${MAX_NESTING} levels. Give a simpler one.`, { cause });
}

/**
 * `uniqueKeys` and `prettyErrors` of the parser are left off: the first compares every key with every other one (a map of 100,000 keys would take
 * minutes), the second costs a fifth of the time.
 */
function parseYaml(text: string): unknown {
	const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false, merge: true, logLevel: 'error' });
	const mistake = document.errors[0];
	if (mistake !== undefined) {
		const reason = yamlReasons.find(([code]) => code === mistake.code)?.[1] ?? 'It is neither JSON nor YAML that can be read';
		throw new UserError('document', `The document cannot be read. ${reason}: line ${lineAt(text, mistake.pos[0])}.`, { cause: mistake });
	}
	refuseDuplicateKeys(document, text);
	return document.toJS({ maxAliasCount: MAX_ALIAS_USES });
}

const yamlReasons: readonly (readonly [string, string])[] = [
	['TAB_AS_INDENT', 'YAML is indented with spaces, and here is a tab'],
	['MULTIPLE_DOCS', 'It holds several YAML documents, and one is expected'],
	['BAD_INDENT', 'The indentation is wrong'],
];

function lineAt(text: string, offset: number): number {
	return text.slice(0, offset).split('\n').length;
}

/** A key that stands twice in one YAML map would silently lose the first value. */
function refuseDuplicateKeys(document: Document, text: string): void {
	const open: { node: unknown; depth: number }[] = [{ node: document.contents, depth: 0 }];
	for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
		const { node, depth } = entry;
		if (depth > MAX_NESTING) throw nestingError();
		if (isSeq(node)) for (const item of node.items) open.push({ node: item, depth: depth + 1 });
		if (!isMap(node)) continue;
		for (const { value } of node.items) open.push({ node: value, depth: depth + 1 });
		const offset = duplicateKey(node);
		if (offset !== undefined) {
			throw new UserError('document', `The document cannot be read. A key stands twice in one map: line ${lineAt(text, offset)}.`);
		}
	}
}

/** Where a key begins that the map has already. */
function duplicateKey(map: YAMLMap): number | undefined {
	const seen = new Set<string>();
	for (const { key } of map.items) {
		if (!isScalar(key) || key.value === '<<') continue;
		const name = String(key.value);
		if (seen.has(name)) return key.range?.[0] ?? 0;
		seen.add(name);
	}
	return undefined;
}
