import type { KnownBlock, ModalView, PlainTextInput, RadioButtons } from '@slack/types';
import type { NewCredential } from '../../../src/toolset/catalogue.ts';
import {
	CLIENT_FIELDS,
	CLIENT_HINT,
	CREDENTIAL_KINDS,
	clientCommand,
	NO_KEY,
	REFERENCE_HINT,
	readCredentialInput,
} from '../../shared/credential-form.ts';
import { CREDENTIAL } from '../render/action-ids.ts';
import { codeSpan, context, mrkdwn, section } from '../render/elements.ts';
import { chosen, field, form, INPUT, type Read, type SubmittedForm, typed } from './form.ts';

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
const CLIENT_ID = 'clientId';
const TOKEN_URL = 'tokenUrl';
const SCOPE = 'scope';

/** Asks for the credential of a toolset. Without `canSeal` nothing typed in could be kept, so only an operator's secret can be named. */
export function credentialView(toolset: string, canSeal: boolean): ModalView {
	const view = form(CREDENTIAL, 'Credential', 'Save', [
		section(mrkdwn(`Calls of ${codeSpan(toolset)} will carry it. Programs and models never see it.`)),
		...(canSeal ? secretFields() : [section(mrkdwn(NO_KEY))]),
		referenceField('bearer:CRM', canSeal),
		context(mrkdwn(`${CLIENT_HINT} ${codeSpan(clientCommand(toolset))}.`)),
	]);
	return { ...view, private_metadata: toolset };
}

/** The same for OAuth2 client credentials: calls carry the tokens that are issued for them. */
export function clientView(toolset: string, canSeal: boolean): ModalView {
	const view = form(CREDENTIAL, 'OAuth2 client', 'Save', [
		section(mrkdwn(`Calls of ${codeSpan(toolset)} will carry tokens that are issued to this client. Programs and models never see them.`)),
		...(canSeal
			? [
					field({ blockId: CLIENT_ID, ...CLIENT_FIELDS.clientId }, input('', 500)),
					field({ blockId: SECRET, ...CLIENT_FIELDS.secret }, input('', 3000)),
					context(mrkdwn(VISIBLE)),
				]
			: [section(mrkdwn(NO_KEY)), referenceField('oauth2:CRM', canSeal)]),
		field({ blockId: TOKEN_URL, ...CLIENT_FIELDS.tokenUrl, optional: true }, input('https://auth.example.com/oauth/token', 2000)),
		field({ blockId: SCOPE, ...CLIENT_FIELDS.scope, optional: true }, input('read:customers', 1000)),
	]);
	return { ...view, private_metadata: toolset };
}

function referenceField(example: string, canSeal: boolean): KnownBlock {
	return field(
		{
			blockId: REFERENCE,
			label: canSeal ? 'Or a secret that the operator has set' : 'A secret that the operator has set',
			hint: REFERENCE_HINT,
			optional: canSeal,
		},
		input(example, 200),
	);
}

/** Problems never repeat what was typed. */
export function readCredential({ state, private_metadata: toolset }: SubmittedForm): Read<CredentialForm> {
	const kind = CLIENT_ID in state.values ? 'oauth2' : chosen(state, KIND);
	const fields = [PARAMETER, SECRET, REFERENCE, CLIENT_ID, TOKEN_URL, SCOPE].flatMap((id) => {
		const text = typed(state, id);
		return text === undefined ? [] : [[id, text]];
	});
	const read = readCredentialInput({ ...(kind && { kind }), ...Object.fromEntries(fields) });
	if (read.ok) return { ok: true, value: { toolset, credential: read.credential, blockId: read.field } };
	// Where nothing can be typed, the form has no field for it.
	return { ok: false, problems: { [read.field in state.values ? read.field : REFERENCE]: read.problem } };
}

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
	const options = Object.entries(CREDENTIAL_KINDS).map(([value, text]) => ({ text: { type: 'plain_text' as const, text }, value }));
	const [bearer] = options;
	return { type: 'radio_buttons', action_id: INPUT, options, ...(bearer && { initial_option: bearer }) };
}

function input(example: string, most: number): PlainTextInput {
	const placeholder = example === '' ? {} : { placeholder: { type: 'plain_text' as const, text: example } };
	return { type: 'plain_text_input', action_id: INPUT, max_length: most, ...placeholder };
}
