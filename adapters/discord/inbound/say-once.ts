import { randomUUID } from 'node:crypto';
import type { Target } from '../outbound/target.ts';
import type { Parts } from '../parts.ts';
import { noteMessage } from '../render/notes.ts';

/** What people are told at most once in so long. */
export interface Note {
	/** Who or what it is about: said once for each. */
	readonly about: string;
	/** Ours, as Markdown. */
	readonly text: string;
	readonly everyMs: number;
}

/** Never rejects: whatever it belongs to goes on without it. */
export async function sayOnce(target: Target, { about, text, everyMs }: Note, { services, outbound, logger }: Parts): Promise<void> {
	try {
		if (!(await services.storage.claim(`discord-note/${about}`, randomUUID(), everyMs))) return;
		await outbound.post(target, `note.${randomUUID()}`, noteMessage(text));
	} catch (error) {
		logger.info({ err: error, about }, 'people could not be told something');
	}
}
