import { firstState } from '../../src/repository/lifecycle.ts';
import type { NewFunction } from '../../src/repository/store/function-store.ts';

const WORDS = (text: string) => text.split(' ');
const VERBS = WORDS('count list find sum rank compare average latest longest group filter fetch export check resolve match plot describe');
const NOUNS = WORDS(
	'movie album track playlist invoice customer order shipment employee contract ticket project payment refund coupon product review message channel meeting sensor campaign recipe flight hotel match player station forecast species',
);
const QUALIFIERS = WORDS(
	'directed popular overdue open archived monthly regional internal draft approved pending shared public recurring recent international upcoming cancelled verified translated',
);
const OWNERS = WORDS('director artist team region country company author season department supplier');
const PEOPLE = ['Sofia Coppola', 'Greta Gerwig', 'Denis Villeneuve', 'Bong Joon-ho', 'Jane Campion', 'Ada Lovelace', 'Wong Kar-wai'];
const PLACES = ['Denmark', 'Japan', 'Brazil', 'Kenya', 'Norway', 'Canada', 'Chile'];
const ASKED: readonly ((parts: Parts, person: string, place: string) => string)[] = [
	({ verb, what }, person) => `${capital(verb)} the ${what}s of ${person}.`,
	({ what }, person, place) => `How many ${what}s does ${person} have in ${place}?`,
	({ what }, person) => `Which ${what}s are from ${person}?`,
	({ verb, what, owner }, person) => `Please ${verb} the ${what}s of the ${owner} ${person} for me`,
	({ noun, qualifier }, person, place) => `What ${noun}s of ${person} were ${qualifier} in ${place} last year?`,
];
const QUESTIONS = 10;
const AT = '2026-01-01T00:00:00.000Z';

interface Parts {
	readonly verb: string;
	readonly noun: string;
	readonly qualifier: string;
	readonly owner: string;
	/** `overdue invoice` */
	readonly what: string;
}

/** Functions as questions about many subjects leave them behind: 1 to 3 KB of source, ten questions each, words that overlap. Always the same ones. */
export function manyFunctions(workspaceId: string, count: number): NewFunction[] {
	return Array.from({ length: count }, (_, number) => functionOf(workspaceId, number));
}

/** Questions that such functions answer, every third one about something else. */
export function manyQuestions(count: number): string[] {
	return Array.from({ length: count }, (_, at) => {
		if (at % 3 === 2) return `Is ${pick(PEOPLE, at)} married, and does the mayor of ${pick(PLACES, at)} own a bicycle?`;
		return pick(ASKED, at)(partsOf(at * 97), pick(PEOPLE, at), pick(PLACES, at));
	});
}

function partsOf(number: number): Parts {
	const noun = pick(NOUNS, Math.floor(number / VERBS.length));
	const qualifier = pick(QUALIFIERS, Math.floor(number / (VERBS.length * NOUNS.length)) * 7 + number);
	return { verb: pick(VERBS, number), noun, qualifier, owner: pick(OWNERS, number * 3), what: `${qualifier} ${noun}` };
}

function functionOf(workspaceId: string, number: number): NewFunction {
	const parts = partsOf(number);
	const { verb, noun, qualifier, owner, what } = parts;
	const name = `${verb}${capital(qualifier)}${capital(noun)}s${number}`;
	const signature = `async function ${name}(${owner}Name: string, year?: number): Promise<${capital(noun)}Summary${number}[]>`;
	const documentation = `${capital(verb)} the ${what}s of a ${owner}, of one year where it is given. @param ${owner}Name full name @param year four digits`;
	const steps = Array.from({ length: 2 + (number % 9) }, (_, step) => stepOf(parts, step)).join('\n');
	return {
		workspaceId,
		name,
		signature,
		documentation,
		source: `type ${capital(noun)}Summary${number} = { id: string; title: string; ${qualifier}: boolean };\n/** ${documentation} */\n${signature} {\n  const found: ${capital(noun)}Summary${number}[] = [];\n${steps}\n  return found;\n}`,
		hash: number.toString(16).padStart(16, '0'),
		tools: [{ tool: `${noun}s.search`, schemaHash: number.toString(16) }],
		uses: [],
		questions: Array.from({ length: QUESTIONS }, (_, at) =>
			pick(ASKED, at)(parts, pick(PEOPLE, number + at), pick(PLACES, number + at * 3)),
		),
		statistics: { succeeded: QUESTIONS, failed: 1, lastUsedAt: AT },
		recent: Array.from({ length: QUESTIONS }, (_, at) => ({ run: `01K${number}-${at}`, at: AT, succeeded: true })),
		...firstState(number % 3 === 0 ? 'trusted' : 'candidate', {
			at: AT,
			cause: 'use',
			reason: 'worked in an answer, and was verified alone',
		}),
		origin: { kind: 'answer', run: `01K${number}-0` },
		createdAt: AT,
	};
}

function stepOf({ noun, qualifier, owner }: Parts, step: number): string {
	return `  // Read page ${step} of the ${noun}s and keep those that are ${qualifier}.
  const page${step} = await ${noun}s.search({ query: ${owner}Name, page: ${step}, from: year === undefined ? undefined : year + '-01-01' });
  for (const { id, title, status } of page${step}.results) found.push({ id, title, ${qualifier}: status === '${qualifier}' });`;
}

function pick<Item>(items: readonly Item[], at: number): Item {
	const item = items[at % items.length];
	if (item === undefined) throw new Error('nothing to pick from');
	return item;
}

function capital(word: string): string {
	return word.charAt(0).toUpperCase() + word.slice(1);
}
