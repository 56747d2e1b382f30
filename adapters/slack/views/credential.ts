import type { KnownBlock, ModalView, PlainTextInput, RadioButtons } from '@slack/types';
import type { NewCredential } from '../../../src/toolset/catalogue.ts';
import { parseCredentialReference, parseTypedForm } from '../../../src/toolset/http/credential-reference.ts';
import { CREDENTIAL } from '../render/action-ids.ts';
import { codeSpan, context, mrkdwn, section } from '../render/elements.ts';
import { chosen, type FormState, field, form, INPUT, type Read, type SubmittedForm, typed } from './form.ts';

export interface CredentialForm {
	readonly toolset: string;
	readonly credential: NewCredential;
	/** The field that holds it, for what turns out to be wrong with it later. */
	readonly blockId: string;
}

const KIND = 'kind';
const PARAMETER = 'parameter';
const SECRET = 'secret';
const REFERENCE = 'reference';

const KINDS = {
	bearer: 'Bearer token',
	basic: 'User name and password',
	header: 'API key in a header',
	query: 'API key in the address',
} as const;
type Kind = keyof typeof KINDS;

/** Asks for the credential of a toolset. Without `canSeal` nothing typed in could be kept, so only an operator's secret can be named. */
export function credentialView(toolset: string, canSeal: boolean): ModalView {
	const view = form(CREDENTIAL, 'Credential', 'Save', [
		section(mrkdwn(`Calls of ${codeSpan(toolset)} will carry it. Programs and models never see it.`)),
		...(canSeal ? secretFields() : [section(mrkdwn(NO_KEY))]),
		field(
			{
				blockId: REFERENCE,
				label: canSeal ? 'Or a secret that the operator has set' : 'A secret that the operator has set',
				hint: 'The NAME of a variable TOOLSET_SECRET_NAME, or bearer:NAME, basic:NAME, header:X-Api-Key:NAME, query:key:NAME.',
				optional: canSeal,
			},
			input('bearer:CRM', 200),
		),
	]);
	return { ...view, private_metadata: toolset };
}

/** Problems never repeat what was typed. */
export function readCredential({ state, private_metadata: toolset }: SubmittedForm): Read<CredentialForm> {
	const secret = typed(state, SECRET);
	const reference = typed(state, REFERENCE);
	if (secret !== undefined && reference !== undefined) return problem(REFERENCE, 'Type a secret, or name one of the operator, not both.');
	if (reference !== undefined) {
		const parsed = parseCredentialReference(reference);
		return parsed.ok ? { ok: true, value: { toolset, credential: { reference }, blockId: REFERENCE } } : problem(REFERENCE, parsed.message);
	}
	if (secret !== undefined) return readSecret(state, toolset, secret);
	return problem(SECRET in state.values ? SECRET : REFERENCE, 'Type a secret, or name one that the operator has set.');
}

function readSecret(state: FormState, toolset: string, secret: string): Read<CredentialForm> {
	const kind = chosen(state, KIND) ?? 'bearer';
	const parameter = typed(state, PARAMETER) ?? '';
	if (/\p{Cc}/u.test(secret)) return problem(SECRET, 'A secret has no line breaks or tabs in it. Paste it once more.');
	if (kind === 'basic' && !secret.includes(':'))
		return problem(SECRET, 'Type user name and password with a colon in between, like user:password.');
	const named = kind === 'header' || kind === 'query';
	const sendAs = named ? `${kind}:${parameter}` : kind;
	if (!parseTypedForm(sendAs)) {
		return problem(
			PARAMETER,
			`Type the name of the ${kind === 'header' ? 'header, for example X-Api-Key' : 'parameter, for example key'}.`,
		);
	}
	return { ok: true, value: { toolset, credential: { form: sendAs, secret }, blockId: SECRET } };
}

const NO_KEY =
	'Secrets cannot be typed here: the operator has not set `ENCRYPTION_KEY`, without which they could not be kept safely. The operator can set `TOOLSET_SECRET_NAME` instead; name that below.';
const VISIBLE =
	'⚠️ Slack shows what you type here in plain sight, so nobody should look over your shoulder or share your screen. It is kept encrypted. A secret that the operator has set in the environment is never seen by anybody in Slack.';

function secretFields(): KnownBlock[] {
	return [
		field({ blockId: KIND, label: 'How the API wants it' }, kinds()),
		field(
			{ blockId: PARAMETER, label: 'Name of the header or parameter', hint: 'Only for API keys, for example X-Api-Key.', optional: true },
			input('X-Api-Key', 100),
		),
		field(
			{ blockId: SECRET, label: 'The secret', hint: 'For user name and password, type user:password.', optional: true },
			input('', 3000),
		),
		context(mrkdwn(VISIBLE)),
	];
}

function kinds(): RadioButtons {
	const options = (Object.keys(KINDS) as Kind[]).map((kind) => ({ text: { type: 'plain_text' as const, text: KINDS[kind] }, value: kind }));
	const [bearer] = options;
	return { type: 'radio_buttons', action_id: INPUT, options, ...(bearer && { initial_option: bearer }) };
}

function input(example: string, most: number): PlainTextInput {
	const placeholder = example === '' ? {} : { placeholder: { type: 'plain_text' as const, text: example } };
	return { type: 'plain_text_input', action_id: INPUT, max_length: most, ...placeholder };
}

function problem(blockId: string, text: string): Read<never> {
	return { ok: false, problems: { [blockId]: text } };
}
