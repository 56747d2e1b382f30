import { closureOf } from '../../src/repository/closure.ts';
import type { FunctionRecord } from '../../src/repository/function-record.ts';
import { isForgotten, isSame, isUsable, lastTransition } from '../../src/repository/function-state.ts';
import { type Command, type CommandServices, text } from '../command.ts';
import { count, nameList } from '../toolset/name-list.ts';
import { becauseOf, day, lastUse, purposeOf, sentence, successRate, times, usesOf } from './describe.ts';
import { functionNamed, NAME, usersOf, VERSION } from './existing.ts';
import { historyTable, versionsTable } from './history.ts';

export const functionsShow: Command = {
	path: ['functions', 'show'],
	summary: 'Show a stored function: its state and history, what it calls, where it came from, its source.',
	admin: false,
	audience: 'caller',
	options: [NAME, VERSION],
	async run(request, services) {
		const { record, versions } = await functionNamed(request, services);
		// What was asked, given and found may come from private conversations. A platform that does not say who is an admin has none here.
		const isAdmin = await request.user.isAdmin().catch(() => false);
		const facts = [
			headline(record, isAdmin),
			purposeOf(record),
			await nextStep(record, versions, services),
			`Calls: ${callsOf(record)}`,
			...(await usedBy(record, services)),
			usage(record),
			await provenance(record, services),
			...verification(record, isAdmin),
			...(isAdmin && record.questions.length > 0 ? [`Questions: ${record.questions.map((question) => `"${question}"`).join(', ')}`] : []),
		];
		return [
			text(facts.filter((fact) => fact !== '').join('\n')),
			...versionsTable(versions),
			await historyTable(record, isAdmin, services),
			{ kind: 'code', language: 'ts', code: record.source },
		];
	},
};

function headline(record: FunctionRecord, isAdmin: boolean): string {
	const last = lastTransition(record);
	return `**${record.name}** version ${record.version}: **${record.state}** since ${day(last.at)}, because: ${sentence(becauseOf(last, isAdmin))}`;
}

function verification({ examples }: FunctionRecord, isAdmin: boolean): readonly string[] {
	if (examples.length === 0) return [];
	if (!isAdmin) return [`Verified by replaying ${count(examples.length, 'recorded use')}`];
	return ['Verified by replaying:', ...examples.map(({ text }) => codeOf(text))];
}

/** Why one is not offered, and what can be done about it; nothing for one that is. */
async function nextStep(record: FunctionRecord, versions: readonly FunctionRecord[], services: CommandServices): Promise<string> {
	const { name, state, version } = record;
	const verify = `\`/functions verify ${name}\``;
	if (state === 'retired') {
		const others = isUsable(record) ? ' Functions that use it go on doing so.' : '';
		const which = versions.length > 1 ? ` --version ${version}` : '';
		return `It is not offered${isForgotten(record) ? ', and no function may use it' : ''}. \`/functions restore ${name}${which}\` (admins) brings it back if it passes verification.${others}`;
	}
	if (state !== 'quarantined') return waitsFor(record, services);
	switch (lastTransition(record).cause) {
		case 'import':
			return `It is not offered. When what it calls is connected, ${verify} (admins) offers it.`;
		case 'drift':
		case 'failures':
			return `It is not offered. The next question that needs it has it written anew, as another version; ${verify} (admins) brings this one back if it passes.`;
		default:
			return `It is not offered. Functions that use it go on doing so. If it was right after all, ${verify} (admins) brings it back.`;
	}
}

/** Of one that would be offered, were it not for what it uses. */
async function waitsFor(record: FunctionRecord, { functions }: CommandServices): Promise<string> {
	const load = (keys: FunctionRecord['uses']) => functions.getMany(record.workspaceId, keys);
	if ((await closureOf([record], load)).whole.length > 0) return '';
	const usable = (await load(record.uses)).filter(isUsable);
	const lost = record.uses.filter((key) => !usable.some((used) => isSame(used, key)));
	// A function further down otherwise, of which one of these tells.
	const named = nameList((lost.length > 0 ? lost : record.uses).map(({ name }) => name));
	return `It is not offered, because of what it uses: ${named}. \`/functions show\` says of those what can be done; the next question that needs it has it written anew.`;
}

function callsOf({ tools, uses }: FunctionRecord): string {
	const functions = uses.map(({ name, version }) => `\`${name}\` (version ${version})`);
	return [...tools.map(({ tool }) => codeOf(tool)), ...functions].join(', ') || 'nothing';
}

async function usedBy(record: FunctionRecord, services: CommandServices): Promise<string[]> {
	const users = await usersOf(record, services);
	return users.length === 0 ? [] : [`Used by: ${nameList(users)}`];
}

function usage(record: FunctionRecord): string {
	const uses = usesOf(record);
	const { disliked } = record.statistics;
	if (uses === 0) return 'Not used yet';
	return `Used ${times(uses)}, ${successRate(record)} with success, last ${lastUse(record)}${disliked ? `; disliked ${times(disliked)}` : ''}`;
}

async function provenance({ origin, createdAt, workspaceId }: FunctionRecord, { nameOf }: CommandServices): Promise<string> {
	if (origin.kind === 'answer') return `From the answer of run ${codeOf(origin.run)}, ${day(createdAt)}`;
	const by = nameOf ? await nameOf(workspaceId, origin.by) : origin.by;
	return `Imported from ${codeOf(origin.workspaceId)} by ${by}, ${day(createdAt)}`;
}

/** Values of APIs stand in it. */
function codeOf(content: string): string {
	return `\`${content.replaceAll('`', "'").replaceAll(/\s+/g, ' ')}\``;
}
