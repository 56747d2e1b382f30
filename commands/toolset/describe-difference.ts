import type { FunctionRecord } from '../../src/repository/function-record.ts';
import { isOffered } from '../../src/repository/function-state.ts';
import type { Drift } from '../../src/repository/verification/drift.ts';
import { type ChangedPart, serverOf, type ToolChange, type ToolsetDifference } from '../../src/toolset/difference.ts';
import { type Policy, ruleOf } from '../../src/toolset/policy.ts';
import { type ReplyBlock, text } from '../command.ts';
import { LISTED } from './describe-toolset.ts';
import { count, nameList } from './name-list.ts';

/** What a refresh changes, a tool a row. */
export function differenceTable({ added, removed, changed, reworded }: ToolsetDifference, policy: Policy): ReplyBlock[] {
	const rows = [
		...removed.map((tool) => ['gone', tool.name, tool.origin]),
		...changed.map((change) => ['changed', change.after.name, change.parts.map((part) => partWords(part, change, policy)).join('; ')]),
		...added.map((tool) => ['new', tool.name, `${tool.origin}; ${tool.effect}, ${ruleOf(tool, policy)}`]),
		...reworded.map((tool) => ['reworded', tool.name, 'summary or description']),
	];
	if (rows.length === 0) return [];
	const more = rows.length > LISTED ? [text(`and ${rows.length - LISTED} more.`)] : [];
	return [{ kind: 'table', columns: ['tool', 'name', 'what'], rows: rows.slice(0, LISTED) }, ...more];
}

function partWords(part: ChangedPart, { before, after }: ToolChange, policy: Policy): string {
	if (part === 'name') return `was ${before.name}`;
	if (part === 'operation') return `${before.origin} → ${after.origin}`;
	if (part === 'effect') return `${before.effect} → ${after.effect}`;
	return part === 'rule' ? `rule ${ruleOf(before, policy)} → ${ruleOf(after, policy)}` : part;
}

/** `2 tools are gone, 1 is new, 3 changed` */
export function differenceWords({ added, removed, changed, reworded }: ToolsetDifference): string {
	const parts = [
		removed.length > 0 && `${count(removed.length, 'tool')} gone`,
		changed.length > 0 && `${count(changed.length, 'tool')} changed`,
		added.length > 0 && `${count(added.length, 'tool')} new`,
		reworded.length > 0 && `${count(reworded.length, 'tool')} reworded`,
	];
	return parts.filter((part) => part !== false).join(', ') || 'no tool changed';
}

/** What an admin should know besides the tools, a line each. `credential` is its description, where calls carry one. */
export function consequences(difference: ToolsetDifference, drift: Drift, credential: string | undefined): string[] {
	const { address, title, ruledAndGone, isElsewhere, loosened } = difference;
	const carried = credential === undefined ? '' : `, with the credential (${credential})`;
	const lines = [
		isElsewhere && address && `Calls go to **${serverOf(address.to)}** instead of ${serverOf(address.from)}${carried}.`,
		!isElsewhere && address && `Calls go to ${address.to} instead of ${address.from}.`,
		title && `The document is called **${title.to}** now, formerly ${title.from}.`,
		loosened.length > 0 && `Fewer questions are asked before calls of ${nameList(loosened.map(({ after }) => after.name))}.`,
		ruledAndGone.length > 0 && `The policy still has rules for ${nameList(ruledAndGone)}, which are no tools any more.`,
		...driftLines(drift),
	];
	return lines.filter((line) => typeof line === 'string');
}

/** Broken functions are told with why, so not as many as names alone: a question has room for 1,500 characters in Discord. */
const EXPLAINED = 5;
const REASON_CHARACTERS = 120;

/** What it does to stored functions, a line each kind. */
function driftLines({ broken, fitting }: Drift): string[] {
	const explained = broken.slice(0, EXPLAINED).map(({ record, reason }) => `\`${record.name}\` (${shortened(reason)})`);
	const more = broken.length - explained.length;
	const whole = `${explained.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
	const namesOf = (meant: (record: FunctionRecord) => boolean) => [
		...new Set(fitting.filter(({ record }) => meant(record)).map(({ record }) => record.name)),
	];
	const still = namesOf(isOffered);
	const again = namesOf(({ state }) => state === 'quarantined');
	return [
		...(broken.length > 0 ? [`Quarantines ${whole}: not offered any more, and written anew when a question needs it.`] : []),
		...(still.length > 0 ? [`Not affected: ${nameList(still)}.`] : []),
		...(again.length > 0 ? [`Offered again: ${nameList(again)}.`] : []),
	];
}

function shortened(reason: string): string {
	const line = reason.replace(/\.$/, '');
	return line.length > REASON_CHARACTERS ? `${line.slice(0, REASON_CHARACTERS)}…` : line;
}
