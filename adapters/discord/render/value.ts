import type { APITextDisplayComponent } from 'discord.js';
import { type DrawnValue, drawValue as draw, type Widgets } from '../../shared/draw-value.ts';
import type { Shape } from '../../shared/shape.ts';
import { leftOut } from '../../shared/shorten.ts';
import { fitted, literal, subtext, textDisplay } from './elements.ts';
import { drawTable } from './table.ts';

/** Of a list, or of the fields of an object, all together: a table below them keeps the rest. */
const LINES = 1200;
/** For what tells of a file and of the table below; the longest is the name of a field. */
const NOTES = 300;
const BULLET = '- ';

/** The data of an answer in at most `room` characters, of which it takes 900 at least; whatever is not shown whole is in a file. */
export function drawValue(shape: Shape, room: number): DrawnValue<APITextDisplayComponent> {
	return draw(shape, widgetsWithin(room - NOTES));
}

function widgetsWithin(room: number): Widgets<APITextDisplayComponent> {
	let left = room;
	const take = (block: APITextDisplayComponent) => {
		left -= block.content.length;
		return block;
	};
	return {
		text(text) {
			const { text: shown, whole } = fitted(text, left, leftOut);
			return { blocks: [take(textDisplay(shown))], whole };
		},
		table(columns, rows) {
			const table = drawTable(columns, rows, left);
			return { ...table, block: take(table.block) };
		},
		literal,
		firstThatFit(lines) {
			let cost = Math.min(left, LINES);
			return lines.filter((line) => {
				cost -= BULLET.length + line.length + 1;
				return cost >= 0;
			});
		},
		// Further lines of an entry belong to it when they are indented.
		list: (entries) => take(textDisplay(entries.map((entry) => `${BULLET}${entry.replaceAll('\n', '\n  ')}`).join('\n'))),
		lines: (lines) => take(textDisplay(lines.join('\n'))),
		note: (words, filename) => subtext(`${words} **${filename}**`),
	};
}
