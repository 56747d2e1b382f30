import { countOf, postsIn } from '../adapters/slack/people-see.ts';
import { type Message, visibleText } from '../simulators/slack/slack.ts';
import type { Fault } from './fault.ts';
import type { FaultWorld } from './fault-world.ts';
import { ANSWER } from './ordering-model.ts';
import { OPERATIONS, type Operation } from './shop.ts';
import type { Journalled } from './stored-state.ts';

/** A question that is being answered while something goes wrong. */
export interface CaseView {
	readonly world: FaultWorld;
	/** What it is about, and no other question. */
	readonly item: string;
	/** The question itself, which begins its thread. */
	readonly message: Message;
	readonly fault: Fault | undefined;
	/** What only the asker could see, before they asked. */
	readonly whispersBefore: number;
	/** Lines of the logs. */
	readonly errorsBefore: ReadonlySet<string>;
	/** Keys of what was held: an earlier question may have been left undone. */
	readonly holdsBefore: ReadonlySet<string>;
	/** How it stood each time a process had ended. */
	readonly deaths: readonly Standing[];
}

/** What was done by a moment. */
export interface Standing {
	readonly journal: Journalled;
	readonly counts: Counts;
}

/** Requests that the model and the shop have got, by stage and by operation. */
export type Counts = Readonly<Record<string, number>>;

export const STAGES = ['scaffold', 'plan', 'implement', 'reflect'] as const;

export async function standingOf(view: CaseView): Promise<Standing> {
	const run = await runOf(view);
	// The journal first: what it holds was asked by then.
	const journal = run === undefined ? { steps: [], calls: [] } : await view.world.stored.journal(run);
	return { journal, counts: countsOf(view) };
}

export function countsOf({ world, item }: CaseView): Counts {
	const stages = STAGES.map((stage) => [stage, world.asked(stage, item)] as const);
	const operations = Object.keys(OPERATIONS).map((name) => [name, world.shop.count(name as Operation, item)] as const);
	return Object.fromEntries([...stages, ...operations]);
}

export function runOf({ world, message }: CaseView): Promise<string | undefined> {
	return world.stored.runOf(`slack:${world.slack.team}`, `${message.channel}/${message.ts}`);
}

/** Messages that end the question for the asker. */
export interface Endings {
	readonly answers: number;
	readonly failures: number;
	/** Said to the asker alone: the question was not accepted. */
	readonly refusals: number;
}

export function endingsIn({ world, message, whispersBefore }: CaseView): Endings {
	const { slack, asker } = world;
	const [answers, failures] = [countOf(slack, message, ANSWER), countOf(slack, message, /^Reference /m)];
	// What is whispered later is about a click on it.
	const card = postsIn(slack, message).find((post) => visibleText(post).includes('May the program'))?.ts ?? '~';
	const whispers = slack.ephemerals(asker).slice(whispersBefore);
	const refusals = whispers.filter(({ ts }) => ts < card).length;
	return { answers, failures, refusals };
}

/** The thread as the asker reads it. */
export function threadText({ world, message }: CaseView): string {
	return postsIn(world.slack, message).map(visibleText).join('\n---\n');
}
