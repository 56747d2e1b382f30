import { UserError } from '../errors.ts';
import type { Completion, Model, ModelRequest, Stage } from './model.ts';
import { estimateUsage } from './usage.ts';

/** The recorded replies to one question. */
export interface PreparedAnswer {
	readonly question: string;
	readonly replies: readonly PreparedReply[];
}

/** A reply is used only when all its conditions hold; of several, the one with more conditions, then the one that stands first. */
export interface PreparedReply {
	readonly stage: Stage;
	readonly reply: string;
	/** The prompt offers this stored function. */
	readonly whenOffered?: string;
	/** The prompt holds this text; runs of white space count as one space. Tells the requests of one stage apart, for example a second plan. */
	readonly whenPrompted?: string;
}

/**
 * A model for the first run without any: answers sample questions from recorded replies; everything around the model stays real.
 *
 * Stateless: which reply is used depends on the request alone, so a resumed run gets the same ones. Questions are compared without regard to
 * case, white space and final punctuation. Conditions look at all messages but the system's, whose instructions hold examples of their own.
 * Rejects with `model-not-configured` for any other question, naming the next step and the questions there are. Usage is estimated.
 */
export function createPreparedModel(answers: readonly PreparedAnswer[]): Model {
	const byQuestion = new Map(answers.map((answer) => [questionKey(answer.question), answer]));
	return {
		name: 'prepared replies',
		async complete(request) {
			if (request.signal.aborted)
				throw new UserError('stopped', 'Stopped while the model was being asked.', { cause: request.signal.reason });
			const answer = byQuestion.get(questionKey(request.question));
			if (!answer) throw notPrepared(answers);
			return completionOf(request, answer);
		},
	};
}

/** What two spellings of one question have in common. */
export function questionKey(question: string): string {
	return question
		.normalize('NFKC')
		.toLowerCase()
		.replaceAll(/\s+/g, ' ')
		.trim()
		.replace(/[\s.?!…]+$/, '');
}

function completionOf(request: ModelRequest, { question, replies }: PreparedAnswer): Completion {
	const prompt = promptOf(request);
	const fitting = replies.filter((reply) => reply.stage === request.stage && isMet(reply, prompt));
	const [chosen] = fitting.toSorted((a, b) => conditionsOf(b) - conditionsOf(a));
	if (!chosen) {
		throw new UserError(
			'model-not-configured',
			`No model is configured, and the prepared answer to “${question}” has no reply for the step “${request.stage}” here. ${NEXT_STEP}`,
		);
	}
	return { text: chosen.reply, usage: estimateUsage(request.messages, chosen.reply), ms: 0 };
}

function promptOf({ messages }: ModelRequest): string {
	const contents = messages.filter((message) => message.role !== 'system').map((message) => message.content);
	return foldSpace(contents.join('\n'));
}

function isMet({ whenOffered, whenPrompted }: PreparedReply, prompt: string): boolean {
	if (whenPrompted !== undefined && !prompt.includes(foldSpace(whenPrompted))) return false;
	return whenOffered === undefined || new RegExp(`(?<![\\w$.])${RegExp.escape(whenOffered)}\\s*[(<]`).test(prompt);
}

function conditionsOf({ whenOffered, whenPrompted }: PreparedReply): number {
	return Number(whenOffered !== undefined) + Number(whenPrompted !== undefined);
}

function foldSpace(text: string): string {
	return text.replaceAll(/\s+/g, ' ');
}

const NEXT_STEP =
	'Whoever runs the bot sets OPENAI_API_KEY, or OPENAI_BASE_URL for Ollama, vLLM, LM Studio or another compatible server, and starts it again.';

function notPrepared(answers: readonly PreparedAnswer[]): UserError {
	const samples = answers.map(({ question }) => `\n  ${question}`).join('');
	return new UserError(
		'model-not-configured',
		`No model is configured, so only sample questions can be answered. ${NEXT_STEP}${samples === '' ? '' : ` The samples:${samples}`}`,
	);
}
