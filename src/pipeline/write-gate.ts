import type { PendingWrite, WriteDecision } from '../conversation.ts';
import { UserError } from '../errors.ts';
import { hashJson } from '../json.ts';
import type { CallGate } from '../runs/journal.ts';
import { refusedMessage } from '../runs/stopped-message.ts';
import type { ProgramRun, ToolCall } from '../sandbox/outcome.ts';
import { approvalOf } from '../toolset/policy.ts';
import type { Tool } from '../toolset/tool.ts';
import type { Toolbox } from './toolbox.ts';
import type { AnswerServices, Work } from './work.ts';

/** Thrown in place of a call that is not made because nothing shall be changed. */
export class CallWithheld extends Error {
	override readonly name = 'CallWithheld';
}

type Clock = Parameters<ProgramRun['callTool']>[1];

/** What it takes of the work: `dryRun` and `withheld` are kept in it. */
export type GatedWork = Pick<Work, 'run' | 'journal' | 'dryRun' | 'withheld'> & {
	readonly services: Pick<AnswerServices, 'confirmWrite'>;
	readonly toolbox: Pick<Toolbox, 'toolsetOf'>;
};

export interface GatedProgram {
	/** Numbers the programs of the run, as in the journal. */
	readonly attempt: number;
	/** As the model wrote it, for the line that makes a call. */
	readonly source: string;
}

/**
 * Decides about each call before it goes out: what the policy lets pass does, about everything else a person is asked, and their answer is journalled
 * before anything is sent. It is good for one call: an equal one of the same program, or of a repaired one, is asked about anew. Throws `not-allowed`
 * when they refuse, and CallWithheld when it is to be listed and not sent: in a dry run all that asks for approval, and after somebody wished for one
 * everything from there on, with whatever else is being asked about just then.
 *
 * Takes every call of a program, in their order, as the journal does: equal ones are told apart by how many came before.
 */
export function createWriteGate(
	work: GatedWork,
	{ attempt, source }: GatedProgram,
	signal: AbortSignal,
): (tool: Tool, call: ToolCall, clock: Clock) => Required<CallGate> {
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
			return await services.confirmWrite(run, write, AbortSignal.any([signal, dry.signal]));
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
		return { allow, resend };

		async function allow(): Promise<void> {
			if (isFree(tool)) return;
			const write = pendingWrite(work, tool, call, source);
			if (work.dryRun) withhold(write);
			const said = await journal.step(step, () => confirm(write, clock));
			if (said === 'dry-run') withhold(write);
			if (said === 'allowed') return;
			throw new UserError('not-allowed', refusedMessage(`${write.method} ${write.url}`, journal.changes()));
		}

		async function resend(): Promise<boolean> {
			const write: PendingWrite = { ...pendingWrite(work, tool, call, source), uncertain: true };
			if (work.dryRun) return withhold(write);
			// A no holds for all programs of the run. A yes is not journalled: it is good for one sending, and this one may be cut off, too.
			const no = `not-again-${hash}`;
			if (await journal.finished<true>(no)) return false;
			const said = await confirm(write, clock);
			if (said === 'refused') await journal.step(no, async () => true);
			return said === 'dry-run' ? withhold(write) : said === 'allowed';
		}
	};
}

const LINE_CHARACTERS = 200;

function pendingWrite({ toolbox }: GatedWork, tool: Tool, call: ToolCall, source: string): PendingWrite {
	const text = call.line === undefined ? undefined : source.split('\n')[call.line - 1]?.trim().slice(0, LINE_CHARACTERS);
	return {
		...toolbox.toolsetOf(tool).preview(tool, call.args),
		tool: call.tool,
		effect: tool.effect,
		...(approvalOf(tool) === 'ask-twice' && { secondLook: true }),
		...(call.line !== undefined && text ? { line: { number: call.line, text } } : {}),
	};
}
