import { median, percentile } from '../speed/report.ts';
import type { Measurement } from './measure-document.ts';

export type Loaded = Extract<Measurement, { kind: 'loaded' }>;

/** A document and what type-checking its declarations said; undefined where that was not asked. */
export interface Checked {
	readonly measurement: Measurement;
	readonly typeErrors?: readonly string[];
}

const COLUMNS = ['operations', 'tools', 'refused', 'paged', 'ms', 'tokens', 'p95', 'types'];

/** One line a document: its operations, tools, refusals, milliseconds, and tokens of a declaration (median and 95th percentile). */
export function documentTable(checked: readonly Checked[]): string {
	const head = `${'document'.padEnd(28)}${COLUMNS.map((column) => column.padStart(11)).join('')}`;
	return [head, ...checked.map(documentRow)].join('\n');
}

function documentRow({ measurement, typeErrors }: Checked): string {
	const name = measurement.name.slice(0, 27).padEnd(28);
	if (measurement.kind !== 'loaded') return `${name}${measurement.kind}: ${measurement.reason}`;
	const { operations, tools, skipped, paged, ms, tokens } = measurement;
	const types = typeErrors === undefined ? '' : typeErrors.length === 0 ? 'right' : `${typeErrors.length} wrong`;
	const cells = [operations, tools, skipped.length, paged, Math.round(ms), median(tokens), percentile(tokens, 0.95), types];
	return `${name}${cells.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell).padStart(11)).join('')}`;
}

/** What many documents come to, and every one that failed by name. */
export function summary(title: string, checked: readonly Checked[]): string {
	const loaded = checked.flatMap(({ measurement }) => (measurement.kind === 'loaded' ? [measurement] : []));
	const others = checked.flatMap(({ measurement }) => (measurement.kind === 'loaded' ? [] : [measurement]));
	const tokens = loaded.flatMap((document) => document.tokens);
	const lost = loaded.filter(({ operations, tools, skipped }) => operations > tools + skipped.length);
	const wrong = checked.filter(({ typeErrors = [] }) => typeErrors.length > 0);
	const sum = (of: (document: Loaded) => number) => loaded.reduce((total, document) => total + of(document), 0).toLocaleString('en');
	return [
		`${title}: ${checked.length} documents, ${loaded.length} load, ${count(others, 'refused')} refused, ${count(others, 'crashed')} crashed`,
		`  ${sum(({ operations }) => operations)} operations, ${sum(({ tools }) => tools)} tools (${sum(({ paged }) => paged)} paged), ${sum(({ skipped }) => skipped.length)} refused with a reason, ${lost.length} documents with operations unaccounted for`,
		`  tokens of a declaration: median ${median(tokens)}, 95th percentile ${percentile(tokens, 0.95)}, most ${tokens.reduce((most, each) => Math.max(most, each), 0)}`,
		`  milliseconds of a document: median ${median(loaded.map(({ ms }) => ms)).toFixed(1)}; slowest: ${slowest(loaded)}`,
		`  declarations with type errors: ${wrong.length} of ${checked.filter(({ typeErrors }) => typeErrors !== undefined).length} checked`,
		...wrong.slice(0, 20).map(({ measurement, typeErrors = [] }) => `    ${measurement.name}: ${typeErrors[0]}`),
		...grouped(
			'operations refused because',
			loaded.flatMap(({ name, skipped }) => skipped.map(({ reason }) => ({ name, reason }))),
		),
		...grouped(
			'documents refused',
			others.map(({ name, kind, reason }) => ({ name, reason: `${kind}: ${reason}` })),
		),
		...lost.map(
			({ name, operations, tools, skipped }) =>
				`  unaccounted for: ${name} has ${operations}, ${tools} tools and ${skipped.length} refused`,
		),
	].join('\n');
}

function count(others: readonly Measurement[], kind: Measurement['kind']): number {
	return others.filter((measurement) => measurement.kind === kind).length;
}

function slowest(loaded: readonly Loaded[]): string {
	const sorted = [...loaded].sort((a, b) => b.ms - a.ms).slice(0, 5);
	return sorted.map(({ name, ms }) => `${name} ${Math.round(ms).toLocaleString('en')}`).join(', ');
}

/** Each reason once, with how often it was given and the documents it was given in. */
function grouped(title: string, failures: readonly { readonly name: string; readonly reason: string }[]): string[] {
	const groups = [...Map.groupBy(failures, ({ reason }) => reason)].sort(([, a], [, b]) => b.length - a.length);
	return groups.map(([reason, group]) => {
		const names = [...new Set(group.map(({ name }) => name))];
		const more = names.length > 12 ? `, and ${names.length - 12} more` : '';
		return `  ${title}: ${reason}\n    ${group.length} in ${names.length} documents: ${names.slice(0, 12).join(', ')}${more}`;
	});
}
