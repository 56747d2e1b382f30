import type { ContextActionsBlock, KnownBlock } from '@slack/types';
import type { Result } from '../../../src/pipeline/progress.ts';
import type { Run } from '../../../src/runs/run.ts';
import { footer } from '../../shared/footer.ts';
import { headline } from '../../shared/headline.ts';
import { programListing } from '../../shared/listing.ts';
import { clean } from '../../shared/printable.ts';
import { isDry, retryLabel } from '../../shared/retry.ts';
import { shapeOf } from '../../shared/shape.ts';
import { FEEDBACK, feedbackValue, RETRY, SHOW_PROGRAM } from './action-ids.ts';
import { codeMessages } from './code.ts';
import { actions, button, context, literal, notification, plain, section } from './elements.ts';
import { fit } from './limits.ts';
import type { Rendered, SlackFile } from './message.ts';
import { drawValue } from './value.ts';

const SENTENCE = 2000;
const FILE_TITLE = 100;
const FOOTER = 500;

/** The answer: its sentence, the data, what it took, and what a person can do next. */
export function renderResult(run: Run, event: Result): Rendered {
	const shape = shapeOf(event.value, event.sentence);
	const title = literal(clean(run.question.text).replaceAll(/\s+/g, ' '), FILE_TITLE);
	const sentence = clean(event.sentence).trim();
	const data = drawValue(shape);
	const said = sentence === '' ? headline(shape) : fit(sentence, SENTENCE);
	const blocks: KnownBlock[] = [
		...(said === '' ? [] : [section(plain(said))]),
		...data.blocks,
		context(plain(footer(event.totals), FOOTER)),
		actions(
			...(event.program === '' ? [] : [button('Show program', SHOW_PROGRAM, { value: run.id })]),
			button(retryLabel(event), RETRY, { value: run.id }),
		),
		...(isDry(event) ? [] : [feedbackButtons(run)]),
	];
	const text = notification(said || (shape.kind === 'scalar' ? shape.text : ''));
	return {
		messages: [{ text, blocks }],
		files: [...sentenceFile(event.sentence, said, title), ...data.files.map((file) => ({ ...file, title }))],
	};
}

/** What "Show program" posts. */
export function programMessages(run: Run, result: Result): Rendered {
	return codeMessages(programListing(run, result));
}

function sentenceFile(sentence: string, said: string, title: string): SlackFile[] {
	return said.endsWith('…') && sentence.length > said.length ? [{ filename: 'sentence.txt', title, content: sentence.toWellFormed() }] : [];
}

function feedbackButtons({ id: runId }: Run): ContextActionsBlock {
	const choice = (emoji: string, label: string, rating: 'up' | 'down') => ({
		text: { type: 'plain_text' as const, text: emoji, emoji: true },
		accessibility_label: label,
		value: feedbackValue({ rating, runId }),
	});
	return {
		type: 'context_actions',
		elements: [
			{
				type: 'feedback_buttons',
				action_id: FEEDBACK,
				positive_button: choice('👍', 'This answer is right', 'up'),
				negative_button: choice('👎', 'This answer is wrong', 'down'),
			},
		],
	};
}
