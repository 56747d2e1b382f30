import { UserError } from '../../../src/errors.ts';
import { asksForClient } from '../../shared/credential-form.ts';
import type { Parts } from '../parts.ts';
import { workspaceOf } from '../place.ts';
import { addToolsetView } from '../views/add-toolset.ts';
import { clientView, credentialView } from '../views/credential.ts';

/** Who wants a form, with the trigger that lets one be opened: Slack takes it for 3 seconds. */
export interface Opener {
	readonly team: string;
	readonly user: string;
	readonly triggerId: string;
}

/** Opens the form that a command without its arguments stands for. False when there is none: the line then says it all. */
export async function openFormFor(line: string, opener: Opener, parts: Parts): Promise<boolean> {
	if (/^\/toolset\s+add$/.test(line)) {
		await openAddToolset(opener, parts);
		return true;
	}
	const [, name, reference] = /^\/toolset\s+auth\s+(\S+)(?:\s+(\S+))?$/.exec(line) ?? [];
	if (name === undefined || (reference !== undefined && !asksForClient(reference))) return false;
	await openCredential(name, reference === undefined ? credentialView : clientView, opener, parts);
	return true;
}

export async function openAddToolset(opener: Opener, parts: Parts): Promise<void> {
	await mustBeAdmin(opener, parts);
	await parts.outbound.call(opener.team, (client) => client.views.open({ trigger_id: opener.triggerId, view: addToolsetView() }));
}

async function openCredential(name: string, view: typeof credentialView, opener: Opener, parts: Parts): Promise<void> {
	await mustBeAdmin(opener, parts);
	const { catalogue, canSeal } = parts.services;
	const names = (await catalogue.list(workspaceOf(opener.team))).map((record) => record.name);
	if (!names.includes(name)) {
		throw new UserError(
			'not-found',
			`There is no toolset named ${name}. ${names.length > 0 ? `There are: ${names.join(', ')}.` : '/toolset add connects one.'}`,
		);
	}
	await parts.outbound.call(opener.team, (client) => client.views.open({ trigger_id: opener.triggerId, view: view(name, canSeal) }));
}

async function mustBeAdmin({ team, user }: Opener, { people }: Parts): Promise<void> {
	if (await people.isAdmin(team, user)) return;
	throw new UserError('not-allowed', 'Only an admin may connect APIs or set credentials. Ask one of them to do it.');
}
