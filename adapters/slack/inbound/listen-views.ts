import type { App, ViewSubmitAction } from '@slack/bolt';
import { formCommand, savedWords } from '../../shared/credential-form.ts';
import { onlyAdmins } from '../../shared/document-form.ts';
import { toldError } from '../../shared/told-error.ts';
import { noteView } from '../notes.ts';
import type { Parts } from '../parts.ts';
import { workspaceOf } from '../place.ts';
import { CREDENTIAL, FEEDBACK_REASON } from '../render/action-ids.ts';
import { type CredentialForm, readCredential } from '../views/credential.ts';
import { readFeedbackReason } from '../views/feedback-reason.ts';
import { turnTo } from './forms.ts';
import { listenForDocuments } from './listen-documents.ts';

const CREDENTIAL_TITLE = 'Credential';

/** What people submit in forms. */
export function listenForViews(app: App, parts: Parts): void {
	listenForDocuments(app, parts);
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

async function setCredential({ toolset, credential }: CredentialForm, { team, user }: { team: string; user: string }, parts: Parts) {
	try {
		if (!(await parts.people.isAdmin(team, user))) throw onlyAdmins('set credentials');
		await parts.services.catalogue.setCredential(workspaceOf(team), toolset, credential);
		return noteView(CREDENTIAL_TITLE, savedWords(toolset));
	} catch (error) {
		const { userMessage } = toldError(error, parts.logger);
		return noteView(CREDENTIAL_TITLE, `It was not saved. ${userMessage}\n\`${formCommand(toolset, credential)}\` opens the form again.`);
	}
}
