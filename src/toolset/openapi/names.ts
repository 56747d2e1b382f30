import type { JsonValue } from '../../json.ts';

/** What an operation can be named after. */
export interface NameSource {
	/** Lower case. */
	readonly method: string;
	readonly path: string;
	readonly operationId?: JsonValue | undefined;
}

const MAX_NAME_CHARACTERS = 64;

/** Reserved words of JavaScript modules, names TypeScript forbids for functions, and members every object or promise has. */
const reservedNames = new Set(
	(
		'await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in ' +
		'instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield ' +
		'arguments eval undefined async of get set declare namespace module type then constructor prototype toString toLocaleString valueOf hasOwnProperty ' +
		'isPrototypeOf propertyIsEnumerable toJSON inspect'
	).split(' '),
);

/** Names that mean something else at the top level of a program. Anything with an upper-case letter first is avoided anyway. */
const globalNames = new Set(
	(
		'answer nextPage human console global globalThis window self process require module exports fetch setTimeout setInterval setImmediate clearTimeout clearInterval ' +
		'queueMicrotask structuredClone atob btoa crypto performance escape unescape isNaN isFinite parseInt parseFloat decodeURI encodeURI ' +
		'decodeURIComponent encodeURIComponent any unknown never string number boolean object symbol bigint main args result tools toolset log'
	).split(' '),
);

/**
 * An identifier for a toolset made from any text, unchanged where it is one already: lower case first, at most 32 characters, no reserved word, no global.
 * Undefined when there is no Latin letter.
 */
export function toolsetName(text: string): string | undefined {
	if (/^[a-z][A-Za-z0-9_]{0,31}$/.test(text) && !reservedNames.has(text) && !globalNames.has(text)) return text;
	const words = wordsOf(text);
	while (words[0] !== undefined && /^\d/.test(words[0])) words.shift();
	const name = camelCase(words, 32);
	if (name === '') return undefined;
	return reservedNames.has(name) || globalNames.has(name) ? `${name}Api` : name;
}

/**
 * One TypeScript identifier for each operation, in their order, all different. They come from operationId, or from method and path where there is none
 * or where it only repeats them. The same operations get the same names in whatever order the document lists them.
 */
export function nameOperations(operations: readonly NameSource[]): string[] {
	const prefix = commonPrefix(operations);
	const wanted = operations.map((operation) => wantedName(operation, prefix));
	const taken = new Set(wanted);
	const names = [...wanted];
	for (const group of groupsOf(wanted)) {
		const [, ...others] = group.sort((a, b) => order(operations, a, b));
		for (const index of others) {
			const name = alternative(names[index] ?? '', operations[index], taken);
			taken.add(name);
			names[index] = name;
		}
	}
	return names;
}

function wantedName(operation: NameSource, prefix: string | undefined): string {
	const fromId = nameFromId(operation, prefix);
	for (const name of [fromId, nameFromPath(operation)]) {
		if (name !== '' && !reservedNames.has(name)) return name;
	}
	return `${fromId || operation.method}Operation`;
}

function nameFromId(operation: NameSource, prefix: string | undefined): string {
	if (typeof operation.operationId !== 'string') return '';
	const id = operation.operationId.trim();
	const words = withoutPath(wordsOf(id), operation);
	if (words.length === wordsOf(id).length && /^[a-z][A-Za-z0-9]{0,63}$/.test(id)) return id;
	if (prefix !== undefined && words.length > 2 && words[0] === prefix) words.shift();
	const kept = words.filter((word, index) => index === 0 || index === words.length - 1 || !fillers.has(word));
	return identifier(kept.length > 0 ? kept : words, operation.method);
}

/** `get-an-album` -> `getAlbum`; `UsersController_findAll` -> `usersFindAll` */
const fillers = new Set(['a', 'an', 'the', 'controller']);

/** Generated ids repeat method and path (`GET_movie-movie_id-keywords`), or append them to a function's name (`read_item_items__item_id__get`). */
function withoutPath(words: string[], { method, path }: NameSource): string[] {
	const inPath = wordsOf(path);
	const tail = [...inPath, method];
	if (equal(words, [method, ...inPath]) || equal(words, tail)) return [];
	return words.length > tail.length && equal(words.slice(-tail.length), tail) ? words.slice(0, -tail.length) : words;
}

/** First words that say what is done, so that the method need not. */
const verbs = new Set(
	'search find discover lookup query list browse fetch create add update set delete remove cancel send upload download convert translate validate verify check login logout'.split(
		' ',
	),
);

function nameFromPath({ method, path }: NameSource): string {
	const segments = path.split('/').filter((segment) => segment !== '' && !/^\{[^}]*\}$/.test(segment));
	while (segments.length > 1 && /^(api|rest|v\d+([._]\d+)*)$/i.test(segments[0] ?? '')) segments.shift();
	const words = segments.flatMap((segment) => wordsOf(segment.replace(/\{[^}]*\}/g, ' ').replace(/\.(json|xml|php)$/i, '')));
	if (words.length === 0) words.push('root');
	const distinct = words.filter((word, index) => word !== words[index - 1]);
	return identifier(verbs.has(distinct[0] ?? '') && distinct.length > 1 ? distinct : [method, ...distinct], method);
}

function identifier(words: string[], method: string): string {
	return camelCase(/^\d/.test(words[0] ?? '') ? [method, ...words] : words, MAX_NAME_CHARACTERS);
}

/** The first word of every operationId (`drive.files.list`), when there are at least three operations and it is no verb. */
function commonPrefix(operations: readonly NameSource[]): string | undefined {
	const first = new Set(
		operations.map(({ operationId }) =>
			typeof operationId === 'string' && /^[A-Za-z0-9]+[._/:-]/.test(operationId) ? wordsOf(operationId)[0] : undefined,
		),
	);
	const [word] = first;
	if (operations.length < 3 || first.size !== 1 || word === undefined) return undefined;
	return verbs.has(word) || /^(get|post|put|patch|head|options|trace)$/.test(word) ? undefined : word;
}

function groupsOf(names: readonly string[]): number[][] {
	const groups = new Map<string, number[]>();
	for (const [index, name] of names.entries()) {
		const group = groups.get(name);
		if (group === undefined) groups.set(name, [index]);
		else group.push(index);
	}
	const shared = [...groups].filter(([, group]) => group.length > 1).sort(([a], [b]) => (a < b ? -1 : 1));
	return shared.map(([, group]) => group);
}

/** The shortest path first: `/pets` keeps the name that `/pets/{id}` wants too. */
function order(operations: readonly NameSource[], a: number, b: number): number {
	const key = (index: number): string => {
		const { path = '', method = '' } = operations[index] ?? {};
		return `${String(path.split('/').length).padStart(4, '0')} ${path} ${method}`;
	};
	return key(a) < key(b) ? -1 : 1;
}

function alternative(name: string, operation: NameSource | undefined, taken: ReadonlySet<string>): string {
	const { path = '', method = '' } = operation ?? {};
	const parameters = [...path.matchAll(/\{([^}]*)\}/g)].map((match) => wordsOf(match[1] ?? ''));
	const last = parameters.at(-1);
	const endings = [
		...(last === undefined ? [] : [['by', ...last]]),
		...(parameters.length > 1 ? [['by', ...parameters.flatMap((words, index) => (index === 0 ? words : ['and', ...words]))]] : []),
		[method],
		[method, ...wordsOf(path)],
	];
	for (const ending of endings) {
		const candidate = `${name}${capitalised(ending)}`.slice(0, MAX_NAME_CHARACTERS);
		if (!taken.has(candidate)) return candidate;
	}
	let number = 2;
	while (taken.has(`${name}${number}`)) number += 1;
	return `${name}${number}`;
}

/** `getURLInfo_v2` -> `['get', 'url', 'info', 'v2']`. Accents are dropped, and whatever has no Latin letters. */
function wordsOf(text: string): string[] {
	const spaced = text
		.slice(0, 400)
		.normalize('NFKD')
		.replace(/[\u0300-\u036f'’]/g, '')
		.replace(/([a-z0-9])([A-Z])/g, '$1 $2')
		.replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
	return spaced.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

/** Words joined until they would pass `limit` characters. */
function camelCase(words: readonly string[], limit: number): string {
	const [first = '', ...rest] = words;
	let name = first.slice(0, limit);
	for (const word of rest) {
		if (name.length + word.length > limit) break;
		name += capitalised([word]);
	}
	return name;
}

function capitalised(words: readonly string[]): string {
	return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function equal(a: readonly string[], b: readonly string[]): boolean {
	return a.length === b.length && a.every((word, index) => word === b[index]);
}
