import { type APIModalInteractionResponseCallbackData, ComponentType, type ModalSubmitInteraction } from 'discord.js';
import { CREDENTIAL_KINDS, NO_KEY, type ReadCredential, readCredentialInput } from '../../shared/credential-form.ts';
import { customId } from '../render/custom-id.ts';
import { chosen, field, form, line, typed } from './form.ts';

const KIND = 'kind';
const PARAMETER = 'parameter';
const SECRET = 'secret';
const REFERENCE = 'reference';

const VISIBLE =
	'⚠️ Discord shows what you type here in plain sight, so nobody should look over your shoulder or share your screen. It is kept encrypted. A secret that the operator has set in the environment is never seen by anybody in Discord.';
const REFERENCE_HINT = 'NAME of a variable TOOLSET_SECRET_NAME, or bearer:NAME, header:X-Api-Key:NAME, query:key:NAME.';

/** Asks for the credential of a toolset. Without `canSeal` nothing typed in could be kept, so only an operator's secret can be named. */
export function credentialForm(toolset: string, canSeal: boolean): APIModalInteractionResponseCallbackData {
	const note = { type: ComponentType.TextDisplay as const, content: canSeal ? VISIBLE : NO_KEY };
	const label = canSeal ? 'Or a secret that the operator has set' : 'A secret that the operator has set';
	const reference = field({ label, hint: REFERENCE_HINT }, line(REFERENCE, { example: 'bearer:CRM', most: 200, required: !canSeal }));
	return form(customId('credential', toolset), `Credential of ${toolset}`, [note, ...(canSeal ? secretFields() : []), reference]);
}

/** Problems never repeat what was typed. */
export function readCredential(interaction: ModalSubmitInteraction): ReadCredential {
	const [kind, parameter] = [chosen(interaction, KIND), typed(interaction, PARAMETER)];
	const [secret, reference] = [typed(interaction, SECRET), typed(interaction, REFERENCE)];
	return readCredentialInput({
		...(kind && { kind }),
		...(parameter && { parameter }),
		...(secret && { secret }),
		...(reference && { reference }),
	});
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
