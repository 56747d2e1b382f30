import type { Curve } from './curves.ts';

const HEIGHT = 420;
/** Of the axes. */
const FRAME = { left: 60, right: 620, top: 24, bottom: 370 };
const LEGEND = { x: 680, line: 18 };
/** Of a letter, about: legends are as wide as their longest line. */
const LETTER = 7.5;
/** Colours that people with any colour vision tell apart (Okabe and Ito 2008), without the yellow, which white swallows. */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#56B4E9', '#E69F00', '#000000'];
/** Marks on an axis, about. */
const TICKS = 5;

interface Axis {
	readonly most: number;
	readonly ticks: readonly number[];
}

/** An SVG picture: the cumulative success of each curve as a line, the functions stored as a dashed one of the same colour on the axis to the right. */
export function plotOf(title: string, success: string, curves: readonly Curve[]): string {
	const longest = Math.max(1, ...curves.flatMap(({ points }) => points.map(({ asked }) => asked)));
	const across = axisOf(longest);
	const stored = axisOf(Math.max(1, ...curves.flatMap(({ points }) => points.map(({ functions }) => functions))));
	const x = (asked: number) => scaled(asked, across.most, FRAME.left, FRAME.right);
	const width = Math.ceil(LEGEND.x + 40 + LETTER * Math.max(0, ...curves.map((curve) => nameOf(curve).length)));
	const growing = curves.some(hasFunctions);
	const drawn = curves.flatMap((curve, at) => linesOf(curve, COLOURS[at % COLOURS.length] ?? '#000000', x, stored));
	return `${[
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
		`<title>${escaped(title)}</title>`,
		`<rect width="${width}" height="${HEIGHT}" fill="#ffffff"/>`,
		...across.ticks.map((tick) => text(x(tick), FRAME.bottom + 18, 'middle', String(tick))),
		...[0, 20, 40, 60, 80, 100].flatMap((tick) => gridLine(tick)),
		...(growing ? stored.ticks.map((tick) => text(FRAME.right + 8, yOf(tick, stored.most) + 4, 'start', String(tick))) : []),
		`<path d="M${FRAME.left} ${FRAME.top}V${FRAME.bottom}H${FRAME.right}${growing ? `V${FRAME.top}` : ''}" fill="none" stroke="#333333"/>`,
		text((FRAME.left + FRAME.right) / 2, HEIGHT - 10, 'middle', 'tasks asked'),
		turned(16, `${success}, cumulative %`),
		...(growing ? [turned(FRAME.right + 44, 'functions stored (dashed)')] : []),
		...drawn,
		...curves.flatMap((curve, at) => legendLine(nameOf(curve), at)),
		'</svg>',
	].join('\n')}\n`;
}

function linesOf(curve: Curve, colour: string, x: (asked: number) => number, stored: Axis): string[] {
	const success = curve.points.map(({ asked, share }) => `${round(x(asked))},${round(yOf(100 * share, 100))}`);
	const functions = curve.points.map((point) => `${round(x(point.asked))},${round(yOf(point.functions, stored.most))}`);
	const line = (points: readonly string[], style: string) =>
		`<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" ${style}/>`;
	// One point makes no line.
	const [only] = success;
	const first =
		curve.points.length === 1 && only ? [`<circle cx="${only.split(',')[0]}" cy="${only.split(',')[1]}" r="3" fill="${colour}"/>`] : [];
	return [line(success, 'stroke-width="2"'), ...first, ...(hasFunctions(curve) ? [line(functions, 'stroke-dasharray="5 4"')] : [])];
}

function hasFunctions({ points }: Curve): boolean {
	return points.some(({ functions }) => functions > 0);
}

function gridLine(tick: number): string[] {
	const y = round(yOf(tick, 100));
	return [`<path d="M${FRAME.left} ${y}H${FRAME.right}" stroke="#dddddd"/>`, text(FRAME.left - 8, yOf(tick, 100) + 4, 'end', String(tick))];
}

/** With what it comes to: of lines that lie on one another only the last one is seen. */
function nameOf({ label, points }: Curve): string {
	const last = points.at(-1);
	return last ? `${label} ${(100 * last.share).toFixed(1)} %` : label;
}

function legendLine(label: string, at: number): string[] {
	const y = FRAME.top + 8 + at * LEGEND.line;
	const colour = COLOURS[at % COLOURS.length];
	return [`<path d="M${LEGEND.x} ${y}h18" stroke="${colour}" stroke-width="2"/>`, text(LEGEND.x + 24, y + 4, 'start', label)];
}

/** From 0 to a round number at or above `most`, in steps of 1, 2 or 5 times a power of ten, never a part of one. */
export function axisOf(most: number): Axis {
	const rough = most / TICKS;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = Math.max(1, ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power);
	const count = Math.ceil(most / step);
	return { most: count * step, ticks: Array.from({ length: count + 1 }, (_, at) => at * step) };
}

function yOf(value: number, most: number): number {
	return scaled(value, most, FRAME.bottom, FRAME.top);
}

function scaled(value: number, most: number, from: number, to: number): number {
	return from + (value / most) * (to - from);
}

function turned(x: number, label: string): string {
	const y = (FRAME.top + FRAME.bottom) / 2;
	return `<text x="${x}" y="${y}" text-anchor="middle" transform="rotate(-90 ${x} ${y})">${escaped(label)}</text>`;
}

function text(x: number, y: number, anchor: 'start' | 'middle' | 'end', label: string): string {
	return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(label)}</text>`;
}

function round(value: number): number {
	return Math.round(value * 10) / 10;
}

function escaped(label: string): string {
	return label.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
