import type { ToolsetRecord } from '../../src/toolset/catalogue.ts';
import { type Command, text } from '../command.ts';
import { CLIENT_OPTIONS, clientOf, howToSetClient } from './client-options.ts';
import { credentialOf, REFERENCES } from './describe-toolset.ts';
import { optional, recordOf } from './existing.ts';

export const toolsetAuth: Command = {
	path: ['toolset', 'auth'],
	summary: 'Set the credential that calls of an API carry.',
	admin: true,
	audience: 'caller',
	form: { name: 'credential', unless: 'reference' },
	options: [
		{ name: 'name', description: 'its name in /toolset list', kind: 'word', required: true, completes: 'toolset' },
		{ name: 'reference', description: `${REFERENCES}; none removes it`, kind: 'word' },
		...CLIENT_OPTIONS,
	],
	async run({ workspaceId, options }, { catalogue }) {
		const name = String(options.name);
		const record = await recordOf(workspaceId, name, catalogue);
		const reference = optional(options.reference);
		if (reference === undefined) return [text(howToSet(record))];
		if (reference.toLowerCase() === 'oauth2') return [text(howToSetClient(record))];
		if (reference.toLowerCase() === 'none') {
			await catalogue.setCredential(workspaceId, name, undefined);
			return [text(`Calls of \`${name}\` carry no credential any more.`)];
		}
		await catalogue.setCredential(workspaceId, name, { reference, ...clientOf(options) });
		return [text(`Calls of \`${name}\` carry this credential now: ${credentialOf(await recordOf(workspaceId, name, catalogue))}.`)];
	},
};

function howToSet(record: ToolsetRecord): string {
	return [
		`Credential of \`${record.name}\`: ${credentialOf(record)}.`,
		`The operator puts a secret into a variable TOOLSET_SECRET_NAME; \`/toolset auth ${record.name} bearer:NAME\` has calls carry it. Other forms: NAME alone (as the document says), basic:NAME, header:X-Api-Key:NAME, query:key:NAME, oauth2:NAME. \`/toolset auth ${record.name} none\` removes it.`,
		'Never type a secret itself into a command.',
	].join('\n');
}
