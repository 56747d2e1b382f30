/**
 * What `make` gives for each of the texts that were asked for last, made once while it is among them. `make` must give the same for the same text, and
 * nobody may change what it gave.
 *
 * @param mostCharacters of all texts together, in UTF-16 units; what was not asked for longest goes first
 */
export function lastUsed<Made>(mostCharacters: number, make: (text: string) => Made): (text: string) => Made {
	/** Those that were asked for last stand last. */
	const known = new Map<string, { readonly made: Made }>();
	let characters = 0;
	return (text) => {
		const entry = known.get(text) ?? { made: make(text) };
		if (known.delete(text)) characters -= text.length;
		known.set(text, entry);
		characters += text.length;
		for (const [oldest] of known) {
			if (characters <= mostCharacters) break;
			known.delete(oldest);
			characters -= oldest.length;
		}
		return entry.made;
	};
}
