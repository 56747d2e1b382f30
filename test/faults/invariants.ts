import { hasButton, postsIn, shownIn } from '../adapters/slack/people-see.ts';
import { type CaseView, countsOf, endingsIn, runOf, STAGES, standingOf, threadText } from './case-view.ts';
import type { DecidingAsker } from './deciding-asker.ts';
import { kills } from './fault.ts';
import type { Hold } from './stored-state.ts';

/** Longer than any process that gives no sign of life keeps something. */
const LEASE_MS = 20_000;
/** What the log says of the faults that are made here, and Bolt of a delivery that was not written down. */
const INJECTED =
	/disk is full|disk of the bot's database is full|ECONNRESET|Redis cannot be reached|Bolt processed an event|event was not acknowledged/;
const WRITES = ['makeOrder', 'noteOrder'] as const;

/** What is left of a question that has ended and should not be, each in a line. */
export async function remains(view: CaseView): Promise<readonly string[]> {
	const { world, message } = view;
	const { slack, stored, slots } = world;
	const run = await runOf(view);
	const records = run === undefined ? [] : await stored.leftovers(run);
	const alive = slots.flatMap(({ bot }) => bot?.child.pid ?? []);
	const isLeft = ({ key, owner, leftMs }: Hold) =>
		!view.holdsBefore.has(key) && (leftMs > LEASE_MS || alive.includes(Number(owner.split(':')[1])));
	const holds = (await stored.holds()).filter(isLeft).map(({ key }) => `hold ${key}`);
	const shown = postsIn(slack, message).flatMap((post) => [
		...(hasButton(post, 'Stop') ? ['a status message'] : []),
		...(hasButton(post, 'Approve') || hasButton(post, 'Send again') ? ['a card that asks'] : []),
	]);
	const status = slack.status(message) === '' ? [] : [`the status ${slack.status(message)}`];
	const session = slack.sessions().find(({ thread_ts: ts }) => ts === message.ts);
	const working = session?.status === 'processing' ? ['a session that is processing'] : [];
	return [...records, ...holds, ...(await stored.undelivered()), ...shown, ...status, ...working].map((what) => `left behind: ${what}`);
}

/** The invariants that do not hold of a question that has ended, each in a line. */
export async function violations(view: CaseView, asker: DecidingAsker): Promise<readonly string[]> {
	return [
		...wrongEndings(view, asker),
		...repeatedMessages(view),
		...wrongWrites(view),
		...(await repeatedWork(view)),
		...loggedErrors(view),
		...(await remains(view)),
	];
}

/** One answer or one failure; after a mere kill an answer, unless the asker was asked what nobody could know. */
function wrongEndings(view: CaseView, { declined }: DecidingAsker): string[] {
	const { answers, failures, refusals } = endingsIn(view);
	const all = answers + failures + refusals;
	const counted = `${answers} answers, ${failures} failures, ${refusals} refusals`;
	if (all !== 1) return [`${counted}:\n${threadText(view)}`];
	const mayFail = view.fault !== undefined && (!kills(view.fault) || declined.size > 0);
	return answers === 1 || mayFail ? [] : [`no answer after a kill: ${counted}:\n${threadText(view)}`];
}

function repeatedMessages({ world, message }: CaseView): string[] {
	const { slack } = world;
	const marks = postsIn(slack, message).flatMap(({ blocks }) => blocks.map(({ block_id: id }) => id).filter((id) => id.startsWith('tc.')));
	const files = slack.files().flatMap((file) => (file.thread_ts === message.ts ? [`file ${file.name}`] : []));
	const texts = shownIn(slack, message).filter((text) => !text.includes('May the program'));
	return [...repeated(marks), ...repeated(files), ...repeated(texts)].map((what) => `shown twice: ${what}`);
}

function repeated(all: readonly string[]): string[] {
	return [...new Set(all.filter((each, index) => all.indexOf(each) !== index))];
}

/** Each write at most once, and the order once when the answer tells of it. */
function wrongWrites(view: CaseView): string[] {
	const counts = countsOf(view);
	const repeats = WRITES.filter((write) => (counts[write] ?? 0) > 1).map((write) => `${write} reached the shop ${counts[write]} times`);
	const made = endingsIn(view).answers === 0 || counts.makeOrder === 1 ? [] : ['the answer tells of an order that the shop has never got'];
	return [...repeats, ...made];
}

/** What was journalled when a process ended is not asked again: every later request is of a step that was journalled later. */
async function repeatedWork(view: CaseView): Promise<string[]> {
	const { journal: known, counts: now } = await standingOf(view);
	const isOf = (stage: string) => (step: string) => /^model-\d+-/.test(step) && step.endsWith(`-${stage}`);
	return view.deaths.flatMap(({ journal, counts }) => {
		const grown = (name: string) => (now[name] ?? 0) - (counts[name] ?? 0);
		const stages = STAGES.filter(
			(stage) => grown(stage) > known.steps.filter(isOf(stage)).length - journal.steps.filter(isOf(stage)).length,
		);
		const operations = journal.calls.map((tool) => tool.slice(tool.indexOf('.') + 1)).filter((operation) => grown(operation) > 0);
		return [...stages, ...operations].map(
			(name) => `${name} was journalled, and asked again: ${counts[name]} requests became ${now[name]}`,
		);
	});
}

function loggedErrors({ world, errorsBefore, fault }: CaseView): string[] {
	const lines = world.slots.flatMap((slot) => slot.errors());
	const isExpected = (line: string) => fault?.place === 'storage' && !kills(fault) && INJECTED.test(line);
	return lines.filter((line) => !errorsBefore.has(line) && !isExpected(line)).map((line) => `logged: ${line.slice(0, 600)}`);
}
