import { createScrubber, type Scrubber } from './scrub.ts';

/** Every secret that this process has met, for whatever must not show one. */
export interface KnownSecrets {
	/** One that an admin of this workspace typed in. Hidden from now on, also after it was replaced: it may still be good for something. */
	add(workspaceId: string, secret: string): void;
	/** An access token that was issued to a toolset of this workspace. Hidden until two more were issued to it. */
	addIssued(workspaceId: string, toolset: string, token: string): void;
	/**
	 * Those typed in there, the newest last, and those issued. What a workspace sees is cleared of its own secrets only: with those of others, a response full of
	 * guesses would tell which of them is one.
	 */
	of(workspaceId: string): readonly string[];
	/** Takes out all, whosever they are: for logs. */
	readonly scrub: Scrubber;
}

/** In the log shorter ones are let be: what an admin of one workspace types in must not blot out the words of every line. */
export const MIN_TYPED_LENGTH = 8;
/** Every log line is searched for every one. */
const MOST_IN_A_WORKSPACE = 50;
/** A toolset's token and the one before it, which something on its way may still hold. */
const MOST_ISSUED = 2;

interface OfWorkspace {
	readonly typed: readonly string[];
	readonly issued: ReadonlyMap<string, readonly string[]>;
}

/** @param settings the secrets of the configuration */
export function createKnownSecrets(settings: readonly string[]): KnownSecrets {
	const scrubSettings = createScrubber(settings);
	// One pattern a workspace: a single one would be made anew, in 350 ms for 1,000 secrets, whenever one is added. Looking for 10 takes 15 µs a line.
	const known = new Map<string, OfWorkspace & { readonly all: readonly string[]; readonly scrub: Scrubber }>();
	const change = (workspaceId: string, by: (former: OfWorkspace) => OfWorkspace) => {
		const now = by(known.get(workspaceId) ?? { typed: [], issued: new Map() });
		const all = [...now.typed, ...[...now.issued.values()].flat()];
		known.set(workspaceId, { ...now, all, scrub: createScrubber(all, MIN_TYPED_LENGTH) });
	};
	return {
		add(workspaceId, secret) {
			if (known.get(workspaceId)?.typed.includes(secret)) return;
			change(workspaceId, ({ typed, issued }) => ({ typed: [...typed, secret].slice(-MOST_IN_A_WORKSPACE), issued }));
		},
		addIssued(workspaceId, toolset, token) {
			const former = known.get(workspaceId)?.issued.get(toolset) ?? [];
			if (former.includes(token)) return;
			const tokens = [...former, token].slice(-MOST_ISSUED);
			change(workspaceId, ({ typed, issued }) => ({ typed, issued: new Map(issued).set(toolset, tokens) }));
		},
		of: (workspaceId) => known.get(workspaceId)?.all ?? [],
		scrub(value) {
			let scrubbed = scrubSettings(value);
			for (const { scrub } of known.values()) scrubbed = scrub(scrubbed);
			return scrubbed;
		},
	};
}
