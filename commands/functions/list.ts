import { UserError } from '../../src/errors.ts';
import type { FunctionRecord, FunctionState } from '../../src/repository/function-record.ts';
import { type Command, type Request, text } from '../command.ts';
import { lineOf } from '../parse.ts';
import { optional } from '../toolset/existing.ts';
import { byUse, COLUMNS, namesOf, rowOf, STATES } from './describe.ts';

const PAGE = 20;

export const functionsList: Command = {
	path: ['functions', 'list'],
	summary: 'Show the functions that earlier answers left behind, the most used first.',
	admin: false,
	audience: 'caller',
	options: [
		{ name: 'page', description: `which ${PAGE} of them; the first if left out`, kind: 'word' },
		{ name: 'state', description: 'only those in this state: trusted, candidate, quarantined or retired', kind: 'value', choices: STATES },
	],
	async run({ workspaceId, options }, { functions }) {
		const records = await functions.list(workspaceId);
		if (records.length === 0) return [text('No function is stored yet. Every program that answers a question leaves its functions here.')];
		const state = stateOf(options);
		const counts = countsOf(records);
		const rows = state === undefined ? rowsByName(records) : rowsInState(records, state);
		if (rows.length === 0) return [text(`${counts}. ${state === undefined ? RETIRED : `None is ${state}.`}`)];
		const page = pageOf(rows, options);
		const start = (page.number - 1) * PAGE;
		const shown = rows.slice(start, start + PAGE).map(({ record, versions }) => rowOf(record, versions));
		const hidden = state === undefined ? hiddenWords(records.length - rows.length) : [];
		return [text(`${counts}.`), { kind: 'table', columns: COLUMNS, rows: shown }, ...hidden, ...footer(page, options)];
	},
};

const RETIRED = '`/functions list --state retired` shows what is offered no more.';

/** The counts above the table are of all. */
function hiddenWords(number: number) {
	if (number === 0) return [];
	const those = number === 1 ? '1 more is retired or another version' : `${number.toLocaleString('en')} more are retired or other versions`;
	return [text(`${those} of these: \`/functions list --state <state>\` lists all that are in a state.`)];
}

interface Row {
	readonly record: FunctionRecord;
	/** How many the name has. */
	readonly versions: number;
}

/** The version that each name stands for, without names that are retired. */
function rowsByName(records: readonly FunctionRecord[]): readonly Row[] {
	const names = new Map(namesOf(records.filter(({ state }) => state !== 'retired')).map(({ record }) => [record.name, record]));
	const counts = versionCounts(records);
	return byUse([...names.values()]).map((record) => ({ record, versions: counts.get(record.name) ?? 1 }));
}

/** Every version: whoever looks for what is quarantined means those, too, that another version stands in for. */
function rowsInState(records: readonly FunctionRecord[], state: FunctionState): readonly Row[] {
	const counts = versionCounts(records);
	const found = records.filter((record) => record.state === state);
	return byUse(found).map((record) => ({ record, versions: counts.get(record.name) ?? 1 }));
}

function versionCounts(records: readonly FunctionRecord[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const { name } of records) counts.set(name, (counts.get(name) ?? 0) + 1);
	return counts;
}

/** `12 trusted, 30 candidates, 2 quarantined`, without states that nothing is in. */
function countsOf(records: readonly FunctionRecord[]): string {
	const counted = STATES.flatMap((state) => {
		const count = records.filter((record) => record.state === state).length;
		const word = state === 'candidate' && count !== 1 ? 'candidates' : state;
		return count === 0 ? [] : [`${count.toLocaleString('en')} ${word}`];
	});
	return counted.join(', ');
}

function stateOf({ state }: Request['options']): FunctionState | undefined {
	const given = optional(state)?.toLowerCase();
	if (given === undefined) return undefined;
	const found = STATES.find((known) => known === given || `${known}s` === given);
	if (found) return found;
	throw new UserError('bad-input', `No function can be "${given}". The states are ${STATES.join(', ')}.`);
}

interface Page {
	/** From 1. */
	readonly number: number;
	readonly pages: number;
}

/** Throws `bad-input` for a page there is not. A state is easily taken for one. */
function pageOf(rows: readonly Row[], { page: given }: Request['options']): Page {
	const pages = Math.ceil(rows.length / PAGE);
	const number = optional(given) === undefined ? 1 : Number(given);
	if (Number.isInteger(number) && number >= 1 && number <= pages) return { number, pages };
	const state = STATES.find((known) => known === String(given).toLowerCase());
	if (state) throw new UserError('bad-input', `Those that are ${state} are listed by /functions list --state ${state}`);
	const there = pages === 1 ? 'one page: leave the page out.' : `${pages.toLocaleString('en')} pages: give a number from 1 to ${pages}.`;
	throw new UserError('bad-input', `The list has ${there}`);
}

function footer({ number, pages }: Page, options: Request['options']) {
	if (pages === 1) return [];
	const next = number === pages ? '' : `; \`${lineOf(functionsList, { ...options, page: String(number + 1) })}\` shows the next`;
	return [text(`Page ${number} of ${pages.toLocaleString('en')}${next}.`)];
}
