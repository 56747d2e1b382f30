import type { Storage } from '../storage/storage.ts';
import type { Run, Turn } from './run.ts';
import { invertRunId } from './run-id.ts';

const TURNS = 6;
/** Characters of an answer that a follow-up is likely to refer to. */
const ANSWER_LENGTH = 300;

/** What was said on each topic, for follow-ups. Its methods reject with a UserError when the storage fails. */
export interface Transcript {
	/** The last 6, oldest first. */
	turns(topic: string): Promise<Turn[]>;
	/** Appends the exchange of a run; once, however often it is called. The answer is cut to 300 characters. */
	append(topic: string, runId: string, turn: Turn): Promise<void>;
}

export function createTranscript(storage: Storage): Transcript {
	const records = storage.records<Turn>('turns');
	// The newest first, so that reading stops after the last turns of a long conversation.
	const prefix = (topic: string) => `${encodeURIComponent(topic)}/`;
	return {
		async turns(topic) {
			const turns: Turn[] = [];
			for await (const [, turn] of records.entries(prefix(topic))) {
				turns.unshift(turn);
				if (turns.length === TURNS) break;
			}
			return turns;
		},
		append: (topic, runId, { question, answer }) => records.put(prefix(topic) + invertRunId(runId), { question, answer: shorten(answer) }),
	};
}

/** Of a whole conversation, oldest first, what a transcript gives of it. */
export function remembered(turns: readonly Turn[]): readonly Turn[] {
	return turns.slice(-TURNS).map(({ question, answer }) => ({ question, answer: shorten(answer) }));
}

/** Never that of a run of another workspace: a conversation may be with somebody who is in several. */
export function topicOf({ workspaceId, topic, conversation }: Pick<Run, 'workspaceId' | 'topic' | 'conversation'>): string {
	return `${workspaceId} ${topic ?? conversation}`;
}

function shorten(text: string): string {
	const characters = Array.from(text.slice(0, 2 * ANSWER_LENGTH + 2));
	return characters.length > ANSWER_LENGTH ? `${characters.slice(0, ANSWER_LENGTH - 1).join('')}…` : text;
}
