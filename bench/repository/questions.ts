import { buildFilmWorld } from '../../examples/movies/film-world.ts';
import type { JsonValue } from '../../src/json.ts';
import { mulberry32 } from '../mulberry32.ts';
import type { Kind, Names } from './kind.ts';

export interface BenchQuestion {
	readonly text: string;
	readonly kind: Kind;
	readonly names: Names;
	readonly expected: JsonValue;
	/** Chooses among the ways in which a model would write the functions; differs between questions of a kind. */
	readonly hand: number;
}

/** All questions of the kinds, each once, phrasings in turn, in an order that depends on `salt` alone. */
export function questionsOf(kinds: readonly Kind[], salt: number): BenchQuestion[] {
	const world = buildFilmWorld();
	const questions = kinds.flatMap((kind) =>
		kind.askedWith.map((names, at): BenchQuestion => {
			const phrasing = kind.phrasings[at % kind.phrasings.length] ?? '';
			return { text: filledIn(phrasing, names), kind, names, expected: kind.expected(world, names), hand: at };
		}),
	);
	return shuffled(questions, salt);
}

/** `{person}` becomes the name; `${…}` of a template stays. */
export function filledIn(text: string, names: Names): string {
	return text.replaceAll(/(?<!\$)\{(\w+)\}/g, (placeholder, name: string) => String(names[name] ?? placeholder));
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
	const mixed = [...items];
	const random = mulberry32(seed);
	for (let last = mixed.length - 1; last > 0; last -= 1) {
		const other = Math.floor(random() * (last + 1));
		[mixed[last], mixed[other]] = [mixed[other] as Item, mixed[last] as Item];
	}
	return mixed;
}
