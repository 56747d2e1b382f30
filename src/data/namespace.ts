import type { Run } from '../runs/run.ts';
import { invertRunId, RUN_ID_LENGTH } from '../runs/run-id.ts';

/** What is known of the records of one kind. */
export interface Namespace {
	readonly name: string;
	/** In the plural, as an operator reads it. */
	readonly holds: string;
	readonly owner: Owner;
	readonly kept: Kept;
	/**
	 * Whether an export has them. `secret`: what is sealed or opens something never leaves the database; `made-anew`: the bot makes it again from the
	 * rest; `short-lived`: good for minutes.
	 */
	readonly exported: 'yes' | 'secret' | 'made-anew' | 'short-lived';
}

/**
 * Whose a record is: the workspace in its key, that of the run which `Kept` names, that of the runs in a conversation, those that key and value name, or
 * nobody's.
 */
export type Owner =
	| ByWorkspace
	| { readonly by: 'run' }
	| { readonly by: 'conversation'; readonly conversationOf: (key: string) => string }
	| { readonly by: 'value'; readonly workspacesOf: (key: string, value: unknown) => readonly string[] }
	| { readonly by: 'process' };

export interface ByWorkspace {
	readonly by: 'workspace';
	/** What the keys of a workspace begin with; those of another one may, too. Undefined where it can have none. */
	readonly prefixOf: (workspaceId: string) => string | undefined;
	readonly workspaceOf: (key: string) => string | undefined;
}

/** How long a record is kept at most. A workspace that is erased takes all of its own with it. */
export type Kept =
	/** Until a person, or what it belongs to, has it deleted. */
	| { readonly until: 'deleted' }
	/** As long as its run. */
	| {
			readonly until: 'run';
			/** What its keys begin with; empty where they do not say so. */
			readonly prefixesOf: (run: Pick<Run, 'id' | 'workspaceId' | 'question' | 'topic' | 'conversation'>) => readonly string[];
			/** The id of its run; undefined for what belongs to none. */
			readonly runOf: (key: string, value: unknown) => string | undefined;
			/** Whether `runOf` looks at the value. */
			readonly inValue?: true;
			/** How long what belongs to no run is kept; with its workspace when left out. */
			readonly others?: Days;
	  }
	| ({ readonly until: 'days' } & Days);

export interface Days {
	readonly days: number;
	/** Milliseconds since 1970. What has none is older than there were times, and goes at once. */
	readonly since: (key: string, value: unknown) => number | undefined;
	/** Whether `since` looks at the value. */
	readonly inValue?: true;
}

/** `<workspace, encoded>/…` */
export const ENCODED: ByWorkspace = {
	by: 'workspace',
	prefixOf: (workspaceId) => `${encodeURIComponent(workspaceId)}/`,
	workspaceOf: (key) => decoded(partOf(key, 0)),
};

/** The workspace itself. */
export const WHOLE: ByWorkspace = { by: 'workspace', prefixOf: (workspaceId) => workspaceId, workspaceOf: (key) => key };

/** `<workspace>/…` with so many parts behind it, none of which has a slash in it. */
export function plain(parts: number): ByWorkspace {
	return {
		by: 'workspace',
		prefixOf: (workspaceId) => `${workspaceId}/`,
		workspaceOf: (key) => key.split('/').slice(0, -parts).join('/') || undefined,
	};
}

/** `<workspace and topic, encoded>/…`; no id of a workspace has a space in it. */
export const BY_TOPIC: ByWorkspace = {
	by: 'workspace',
	prefixOf: (workspaceId) => encodeURIComponent(`${workspaceId} `),
	workspaceOf: (key) => decoded(partOf(key, 0))?.split(' ')[0],
};

/** What a platform calls the workspace: all but its name. */
export function ofPlatform(platform: string): ByWorkspace {
	const begin = `${platform}:`;
	return {
		by: 'workspace',
		prefixOf: (workspaceId) => (workspaceId.startsWith(begin) ? workspaceId.slice(begin.length) : undefined),
		workspaceOf: (key) => begin + key,
	};
}

export const UNTIL_DELETED: Kept = { until: 'deleted' };

/** `<run>`, and whatever follows. */
export const WITH_RUN: Kept = { until: 'run', prefixesOf: ({ id }) => [id], runOf: (key) => runIdIn(key) };

export function runIdIn(text: string): string | undefined {
	const id = text.slice(0, RUN_ID_LENGTH);
	return /^[0-9A-HJKMNP-TV-Z]{26}$/.test(id) ? id : undefined;
}

/** An id of which keys have the inverse, so that the newest come first. */
export function invertedIn(text: string): string | undefined {
	const id = runIdIn(text);
	return id && invertRunId(id);
}

/** Of a key, between its slashes. */
export function partOf(key: string, place: number): string {
	return key.split('/').at(place) ?? '';
}

/** The moment that a field of the record holds: milliseconds since 1970, or ISO 8601. */
export function timeIn(field: string): (key: string, value: unknown) => number | undefined {
	return (_key, value) => {
		const held = fieldOf(value, field);
		const time = typeof held === 'string' ? Date.parse(held) : held;
		return typeof time === 'number' && Number.isFinite(time) ? time : undefined;
	};
}

/** The beginning of the day (UTC) that stands in a part of the key. */
export function dayIn(place: number): (key: string) => number | undefined {
	return (key) => {
		const time = Date.parse(`${partOf(key, place)}T00:00:00Z`);
		return Number.isNaN(time) ? undefined : time;
	};
}

/** Of an object at any depth: `fieldOf(letter, 'body', 'team_id')`. Undefined where there is none. */
export function fieldOf(value: unknown, ...path: readonly string[]): unknown {
	return path.reduce<unknown>((held, name) => (typeof held === 'object' && held !== null ? Reflect.get(held, name) : undefined), value);
}

function decoded(text: string): string | undefined {
	try {
		return decodeURIComponent(text) || undefined;
	} catch {
		return undefined;
	}
}
