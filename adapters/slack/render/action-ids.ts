/** Of buttons; the value is the id of what they act on, unless it says otherwise. */
export const STOP = 'stop-run';
export const RETRY = 'retry-run';
export const SHOW_PROGRAM = 'show-program';
/** The value is read with `readFeedbackValue`. */
export const FEEDBACK = 'feedback';
export const APPROVE = 'approve-write';
export const REFUSE = 'refuse-write';
export const DRY_RUN = 'dry-run-write';
/** Choices of a question; the place of the choice follows, and the value is read with `readChoiceValue`. */
export const CHOICE = 'choice-';
/** The menu of a question with many choices; the values of its options are read with `readChoiceValue`. */
export const CHOICES = 'choices';
/** Opens the form for a question that is answered with a text. */
export const TYPE_ANSWER = 'type-answer';
export const CANCEL_QUESTION = 'cancel-question';
/** The value is whatever `confirmationCard` was given. */
export const CONFIRM = 'confirm-command';
export const CANCEL = 'cancel-command';
/** Opens the form that connects an API; has no value. */
export const CONNECT_TOOLSET = 'connect-toolset';

/** Callback ids of forms. */
export const ADD_TOOLSET = 'add-toolset';
export const IMPORT_FUNCTIONS = 'import-functions';
export const CREDENTIAL = 'toolset-credential';
export const CONFIRMATION = 'command-confirmation';
export const FEEDBACK_REASON = 'feedback-reason';
export const ANSWER = 'question-answer';

/** Of the message shortcut "Ask about this". */
export const ASK_ABOUT_THIS = 'ask-about-this';

export interface FeedbackValue {
	readonly rating: 'up' | 'down';
	readonly runId: string;
}

export function feedbackValue({ rating, runId }: FeedbackValue): string {
	return `${rating}:${runId}`;
}

/** Undefined for what no feedback button sends. */
export function readFeedbackValue(value: string | undefined): FeedbackValue | undefined {
	const [, rating, runId] = /^(up|down):([0-9A-Z]{1,64})$/.exec(value ?? '') ?? [];
	return runId !== undefined && (rating === 'up' || rating === 'down') ? { rating, runId } : undefined;
}

/** A question, and the place of a choice among those it offers, from 0. */
export interface ChoiceValue {
	readonly questionId: string;
	readonly choice: number;
}

export function choiceValue({ questionId, choice }: ChoiceValue): string {
	return `${questionId}/${choice}`;
}

/** Undefined for what no choice sends. */
export function readChoiceValue(value: string | undefined): ChoiceValue | undefined {
	const [, questionId, choice] = /^([0-9A-Z-]{1,64})\/(\d{1,2})$/.exec(value ?? '') ?? [];
	return questionId === undefined ? undefined : { questionId, choice: Number(choice) };
}
