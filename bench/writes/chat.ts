/** A chat platform with the bot in it, as far as questions that change something need it. Workspaces are numbered from 0; one person is in each. */
export interface Chat {
	readonly platform: string;
	/** Starts the bot, anew after `kill`, on what it has stored. */
	start(environment: Readonly<Record<string, string>>): Promise<void>;
	/** Ends the bot as a power cut does. */
	kill(): Promise<void>;
	/** Connects the document at this address as a toolset. Rejects when the bot does not say that it did. */
	connect(workspace: number, name: string, source: string): Promise<void>;
	/** What the person of a workspace says to the bot, in a channel. */
	ask(workspace: number, text: string): Promise<Place>;
	/** Of every process of the bot that ran, one after the other. */
	logs(): string;
	/** Ends the bot and the platform. Rejects when somebody could read a secret, or a log holds one. */
	close(): Promise<void>;
}

/** Where one question is answered. */
export interface Place {
	/** Questions about writes that nobody has decided, the oldest first. */
	cards(): readonly Card[];
	/** What the bot has posted, the oldest first, as people read it. */
	shown(): readonly string[];
}

/** The question whether a write may go out. */
export interface Card {
	readonly id: string;
	readonly text: string;
	/** `Send again` and `Do not send` where nobody knows whether the call was made. */
	readonly labels: readonly string[];
	/** Presses a button, and the second one where a call wants a second look. */
	press(label: string): Promise<void>;
}

export const LABELS: readonly string[] = ['Approve', 'Refuse', 'Send again', 'Do not send'];

/** Of the text of a card whose call deletes or overwrites. */
export const SECOND_LOOK = /delete or overwrite/;

/** An answer ends with what it took, a failure with its reference. */
export function hasEnded(place: Place): boolean {
	return place.shown().some((text) => /\d+ tool calls? · \d+ model calls? · |Reference/.test(text));
}

/** The things to do when all is over, in the order they were named: what `TestContext.after` is to a test. */
export function createAftermath(): { after(work: () => Promise<void>): void; perform(): Promise<void> } {
	const works: (() => Promise<void>)[] = [];
	return {
		after: (work) => void works.push(work),
		async perform() {
			for (const work of works) await work();
		},
	};
}
