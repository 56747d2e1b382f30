import { UserError } from '../../src/errors.ts';
import { inOrderOfUse } from '../../src/repository/in-order-of-use.ts';
import { recordId, usedIds } from '../../src/repository/record-keys.ts';
import { type Verified, verifyStored } from '../../src/repository/standing/decide.ts';
import { type Command, type CommandServices, type Reply, type Request, text } from '../command.ts';
import { lineOf } from '../parse.ts';
import { optional } from '../toolset/existing.ts';
import { count } from '../toolset/name-list.ts';
import { asState, sentence, titleOf } from './describe.ts';
import { NAME, versionsNamed } from './existing.ts';

/** The answer to a command can be given for 15 minutes in Discord; nobody waits for it that long. */
const LIMIT_MS = 5 * 60_000;
const LISTED = 50;

const RESULTS: Readonly<Record<Verified['result'], string>> = {
	holds: 'passes',
	back: 'passes, and is offered again',
	left: 'passes, and stays quarantined',
	broken: 'does not pass, and is quarantined',
	unchecked: 'could not be verified',
};

const UNCHECKED = 'What could not be verified stays as it is: verify it again later. `/toolset list` shows which APIs are connected.';

export const functionsVerify: Command = {
	path: ['functions', 'verify'],
	summary: 'Check a stored function, or all, against the connected APIs and its recorded calls. No API is called.',
	admin: true,
	audience: 'caller',
	options: [
		{ ...NAME, description: 'its name in /functions list; all if left out', required: false },
		{ name: 'after', description: 'goes on behind this one, where there was no time for all', kind: 'value', internal: true },
	],
	run: (request, services) =>
		optional(request.options.name) === undefined ? verifyAll(request, services) : verifyNamed(request, services),
};

/** An admin who names one overrules what was said of it. */
async function verifyNamed(request: Request, services: CommandServices): Promise<Reply> {
	const versions = await versionsNamed(request, services);
	const looked = versions.filter(({ state }) => state !== 'retired');
	const name = String(request.options.name);
	if (looked.length === 0) {
		throw new UserError('not-allowed', `${name} is retired. /functions restore ${name} verifies it, and brings it back if it passes.`);
	}
	const tools = await services.functionChecks.toolsOf(request.workspaceId);
	const lines: string[] = [];
	for (const record of looked) {
		const verified = await verifyStored({ record, by: request.user.id, tools }, true, services.functionChecks);
		lines.push(`\`${titleOf(record, versions.length)}\` ${lineFor(verified)}`);
	}
	return [text(lines.join('\n'))];
}

function lineFor(verified: Verified): string {
	const { record, result } = verified;
	if ('reason' in verified) return sentence(`${RESULTS[result]}: ${verified.reason}`);
	return `${RESULTS[result]}: it fits what it calls, and gave the results of ${count(record.examples.length, 'recorded use')} again. It is ${asState(record.state)}.`;
}

async function verifyAll({ workspaceId, user, options }: Request, { functions, functionChecks }: CommandServices): Promise<Reply> {
	// So that what a broken one breaks is found.
	const unretired = (await functions.list(workspaceId)).filter(({ state }) => state !== 'retired');
	const all = inOrderOfUse(unretired, recordId, usedIds);
	const after = optional(options.after);
	const rest = all.slice(after === undefined ? 0 : all.findIndex((record) => recordId(record) === after) + 1);
	if (rest.length === 0) return [text('There is no function to verify: none is stored, or all are retired.')];
	const tools = await functionChecks.toolsOf(workspaceId);
	const until = performance.now() + LIMIT_MS;
	const done: Verified[] = [];
	for (const record of rest) {
		if (performance.now() > until) break;
		done.push(await verifyStored({ record, by: user.id, tools }, false, functionChecks));
	}
	const last = rest[done.length - 1];
	const left = rest.length - done.length;
	const next = last && left > 0 ? lineOf(functionsVerify, { after: recordId(last) }) : undefined;
	return [
		text(summaryOf(done)),
		...tableOf(done),
		...(done.some(({ result }) => result === 'unchecked') ? [text(UNCHECKED)] : []),
		...(next === undefined ? [] : [text(`There was no time for ${count(left, 'more function')}: \`${next}\` goes on.`)]),
	];
}

function summaryOf(done: readonly Verified[]): string {
	const parts = Object.entries(RESULTS).flatMap(([result, words]) => {
		const number = done.filter((verified) => verified.result === result).length;
		return number === 0 ? [] : [`${number.toLocaleString('en')} ${number === 1 ? words : pluralOf(words)}`];
	});
	return `Looked at ${count(done.length, 'function')}: ${parts.join('; ')}.`;
}

function pluralOf(words: string): string {
	return words
		.replace('passes', 'pass')
		.replace('does not', 'do not')
		.replace(/\bis\b/, 'are')
		.replace('stays', 'stay');
}

/** Those that do not simply pass. */
function tableOf(done: readonly Verified[]): Reply {
	const told = done.filter(({ result }) => result !== 'holds');
	if (told.length === 0) return [];
	const rows = told.slice(0, LISTED).map((verified) => {
		const reason = 'reason' in verified ? `: ${verified.reason}` : '';
		return [`${verified.record.name} v${verified.record.version}`, `${RESULTS[verified.result]}${reason}`];
	});
	const more = told.length > LISTED ? [text(`and ${told.length - LISTED} more: \`/functions list --state quarantined\``)] : [];
	return [{ kind: 'table', columns: ['function', 'result'], rows }, ...more];
}
