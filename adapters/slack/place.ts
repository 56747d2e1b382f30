import type { Run } from '../../src/runs/run.ts';

/** A thread of Slack: where a question was asked and its answer goes. */
export interface Place {
	readonly team: string;
	readonly channel: string;
	/** The timestamp of the message that the thread hangs on. */
	readonly threadTs: string;
}

/** Stands for the thread where there is none: only questions are answered in one, commands are not. */
export const NO_THREAD = '0.0';

const KEY = /^slack:([A-Z0-9]+)\/([A-Z0-9]+)\/(\d+\.\d+)$/;
const WORKSPACE = 'slack:';

/** The key under which the core knows the thread. Slack's ids hold neither colon nor slash. */
export function conversationKey({ team, channel, threadTs }: Place): string {
	return `${WORKSPACE}${team}/${channel}/${threadTs}`;
}

/** Undefined for a conversation of another platform. */
export function placeOf(key: string): Place | undefined {
	const [, team, channel, threadTs] = KEY.exec(key) ?? [];
	return team && channel && threadTs ? { team, channel, threadTs } : undefined;
}

/** Throws for a run of another platform. */
export function placeOfRun({ conversation }: Pick<Run, 'conversation'>): Place {
	const place = placeOf(conversation);
	if (!place) throw new Error('not a conversation of Slack');
	return place;
}

export function workspaceOf(team: string): string {
	return WORKSPACE + team;
}

/** Undefined for a workspace of another platform. */
export function teamOf(workspaceId: string): string | undefined {
	return workspaceId.startsWith(WORKSPACE) ? workspaceId.slice(WORKSPACE.length) : undefined;
}
