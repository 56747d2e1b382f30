import type { Failure, Progress, Repair } from '../../../src/pipeline/progress.ts';
import type { Run } from '../../../src/runs/run.ts';
import { listingOf } from '../../shared/listing.ts';
import { repairWords } from '../../shared/repair-words.ts';
import { codeMessages } from './code.ts';
import { customId, runReference } from './custom-id.ts';
import { actionRow, button, codeSpan, container, literal, literalLine, section, subtext, textDisplay } from './elements.ts';
import type { DiscordMessage } from './message.ts';
import { resultMessage } from './result.ts';

export { programMessages } from './result.ts';

const REPAIR = 300;
const FAILURE = 2800;
const STATUS = 300;

/** An event as messages of a thread; none for those that only the status tells of. */
export function renderProgress(run: Run, event: Progress): readonly DiscordMessage[] {
	const listing = listingOf(event, codeSpan);
	if (listing) return codeMessages(listing);
	switch (event.type) {
		case 'repair':
			return [repairLine(event)];
		case 'result':
			return [resultMessage(run, event)];
		case 'failure':
			return [failureMessage(run, event)];
		default:
			return [];
	}
}

/** What the run is doing now, with a button that stops it. */
export function statusMessage(run: Run, text: string): DiscordMessage {
	return { components: [section(literalLine(text, STATUS), button('Stop', customId('stop', runReference(run))))] };
}

function repairLine(repair: Repair): DiscordMessage {
	return { components: [subtext(repairWords(repair, (text) => literalLine(text, REPAIR)))] };
}

/** What stopped it or went wrong is text, so that a name in it notifies nobody. */
function failureMessage(run: Run, { code, message, reference }: Failure): DiscordMessage {
	const retry = button('Retry', customId('retry', runReference(run)));
	return {
		components: [
			container(
				textDisplay(`${code === 'stopped' ? '⏹️' : '⚠️'} ${literal(message, FAILURE)}`),
				subtext(`Reference ${codeSpan(reference)}`),
				actionRow(retry),
			),
		],
	};
}
