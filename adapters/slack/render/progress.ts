import type { Failure, Progress, Repair } from '../../../src/pipeline/progress.ts';
import type { Run } from '../../../src/runs/run.ts';
import { RETRY, STOP } from './action-ids.ts';
import { codeMessages } from './code.ts';
import { actions, button, codeSpan, context, literal, mrkdwn, notification, plain, section } from './elements.ts';
import { NOTHING, type Rendered, rendered, type SlackMessage } from './message.ts';
import { renderResult } from './result.ts';

export { programMessages } from './result.ts';

const REPAIR = 300;
const FAILURE = 2800;
const STATUS = 300;
const NAMED_FUNCTIONS = 5;

type Drawings = { [Type in Progress['type']]?: (event: Extract<Progress, { type: Type }>) => Rendered };

/** An event as messages of a thread; nothing for those that only the status tells of. */
export function renderProgress(run: Run, event: Progress): Rendered {
	const drawings: Drawings = {
		scaffold: ({ code }) => codeMessages({ title: 'Scaffold', code, filename: 'scaffold.ts' }),
		reuse: ({ code, functions }) => codeMessages({ title: 'Reuse', subtitle: ` of ${names(functions)}`, code, filename: 'program.ts' }),
		plan: ({ code }) => codeMessages({ title: 'Plan', code, filename: 'plan.ts' }),
		repair: (repair) => rendered(repairLine(repair)),
		result: (result) => renderResult(run, result),
		failure: (failure) => rendered(failureMessage(run, failure)),
	};
	return drawings[event.type]?.(event as never) ?? NOTHING;
}

/** What the run is doing now, with a button that stops it. */
export function statusMessage(run: Run, text: string): SlackMessage {
	const stop = button('Stop', STOP, { value: run.id });
	return { text: notification(text), blocks: [{ ...section(plain(text, STATUS)), accessory: stop }] };
}

function repairLine({ text, attempt, limit }: Repair): SlackMessage {
	const problem = literal(text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, ''), REPAIR);
	const line = `${problem} – fixing it and running again (${attempt}/${limit})`;
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

function names(functions: readonly string[]): string {
	const more = functions.length - NAMED_FUNCTIONS;
	return `${functions.slice(0, NAMED_FUNCTIONS).map(codeSpan).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
