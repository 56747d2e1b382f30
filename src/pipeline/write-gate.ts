import type { PendingWrite, WriteDecision } from '../conversation.ts';
import { UserError } from '../errors.ts';
import { hashJson } from '../json.ts';
import type { CallGate, Journal } from '../runs/journal.ts';
import { refusedMessage } from '../runs/stopped-message.ts';
import type { ProgramRun, ToolCall } from '../sandbox/outcome.ts';
import { approvalOf } from '../toolset/policy.ts';
import type { Tool, Toolset } from '../toolset/tool.ts';
import type { Toolbox } from './toolbox.ts';
import type { AnswerServices, Work } from './work.ts';

/** Thrown in place of a call that is not made because nothing shall be changed. */
export class CallWithheld extends Error {
	override readonly name = 'CallWithheld';
}

type Clock = Parameters<ProgramRun['callTool']>[1];

/** Done once somebody has wished for a dry run. */
const DRY_RUN_STEP = 'dry-run';

/** Whether somebody has wished for a dry run of this run, in whichever process. */
export async function wishedDry(journal: Journal): Promise<boolean> {
	return (await journal.finished<true>(DRY_RUN_STEP)) === true;
}

/** What it takes of the work: `dryRun` and `withheld` are kept in it. */
export type GatedWork = Pick<Work, 'run' | 'journal' | 'dryRun' | 'withheld'> & {
	readonly services: Pick<AnswerServices, 'confirmWrite' | 'toolboxOf'>;
	readonly toolbox: Pick<Toolbox, 'toolsetOf'>;
};

export interface GatedProgram {
	/** Numbers the programs of the run, as in the journal. */
	readonly attempt: number;
	/** As the model wrote it, for the line that makes a call. */
	readonly source: string;
}

/** A call, and where it goes: a write through its toolset as that is now, since an admin may have changed it while somebody was asked. */
export interface GatedCall extends Required<CallGate> {
	readonly target: Target;
}

interface Target {
	readonly tool: Tool;
	readonly toolset: Toolset;
}

/**
 * Decides about each call before it goes out: what the policy lets pass does, about everything else a person is asked, and their answer is journalled
 * before anything is sent. It is good for one call, and for the request that they were shown: an equal one of the same program, or of a repaired one, is
 * asked about anew. Throws `not-allowed` when they refuse, and when the toolset no longer has this call or makes another request of it by then. Throws
 * CallWithheld when it is to be listed and not sent: in a dry run all that asks for approval, and after somebody wished for one everything from there on,
 * with whatever else is being asked about just then.
 *
 * Takes every call of a program, in their order, as the journal does: equal ones are told apart by how many came before.
 */
export function createWriteGate(
	work: GatedWork,
	{ attempt, source }: GatedProgram,
	signal: AbortSignal,
): (tool: Tool, call: ToolCall, clock: Clock) => GatedCall {
	const { run, services, journal } = work;
	const dry = new AbortController();
	const made = new Map<string, number>();

	const isFree = (tool: Tool) => {
		const approval = approvalOf(tool);
		if (work.dryRun) return approval === 'none' && tool.effect === 'read';
		return approval === 'none' || run.allowWrites;
	};
	const withhold = (write: PendingWrite): never => {
		work.dryRun = true;
		work.withheld = [...work.withheld, write];
		dry.abort();
		throw new CallWithheld(write.tool);
	};
	const confirm = async (write: PendingWrite, clock: Clock): Promise<WriteDecision> => {
		const goOn = clock.pause();
		try {
			const said = await services.confirmWrite(run, write, AbortSignal.any([signal, dry.signal]));
			if (said === 'dry-run') {
				work.dryRun = true;
				// For whoever goes on with the run: what is not asked about must not go out there before this is asked again.
				await journal.step(DRY_RUN_STEP, async () => true);
			}
			return said;
		} catch (error) {
			if (dry.signal.aborted && !signal.aborted) return 'dry-run';
			throw error;
		} finally {
			goOn();
		}
	};
	const stepOf = (call: string) => {
		const before = made.get(call) ?? 0;
		made.set(call, before + 1);
		return `approval-${attempt}-${call}-${before}`;
	};
	return (tool, call, clock) => {
		const hash = hashJson([call.tool, call.args]);
		const step = stepOf(hash);
		let target: Target = { tool, toolset: work.toolbox.toolsetOf(tool) };
		return {
			allow,
			resend,
			get target() {
				return target;
			},
		};

		/** The call as it would be made now. */
		async function pending(): Promise<PendingWrite> {
			const toolbox = await services.toolboxOf(run.workspaceId);
			const current = toolbox.tools.get(call.tool);
			if (!current) throw changed(call.tool, 'was blocked or disconnected');
			target = { tool: current, toolset: toolbox.toolsetOf(current) };
			return pendingWrite(target, call, source);
		}

		async function mustStillBe(shown: PendingWrite): Promise<void> {
			const now = await pending();
			const isStricter = now.secondLook === true && shown.secondLook !== true;
			if (requestHash(now) !== requestHash(shown) || isStricter) throw changed(call.tool, 'was changed');
		}

		async function allow(): Promise<void> {
			if (tool.effect === 'read' && isFree(tool)) return;
			const write = await pending();
			if (isFree(target.tool)) return;
			if (work.dryRun) withhold(write);
			const said = await journal.step(`${step}-${requestHash(write)}`, () => confirm(write, clock));
			if (said === 'dry-run') withhold(write);
			if (said === 'allowed') return mustStillBe(write);
			throw new UserError('not-allowed', refusedMessage(`${write.method} ${write.url}`, journal.changes()));
		}

		async function resend(): Promise<boolean> {
			const write: PendingWrite = { ...(await pending()), uncertain: true };
			if (work.dryRun) return withhold(write);
			// A no holds for all programs of the run. A yes is not journalled: it is good for one sending, and this one may be cut off, too.
			const no = `not-again-${hash}`;
			if (await journal.finished<true>(no)) return false;
			const said = await confirm(write, clock);
			if (said === 'refused') await journal.step(no, async () => true);
			if (said === 'dry-run') return withhold(write);
			if (said === 'allowed') await mustStillBe(write);
			return said === 'allowed';
		}
	};
}

const LINE_CHARACTERS = 200;

/** Of what a person decides about: the request itself, and what it may change. */
function requestHash({ method, url, headers = {}, body = null, effect }: PendingWrite): string {
	return hashJson([method, url, headers, body, effect]);
}

function changed(tool: string, how: string): UserError {
	return new UserError('not-allowed', `${tool} ${how} while the question was being answered, so the call was not sent. Ask again.`);
}

function pendingWrite({ tool, toolset }: Target, call: ToolCall, source: string): PendingWrite {
	const text = call.line === undefined ? undefined : source.split('\n')[call.line - 1]?.trim().slice(0, LINE_CHARACTERS);
	return {
		...toolset.preview(tool, call.args),
		tool: call.tool,
		effect: tool.effect,
		...(approvalOf(tool) === 'ask-twice' && { secondLook: true }),
		...(call.line !== undefined && text ? { line: { number: call.line, text } } : {}),
	};
}
