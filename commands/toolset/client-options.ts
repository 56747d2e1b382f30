import type { ToolsetRecord } from '../../src/toolset/catalogue.ts';
import type { CommandOption, Request } from '../command.ts';
import { optional } from './existing.ts';

/** What goes with a credential `oauth2:NAME`. */
export const CLIENT_OPTIONS: readonly CommandOption[] = [
	{ name: 'token-url', description: 'oauth2: where access tokens come from, if the document does not say', kind: 'value' },
	{ name: 'scope', description: 'oauth2: scopes to ask for, with spaces in between', kind: 'value' },
];

export function clientOf(options: Request['options']): Pick<ToolsetRecord, 'oauth2'> {
	const [tokenUrl, scope] = [optional(options['token-url']), optional(options.scope)];
	if (tokenUrl === undefined && scope === undefined) return {};
	return { oauth2: { ...(tokenUrl !== undefined && { tokenUrl }), ...(scope !== undefined && { scope }) } };
}

/** How OAuth2 is set by a command, for people. */
export function howToSetClient({ name }: ToolsetRecord): string {
	return [
		`The operator puts \`client_id:client_secret\` into a variable TOOLSET_SECRET_NAME; \`/toolset auth ${name} oauth2:NAME\` has calls carry the tokens that are issued for it. \`--token-url https://auth.example.com/oauth/token\` says where they come from, \`--scope "read write"\` what they are for.`,
		'Never type a secret itself into a command.',
	].join('\n');
}
