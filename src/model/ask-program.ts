import { UserError } from '../errors.ts';
import type { ChatMessage, Completion, Model, ModelRequest } from './model.ts';
import { completionsOf, ModelError } from './model-error.ts';
import { programIn } from './reply.ts';
import { searchLinesIn } from './search-lines.ts';

const CORRECTION = 'Your reply holds no program. Reply again with the whole program in one ```ts block and nothing else.';

/** Characters of a reply without a program that are sent back to the model, or kept for the log. */
const LONGEST_QUOTE = 2000;

export interface ProgramReply {
	/** The program as the model wrote it: not checked, not trusted. */
	readonly code: string;
	/** The whole reply that holds it. */
	readonly reply: string;
	/** Every completion that was paid for, oldest first: one, or two when the first held no program. */
	readonly completions: readonly Completion[];
}

/**
 * Asks the model for a program, and once more when its reply holds none.
 *
 * Rejects with the UserErrors of `Model`, and with `model-reply` when the second reply holds no program either; the cause's message then quotes
 * that reply, shortened. `completionsOf(error)` gives what was paid for until then, whichever failure it is.
 */
export async function askForProgram(model: Model, request: ModelRequest): Promise<ProgramReply> {
	const first = await model.complete(request);
	const code = read(first.text, request);
	if (code !== undefined) return { code, reply: first.text, completions: [first] };

	const second = await askAgain(model, request, first);
	const completions = [first, second];
	const corrected = read(second.text, request);
	if (corrected !== undefined) return { code: corrected, reply: second.text, completions };

	throw new ModelError(
		'model-reply',
		`The model ${model.name} answered twice without a program. Try again, put the question differently, or set MODEL to a model that is better at writing code.`,
		{ completions, cause: new Error(`reply without a program: ${quote(second.text)}`) },
	);
}

/** A plan may consist of nothing but the request for other tools. */
function read(reply: string, { stage }: ModelRequest): string | undefined {
	return programIn(reply) ?? (stage === 'plan' ? searchLinesIn(reply) : undefined);
}

async function askAgain(model: Model, request: ModelRequest, first: Completion): Promise<Completion> {
	try {
		return await model.complete({ ...request, messages: [...request.messages, ...correction(first.text)] });
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		throw new ModelError(error.code, error.userMessage, { cause: error, completions: [first, ...completionsOf(error)] });
	}
}

/** Servers refuse an assistant's message without text, and some two messages of one role in a row. */
function correction(reply: string): ChatMessage[] {
	return [
		{ role: 'assistant', content: reply.trim() === '' ? '(an empty reply)' : quote(reply) },
		{ role: 'user', content: CORRECTION },
	];
}

function quote(reply: string): string {
	return reply.length <= LONGEST_QUOTE ? reply : `${reply.slice(0, LONGEST_QUOTE)}…`;
}
