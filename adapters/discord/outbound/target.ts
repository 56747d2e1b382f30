/** A channel, a thread or a direct message. */
export interface Target {
	readonly channel: string;
	/** The message that is replied to. */
	readonly replyTo?: string;
}

/** A message that stands. */
export interface PostedTarget {
	readonly channel: string;
	readonly message: string;
}
