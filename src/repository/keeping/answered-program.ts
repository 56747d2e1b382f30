import type { Logger } from 'pino';
import type { FunctionSource, Program } from '../../code/program.ts';
import type { ProgramRun } from '../../sandbox/outcome.ts';
import type { CallableTools } from '../callable-tools.ts';
import type { FunctionRecord, RecordedCall } from '../function-record.ts';
import type { VerifyServices } from '../verification/verify.ts';

/** A program that answered, and what is known of it. */
export interface AnsweredProgram {
	readonly workspaceId: string;
	readonly run: string;
	/** Empty where a person called a function by its name: that says nothing of what it answers. */
	readonly question: string;
	readonly program: Program;
	/** The stored functions it calls, and those they use. */
	readonly stored: readonly FunctionRecord[];
	/** Of the attempt that answered. */
	readonly calls: readonly RecordedCall[];
	readonly seed: ProgramRun['seed'];
	readonly tools: CallableTools;
	/** What may be kept of what the program says of its function; all of it when left out. */
	readonly documentationOf?: (fn: Pick<FunctionSource, 'name' | 'documentation'>) => string;
	/** ISO 8601 */
	readonly now: string;
}

export interface KeepServices extends VerifyServices {
	readonly logger?: Logger;
}
