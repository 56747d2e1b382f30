import { createScrubber, type Scrubber } from './scrub.ts';

/** Every secret that this process has met, for whatever must not show one. */
export interface KnownSecrets {
	/** One that an admin of this workspace typed in. Hidden from now on, also after it was replaced: it may still be good for something. */
	add(workspaceId: string, secret: string): void;
	/**
	 * Those typed in there, the newest last. What a workspace sees is cleared of its own secrets only: with those of others, a response full of
	 * guesses would tell which of them is one.
	 */
	typedIn(workspaceId: string): readonly string[];
	/** Takes out all, whosever they are: for logs. */
	readonly scrub: Scrubber;
}

/** In the log shorter ones are let be: what an admin of one workspace types in must not blot out the words of every line. */
export const MIN_TYPED_LENGTH = 8;
/** Every log line is searched for every one. */
const MOST_IN_A_WORKSPACE = 50;

/** @param settings the secrets of the configuration */
export function createKnownSecrets(settings: readonly string[]): KnownSecrets {
	const scrubSettings = createScrubber(settings);
	// One pattern a workspace: a single one would be made anew, in 350 ms for 1,000 secrets, whenever one is added. Looking for 10 takes 15 µs a line.
	const typed = new Map<string, { readonly secrets: readonly string[]; readonly scrub: Scrubber }>();
	return {
		add(workspaceId, secret) {
			const known = typed.get(workspaceId)?.secrets ?? [];
			if (known.includes(secret)) return;
			const secrets = [...known, secret].slice(-MOST_IN_A_WORKSPACE);
			typed.set(workspaceId, { secrets, scrub: createScrubber(secrets, MIN_TYPED_LENGTH) });
		},
		typedIn: (workspaceId) => typed.get(workspaceId)?.secrets ?? [],
		scrub(value) {
			let scrubbed = scrubSettings(value);
			for (const { scrub } of typed.values()) scrubbed = scrub(scrubbed);
			return scrubbed;
		},
	};
}
