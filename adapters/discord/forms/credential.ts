import { type APIModalInteractionResponseCallbackData, ComponentType, type ModalSubmitInteraction } from 'discord.js';
import {
	CLIENT_FIELDS,
	CLIENT_HINT,
	CREDENTIAL_KINDS,
	clientCommand,
	NO_KEY,
	type ReadCredential,
	readCredentialInput,
} from '../../shared/credential-form.ts';
import { customId } from '../render/custom-id.ts';
import { chosen, field, form, line, typed } from './form.ts';

const KIND = 'kind';
const PARAMETER = 'parameter';
const SECRET = 'secret';
const REFERENCE = 'reference';
const CLIENT_ID = 'clientId';
const TOKEN_URL = 'tokenUrl';
const SCOPE = 'scope';

const VISIBLE =
	'⚠️ Discord shows what you type here in plain sight, so nobody should look over your shoulder or share your screen. It is kept encrypted. A secret that the operator has set in the environment is never seen by anybody in Discord.';
const REFERENCE_HINT = 'NAME of a variable TOOLSET_SECRET_NAME, or bearer:NAME, header:X-Api-Key:NAME, oauth2:NAME.';

/** Asks for the credential of a toolset. Without `canSeal` nothing typed in could be kept, so only an operator's secret can be named. */
export function credentialForm(toolset: string, canSeal: boolean): APIModalInteractionResponseCallbackData {
	const content = `${canSeal ? VISIBLE : NO_KEY}\n${CLIENT_HINT} \`${clientCommand(toolset)}\`.`;
	const reference = referenceField('bearer:CRM', canSeal);
	return form(customId('credential', toolset), `Credential of ${toolset}`, [note(content), ...(canSeal ? secretFields() : []), reference]);
}

/** The same for OAuth2 client credentials: calls carry the tokens that are issued for them. */
export function clientForm(toolset: string, canSeal: boolean): APIModalInteractionResponseCallbackData {
	const client = [
		field(CLIENT_FIELDS.clientId, line(CLIENT_ID, { most: 500, required: true })),
		field(CLIENT_FIELDS.secret, line(SECRET, { required: true })),
	];
	return form(customId('credential', toolset), `OAuth2 client of ${toolset}`, [
		...(canSeal ? [note(VISIBLE), ...client] : [note(NO_KEY), referenceField('oauth2:CRM', canSeal)]),
		field(CLIENT_FIELDS.tokenUrl, line(TOKEN_URL, { example: 'https://auth.example.com/oauth/token', most: 2000 })),
		field(CLIENT_FIELDS.scope, line(SCOPE, { example: 'read:customers', most: 1000 })),
	]);
}

function note(content: string) {
	return { type: ComponentType.TextDisplay as const, content };
}

function referenceField(example: string, canSeal: boolean) {
	const label = canSeal ? 'Or a secret that the operator has set' : 'A secret that the operator has set';
	return field({ label, hint: REFERENCE_HINT }, line(REFERENCE, { example, most: 200, required: !canSeal }));
}

/** Problems never repeat what was typed. */
export function readCredential(interaction: ModalSubmitInteraction): ReadCredential {
	const kind = interaction.fields.fields.has(CLIENT_ID) ? 'oauth2' : chosen(interaction, KIND);
	const fields = [PARAMETER, SECRET, REFERENCE, CLIENT_ID, TOKEN_URL, SCOPE].flatMap((id) => {
		const text = typed(interaction, id);
		return text === undefined ? [] : [[id, text]];
	});
	return readCredentialInput({ ...(kind && { kind }), ...Object.fromEntries(fields) });
}

function secretFields() {
	const options = Object.entries(CREDENTIAL_KINDS).map(([value, label], at) => ({ value, label, default: at === 0 }));
	return [
		field({ label: 'How the API wants it' }, { type: ComponentType.StringSelect, custom_id: KIND, options, required: true }),
		field(
			{ label: 'Name of the header or parameter', hint: 'Only for API keys, for example X-Api-Key.' },
			line(PARAMETER, { example: 'X-Api-Key', most: 100 }),
		),
		field({ label: 'The secret', hint: 'For user name and password, type user:password.' }, line(SECRET)),
	];
}
