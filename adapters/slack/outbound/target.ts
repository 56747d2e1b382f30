/** A channel, or a thread in it. The id of a user stands for the conversation with them. */
export interface Target {
	readonly team: string;
	readonly channel: string;
	readonly threadTs?: string;
}

/** A message that stands. */
export interface PostedTarget {
	readonly team: string;
	readonly channel: string;
	readonly ts: string;
}
