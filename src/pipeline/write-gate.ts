import type { PendingWrite } from '../conversation.ts';
import { UserError } from '../errors.ts';
import { hashJson } from '../json.ts';
import type { CallGate } from '../runs/journal.ts';
import type { ProgramRun, ToolCall } from '../sandbox/outcome.ts';
import { approvalOf } from '../toolset/policy.ts';
import type { Tool } from '../toolset/tool.ts';
import type { Work } from './work.ts';

/** Thrown in place of a call that is not made because nothing shall be changed. */
export class CallWithheld extends Error {
	override readonly name = 'CallWithheld';
}

type Clock = Parameters<ProgramRun['callTool']>[1];

/**
 * Decides about each call before it goes out: what the policy lets pass does, about everything else a person is asked, once for each exact call; their
 * answer is journalled before anything is sent. Throws `not-allowed` when they refuse, and CallWithheld when it is to be listed and not sent: in a dry
 * run all that asks for approval, and after somebody wished for one everything from there on.
 *
 * @param source the program as the model wrote it, for the line that makes a call
 */
export function createWriteGate(
	work: Work,
	source: string,
	signal: AbortSignal,
): (tool: Tool, call: ToolCall, clock: Clock) => Required<CallGate> {
	const { run, services, journal } = work;
	const asked = new Map<string, number>();

	const isFree = (tool: Tool) => {
		const approval = approvalOf(tool);
		if (work.dryRun) return approval === 'none' && tool.effect === 'read';
		return approval === 'none' || run.allowWrites;
	};
	const withhold = (write: PendingWrite): never => {
		work.dryRun = true;
		work.withheld = [...work.withheld, write];
		throw new CallWithheld(write.tool);
	};
	const confirm = async (write: PendingWrite, clock: Clock) => {
		const goOn = clock.pause();
		try {
			return await services.confirmWrite(run, write, signal);
		} finally {
			goOn();
		}
	};

	return (tool, call, clock) => ({
		async allow() {
			if (isFree(tool)) return;
			const write = pendingWrite(work, tool, call, source);
			if (work.dryRun) withhold(write);
			const key = `approval-${hashJson([call.tool, call.args])}`;
			const occurrence = asked.get(key) ?? 0;
			asked.set(key, occurrence + 1);
			const said = await journal.step(`${key}-${occurrence}`, () => confirm(write, clock));
			if (said === 'dry-run') withhold(write);
			if (said === 'allowed') return;
			throw new UserError(
				'not-allowed',
				`${write.method} ${write.url} was not allowed, so the program was stopped before it. Ask again if it should go out.`,
			);
		},
		async resend() {
			const write: PendingWrite = { ...pendingWrite(work, tool, call, source), uncertain: true };
			if (work.dryRun) return withhold(write);
			// Not journalled: a yes is good for one sending, and this one may be cut off, too.
			const said = await confirm(write, clock);
			return said === 'dry-run' ? withhold(write) : said === 'allowed';
		},
	});
}

const LINE_CHARACTERS = 200;

function pendingWrite({ toolbox }: Work, tool: Tool, call: ToolCall, source: string): PendingWrite {
	const text = call.line === undefined ? undefined : source.split('\n')[call.line - 1]?.trim().slice(0, LINE_CHARACTERS);
	return {
		...toolbox.toolsetOf(tool).preview(tool, call.args),
		tool: call.tool,
		effect: tool.effect,
		...(approvalOf(tool) === 'ask-twice' && { secondLook: true }),
		...(call.line !== undefined && text ? { line: { number: call.line, text } } : {}),
	};
}
