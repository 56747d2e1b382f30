/** Letters that Unicode does not take apart into a base letter and an accent. */
const WHOLE_LETTERS: Readonly<Record<string, string>> = { ø: 'o', æ: 'ae', œ: 'oe', ł: 'l', đ: 'd', ß: 'ss', ı: 'i' };

/** The words of a text without case, accents and punctuation. */
export function wordsOf(text: string): string[] {
	return text
		.toLowerCase()
		.normalize('NFKD')
		.replace(/[\p{M}'’]/gu, '')
		.replace(/[øæœłđßı]/g, (letter) => WHOLE_LETTERS[letter] ?? letter)
		.split(/[^\p{L}\p{N}]+/u)
		.filter((word) => word !== '');
}

/**
 * The items one of whose names has, for every word of the query, a word that begins with it. Exact names come first, then names that begin
 * with the query, then the rest; equals stay in the order given. A query without letters or digits finds nothing.
 */
export function searchByName<Item>(items: readonly Item[], namesOf: (item: Item) => readonly string[], query: string): Item[] {
	const wanted = wordsOf(query);
	if (wanted.length === 0) return [];
	return items
		.map((item) => ({ item, closeness: Math.max(...namesOf(item).map((name) => closenessOf(wordsOf(name), wanted))) }))
		.filter(({ closeness }) => closeness > 0)
		.sort((a, b) => b.closeness - a.closeness)
		.map(({ item }) => item);
}

function closenessOf(words: readonly string[], wanted: readonly string[]): 0 | 1 | 2 | 3 {
	if (!wanted.every((part) => words.some((word) => word.startsWith(part)))) return 0;
	const [name, query] = [words.join(' '), wanted.join(' ')];
	if (name === query) return 3;
	return name.startsWith(query) ? 2 : 1;
}
