import type { ModalView } from '@slack/types';
import { UserError } from '../../../src/errors.ts';
import { asksForClient } from '../../shared/credential-form.ts';
import { onlyAdmins } from '../../shared/document-form.ts';
import type { Parts } from '../parts.ts';
import { workspaceOf } from '../place.ts';
import { addToolsetView } from '../views/add-toolset.ts';
import { clientView, credentialView } from '../views/credential.ts';
import { importFunctionsView } from '../views/import-functions.ts';

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
	if (/^\/functions\s+import$/.test(line)) {
		await mustBeAdmin('import functions', opener, parts);
		await open(importFunctionsView(), opener, parts);
		return true;
	}
	const [, name, reference] = /^\/toolset\s+auth\s+(\S+)(?:\s+(\S+))?$/.exec(line) ?? [];
	if (name === undefined || (reference !== undefined && !asksForClient(reference))) return false;
	await openCredential(name, reference === undefined ? credentialView : clientView, opener, parts);
	return true;
}

export async function openAddToolset(opener: Opener, parts: Parts): Promise<void> {
	await mustBeAdmin('connect APIs or set credentials', opener, parts);
	await open(addToolsetView(), opener, parts);
}

/** Shows the next page of a form; who has closed it meanwhile sees what came of it in the lists. */
export async function turnTo(view: ModalView, viewId: string, team: string, { outbound, logger }: Parts): Promise<void> {
	try {
		await outbound.call(team, (client) => client.views.update({ view_id: viewId, view }));
	} catch (error) {
		logger.info({ err: error, team }, 'a form was closed before its answer came');
	}
}

async function openCredential(name: string, view: typeof credentialView, opener: Opener, parts: Parts): Promise<void> {
	await mustBeAdmin('connect APIs or set credentials', opener, parts);
	const { catalogue, canSeal } = parts.services;
	const names = (await catalogue.list(workspaceOf(opener.team))).map((record) => record.name);
	if (!names.includes(name)) {
		throw new UserError(
			'not-found',
			`There is no toolset named ${name}. ${names.length > 0 ? `There are: ${names.join(', ')}.` : '/toolset add connects one.'}`,
		);
	}
	await open(view(name, canSeal), opener, parts);
}

async function open(view: ModalView, { team, triggerId }: Opener, { outbound }: Parts): Promise<void> {
	await outbound.call(team, (client) => client.views.open({ trigger_id: triggerId, view }));
}

async function mustBeAdmin(may: Parameters<typeof onlyAdmins>[0], { team, user }: Opener, { people }: Parts): Promise<void> {
	if (!(await people.isAdmin(team, user))) throw onlyAdmins(may);
}
