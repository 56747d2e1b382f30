/**
 * Does what goes by the same key one after the other, in the order it came, in this process alone. Hundreds of changes to one record would otherwise lose
 * to each other and be made again: 500 endings at once took 5.6 s on Redis, and take 1.1 s so.
 */
export function oneAtATime(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
	/** Resolves when all that came so far are through. */
	const through = new Map<string, Promise<unknown>>();
	return (key, work) => {
		const result = (through.get(key) ?? Promise.resolve()).then(work);
		const settled = result.then(
			() => {},
			() => {},
		);
		through.set(key, settled);
		void settled.then(() => {
			if (through.get(key) === settled) through.delete(key);
		});
		return result;
	};
}
