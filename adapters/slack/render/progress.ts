import type { Failure, Progress, Repair } from '../../../src/pipeline/progress.ts';
import type { Run } from '../../../src/runs/run.ts';
import { listingOf } from '../../shared/listing.ts';
import { repairWords } from '../../shared/repair-words.ts';
import { RETRY, STOP } from './action-ids.ts';
import { codeMessages } from './code.ts';
import { actions, button, codeSpan, context, literal, mrkdwn, notification, plain, section } from './elements.ts';
import { NOTHING, type Rendered, rendered, type SlackMessage } from './message.ts';
import { renderResult } from './result.ts';

export { programMessages } from './result.ts';

const REPAIR = 300;
const FAILURE = 2800;
const STATUS = 300;

/** An event as messages of a thread; nothing for those that only the status tells of. */
export function renderProgress(run: Run, event: Progress): Rendered {
	const listing = listingOf(event, codeSpan);
	if (listing) return codeMessages(listing);
	switch (event.type) {
		case 'repair':
			return rendered(repairLine(event));
		case 'result':
			return renderResult(run, event);
		case 'failure':
			return rendered(failureMessage(run, event));
		default:
			return NOTHING;
	}
}

/** What the run is doing now, with a button that stops it. */
export function statusMessage(run: Run, text: string): SlackMessage {
	const stop = button('Stop', STOP, { value: run.id });
	return { text: notification(text), blocks: [{ ...section(plain(text, STATUS)), accessory: stop }] };
}

function repairLine(repair: Repair): SlackMessage {
	const line = repairWords(repair, (text) => literal(text, REPAIR));
	return { text: notification(line), blocks: [context(plain(line))] };
}

/** What stopped it or went wrong is text, so that a name in it notifies nobody. */
function failureMessage(run: Run, { code, message, reference }: Failure): SlackMessage {
	return {
		text: notification(message),
		blocks: [
			section(plain(`${code === 'stopped' ? '⏹️' : '⚠️'} ${message}`, FAILURE)),
			context(mrkdwn(`Reference ${codeSpan(reference)}`)),
			actions(button('Retry', RETRY, { value: run.id })),
		],
	};
}
