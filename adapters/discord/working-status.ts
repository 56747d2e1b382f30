import type { Logger } from 'pino';
import type { Postings } from '../../src/runs/postings.ts';
import type { Run } from '../../src/runs/run.ts';
import type { WorkingStatus } from '../shared/chat-conversation.ts';
import { createStatusMessages } from '../shared/status-messages.ts';
import type { Boards } from './boards.ts';
import type { Outbound } from './outbound/outbound.ts';
import { placeOfRun, targetOfRun } from './place.ts';
import { statusMessage } from './render/progress.ts';

export interface WorkingStatusOptions {
	readonly outbound: Outbound;
	readonly boards: Boards;
	readonly postings: Postings;
	readonly logger: Logger;
}

const REFRESH_MS = 1_200;

/** A message with a Stop button or, on a board, a line of it. */
export function createWorkingStatus({ outbound, boards, postings, logger }: WorkingStatusOptions): WorkingStatus {
	const messages = createStatusMessages({
		post: (run, text, signal) =>
			outbound.post(targetOfRun(run), keyOf(run), () => statusMessage(run, text()), { priority: 'status', signal }),
		update: (run, message, text) => outbound.update({ channel: targetOfRun(run).channel, message }, statusMessage(run, text)),
		async remove(run, message) {
			await outbound.remove({ channel: targetOfRun(run).channel, message });
			await postings.forget(keyOf(run));
		},
		posted: (run) => outbound.find(targetOfRun(run), keyOf(run)),
		refreshMs: REFRESH_MS,
		logger,
	});
	return {
		show(run, text) {
			const place = placeOfRun(run);
			if (place.kind === 'interaction') boards.status(run, place.interaction, text);
			else messages.show(run, text);
		},
		renew() {},
		async end(run) {
			const place = placeOfRun(run);
			if (place.kind === 'interaction') boards.status(run, place.interaction, undefined);
			else await messages.end(run);
		},
		leave(run) {
			const place = placeOfRun(run);
			if (place.kind === 'interaction') boards.leave(run, place.interaction);
			else messages.leave(run);
		},
	};
}

function keyOf(run: Run): string {
	return `${run.id}.status`;
}
