import type { App, ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { toolsetAdd } from '../../../commands/toolset/add.ts';
import { UserError } from '../../../src/errors.ts';
import { formCommand, savedWords } from '../../shared/credential-form.ts';
import { toldError } from '../../shared/told-error.ts';
import type { ToolsetForm } from '../../shared/toolset-form.ts';
import { noteView } from '../notes.ts';
import type { Parts } from '../parts.ts';
import { NO_THREAD, workspaceOf } from '../place.ts';
import { ADD_TOOLSET, CREDENTIAL, FEEDBACK_REASON } from '../render/action-ids.ts';
import { addToolsetView, readAddToolset } from '../views/add-toolset.ts';
import { type CredentialForm, readCredential } from '../views/credential.ts';
import { readFeedbackReason } from '../views/feedback-reason.ts';
import { perform } from './say.ts';
import { readUpload } from './upload.ts';

const CREDENTIAL_TITLE = 'Credential';

/** What people submit in forms. */
export function listenForViews(app: App, parts: Parts): void {
	app.view<ViewSubmitAction>(ADD_TOOLSET, async ({ ack, view, body, context }) => {
		const read = readAddToolset(view.state);
		if (!read.ok) return ack({ response_action: 'errors', errors: read.problems });
		// Reading and checking a document takes longer than the 3 seconds Slack waits for an answer.
		await ack({ response_action: 'update', view: noteView('Connect an API', `Reading the document of \`${read.value.name}\`…`) });
		const next = await addToolset(read.value, { team: context.teamId ?? '', user: body.user.id, id: view.id }, parts);
		await turnTo(next, view.id, context.teamId ?? '', parts);
	});
	app.view<ViewSubmitAction>(CREDENTIAL, async ({ ack, view, body, context }) => {
		const read = readCredential(view);
		if (!read.ok) return ack({ response_action: 'errors', errors: read.problems });
		// The toolset is opened with it, which takes long for a large document.
		await ack({ response_action: 'update', view: noteView(CREDENTIAL_TITLE, `Trying the credential of \`${read.value.toolset}\`…`) });
		const team = context.teamId ?? '';
		const next = await setCredential(read.value, { team, user: body.user.id }, parts);
		await turnTo(next, view.id, team, parts);
	});
	app.view<ViewSubmitAction>(FEEDBACK_REASON, async ({ ack, view, body, context }) => {
		await ack();
		const { runId, reason } = readFeedbackReason(view);
		const run = await parts.services.runs.get(workspaceOf(context.teamId ?? ''), runId);
		if (run && reason) await parts.services.feedback.give(run, { by: body.user.id, rating: 'down', reason });
	});
}

/** Shows the next page of a form; who has closed it meanwhile sees what came of it in `/toolset list`. */
async function turnTo(view: ModalView, viewId: string, team: string, { outbound, logger }: Parts): Promise<void> {
	try {
		await outbound.call(team, (client) => client.views.update({ view_id: viewId, view }));
	} catch (error) {
		logger.info({ err: error, team }, 'a form was closed before its answer came');
	}
}

/** The command of the same name, with the document from an address or an upload. Gives the view that tells what came of it. */
async function addToolset(form: ToolsetForm, { team, user, id }: { team: string; user: string; id: string }, parts: Parts) {
	const { name, source, fileId, baseUrl, auth } = form;
	try {
		const upload = fileId === undefined ? undefined : await readUpload(team, fileId, parts);
		const options = { name, source: upload ? `upload:${upload.name}` : source, 'base-url': baseUrl, auth };
		const services = upload ? { ...parts.services, readDocument: async () => ({ text: upload.text }) } : parts.services;
		const place = { team, channel: user, threadTs: NO_THREAD };
		const reply = await perform(toolsetAdd, options, { place, user, id }, { ...parts, services });
		return noteView('Connect an API', reply.map((block) => (block.kind === 'text' ? block.text : '')).join('\n'));
	} catch (error) {
		return addToolsetView(form, toldError(error, parts.logger).userMessage);
	}
}

async function setCredential({ toolset, credential }: CredentialForm, { team, user }: { team: string; user: string }, parts: Parts) {
	try {
		if (!(await parts.people.isAdmin(team, user)))
			throw new UserError('not-allowed', 'Only an admin may set credentials. Ask one of them to do it.');
		await parts.services.catalogue.setCredential(workspaceOf(team), toolset, credential);
		return noteView(CREDENTIAL_TITLE, savedWords(toolset));
	} catch (error) {
		const { userMessage } = toldError(error, parts.logger);
		return noteView(CREDENTIAL_TITLE, `It was not saved. ${userMessage}\n\`${formCommand(toolset, credential)}\` opens the form again.`);
	}
}
