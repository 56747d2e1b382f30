import type { APIComponentInContainer } from 'discord.js';
import type { Result } from '../../../src/pipeline/progress.ts';
import type { Run } from '../../../src/runs/run.ts';
import { footer } from '../../shared/footer.ts';
import { headline } from '../../shared/headline.ts';
import { programListing } from '../../shared/listing.ts';
import { isDry, retryLabel } from '../../shared/retry.ts';
import { type Shape, shapeOf } from '../../shared/shape.ts';
import { codeMessages } from './code.ts';
import { customId, runReference } from './custom-id.ts';
import { actionRow, button, container, emojiButton, fileComponent, fitted, literalLine, subtext, textDisplay } from './elements.ts';
import { MESSAGE_TEXT } from './limits.ts';
import type { DiscordFile, DiscordMessage } from './message.ts';
import { drawValue } from './value.ts';

/** With the footer it leaves room for a table of 20 rows across a screen. */
const SENTENCE = 1500;
const FOOTER = 300;
const LABELS = 50;
const SENTENCE_FILE = 'sentence.txt';

/** The answer in one message: its sentence, the data, what it took, and what a person can do next. Whatever it has no room for is in files. */
export function resultMessage(run: Run, event: Result): DiscordMessage {
	const shape = shapeOf(event.value, event.sentence);
	const said = sentenceOf(event, shape);
	const took = subtext(literalLine(footer(event.totals), FOOTER));
	const room = MESSAGE_TEXT - said.text.length - took.content.length - LABELS;
	const data = drawValue(shape, room);
	const parts: APIComponentInContainer[] = [
		...(said.text === '' ? [] : [textDisplay(said.text)]),
		...said.files.map(({ filename }) => fileComponent(filename)),
		...data.blocks,
		...data.files.map(({ filename }) => fileComponent(filename)),
		took,
		buttons(run, event),
	];
	return { components: [container(...parts)], files: [...said.files, ...data.files] };
}

/** What "Show program" posts. */
export function programMessages(run: Run, result: Result): readonly DiscordMessage[] {
	return codeMessages(programListing(run, result));
}

/** Empty where the data say it all. */
function sentenceOf({ sentence }: Result, shape: Shape): { readonly text: string; readonly files: readonly DiscordFile[] } {
	if (sentence.trim() === '') return { text: headline(shape), files: [] };
	const { text, whole } = fitted(sentence, SENTENCE);
	return { text, files: whole ? [] : [{ filename: SENTENCE_FILE, content: sentence.toWellFormed() }] };
}

function buttons(run: Run, event: Result) {
	const reference = runReference(run);
	const feedback = [emojiButton('👍', customId('up', reference)), emojiButton('👎', customId('down', reference))];
	return actionRow(
		...(event.program === '' ? [] : [button('Show program', customId('program', reference))]),
		button(retryLabel(event), customId('retry', reference)),
		...(isDry(event) ? [] : feedback),
	);
}
