import { type Fields, isFields, nested, text } from '../fields.ts';
import { pushView, replaceView } from '../methods/show-view.ts';
import { Refusal } from '../refusal.ts';
import type { View } from '../state/views.ts';
import { type FormValues, fieldsOf, givenFor, stateOf } from './form-state.ts';
import { type Actor, interaction, tell } from './interaction.ts';
import { seenView } from './press.ts';

/** Sends a form as Slack's own client does: it looks at what is required first, and does then what the app answers. */
export async function submit(actor: Actor, shown: View, values: FormValues = {}): Promise<View | undefined> {
	const { world, member } = actor;
	const view = seenView(actor, shown);
	if (view.type !== 'modal') throw new Error('Only a modal can be submitted.');
	const state = stateOf(view.blocks, values);
	checkForm(view, values, state);
	const details = { view: { ...view.payload, state: { values: state } }, response_urls: [] };
	const attempt = await tell(actor, 'interactive', 'view_submission', interaction(actor, 'view_submission', details, view.id));
	const answer = isFields(attempt.answer) ? attempt.answer : {};
	try {
		applyAnswer(actor, view, answer);
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		throw new Error(`${member.name} sees an error: the app answered the form with ${error.code} ${JSON.stringify(error.extra)}.`);
	}
	return world.views.stack(member.id).at(-1);
}

/** https://docs.slack.dev/surfaces/modals#response_actions */
function applyAnswer(actor: Actor, view: View, answer: Fields): void {
	const { world, member } = actor;
	const action = text(answer, 'response_action');
	if (action === '') world.views.close(member.id, false);
	else if (action === 'clear') world.views.close(member.id, true);
	else if (action === 'update') replaceView(actor, view, nested(answer, 'view'));
	else if (action === 'push') pushView(actor, nested(answer, 'view'));
	else if (action === 'errors') world.views.show({ ...view, errors: errorsOf(view, answer) });
	else throw new Refusal('invalid_response_action', { response_action: action });
}

function errorsOf(view: View, answer: Fields): Readonly<Record<string, string>> {
	const errors = Object.entries(nested(answer, 'errors') ?? {}).map(([block, error]) => [block, String(error)] as const);
	const inputs = view.blocks.filter((block) => block.type === 'input').map((block) => block.block_id);
	const stray = errors.find(([block]) => !inputs.includes(block));
	if (stray || errors.length === 0) throw new Refusal('invalid_errors', { block_id: stray?.[0] });
	return Object.fromEntries(errors);
}

function checkForm(view: View, values: FormValues, state: Record<string, Record<string, Fields>>): void {
	const fields = fieldsOf(view.blocks);
	const names = fields.flatMap(({ block, element }) => [
		text(element, 'action_id'),
		text(block, 'block_id'),
		text(nested(block, 'label'), 'text'),
	]);
	const unknown = Object.keys(values).find((name) => !names.includes(name));
	if (unknown !== undefined) throw new Error(`The form has no field "${unknown}"; it has ${names.join(', ')}.`);
	for (const { block, element } of fields) {
		const label = text(nested(block, 'label'), 'text') || text(block, 'block_id');
		const entry = state[text(block, 'block_id')]?.[text(element, 'action_id')] ?? {};
		if (block.type === 'input' && block.optional !== true && isEmpty(entry)) throw new Error(`"${label}" must be filled in.`);
		const given = givenFor(block, element, values);
		if (typeof given === 'string') checkText(element, label, given);
	}
}

function isEmpty(entry: Fields): boolean {
	const { type: _, ...rest } = entry;
	return Object.values(rest).every((value) => value === null || (Array.isArray(value) && value.length === 0));
}

function checkText(element: Fields, label: string, given: string): void {
	const { min_length: least, max_length: most } = element;
	if (typeof most === 'number' && given.length > most) throw new Error(`"${label}" takes at most ${most} characters.`);
	if (typeof least === 'number' && given !== '' && given.length < least) throw new Error(`"${label}" needs at least ${least} characters.`);
	if (element.type === 'url_text_input' && given !== '' && !URL.canParse(given)) throw new Error(`"${label}" must be a URL.`);
	if (element.multiline !== true && given.includes('\n')) throw new Error(`"${label}" has one line only.`);
}

export async function closeView(actor: Actor, shown: View, all: boolean): Promise<void> {
	const { world, member } = actor;
	const view = seenView(actor, shown);
	const closing = all ? world.views.stack(member.id) : [view];
	world.views.close(member.id, all);
	for (const item of closing.filter((closed) => closed.notifyOnClose)) {
		const details = { view: { ...item.payload, state: { values: {} } }, is_cleared: all };
		await tell(actor, 'interactive', 'view_closed', interaction(actor, 'view_closed', details));
	}
}
