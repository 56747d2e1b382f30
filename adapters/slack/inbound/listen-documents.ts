import type { App, ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { Command, Request } from '../../../commands/command.ts';
import { functionsImport } from '../../../commands/functions/import.ts';
import { toolsetAdd } from '../../../commands/toolset/add.ts';
import { type DocumentForm, documentOf, IMPORT_WORDS } from '../../shared/document-form.ts';
import { toldError } from '../../shared/told-error.ts';
import type { ToolsetForm } from '../../shared/toolset-form.ts';
import { noteView, replyView } from '../notes.ts';
import type { Parts } from '../parts.ts';
import { NO_THREAD } from '../place.ts';
import { ADD_TOOLSET, CONFIRMATION, IMPORT_FUNCTIONS } from '../render/action-ids.ts';
import { addToolsetView, readAddToolset } from '../views/add-toolset.ts';
import { confirmationView } from '../views/confirmation.ts';
import type { FormState, Read } from '../views/form.ts';
import { importFunctionsView, readImportFunctions } from '../views/import-functions.ts';
import { turnTo } from './forms.ts';
import { sayCommand, sayConfirmed } from './say.ts';
import { readUpload } from './upload.ts';

/** A form whose command reads a document, from an address or an upload. */
interface Kind<Form extends DocumentForm> {
	readonly callbackId: string;
	readonly command: Command;
	readonly title: string;
	/** Shown meanwhile. */
	readonly reading: (form: Form) => string;
	readonly view: (form: Form, problem: string) => ModalView;
	readonly read: (state: FormState) => Read<Form>;
	/** Of the command, besides `source`. */
	readonly options: (form: Form) => Request['options'];
}

const TOOLSET: Kind<ToolsetForm> = {
	callbackId: ADD_TOOLSET,
	command: toolsetAdd,
	title: 'Connect an API',
	reading: ({ name }) => `Reading the document of \`${name}\`…`,
	view: addToolsetView,
	read: readAddToolset,
	options: ({ name, baseUrl, auth }) => ({ name, 'base-url': baseUrl, auth }),
};

const FUNCTIONS: Kind<DocumentForm> = {
	callbackId: IMPORT_FUNCTIONS,
	command: functionsImport,
	title: IMPORT_WORDS.title,
	reading: () => 'Reading the file…',
	view: importFunctionsView,
	read: readImportFunctions,
	options: () => ({}),
};

/** Forms whose documents take longer to be read and checked than the 3 seconds that Slack waits for an answer. */
export function listenForDocuments(app: App, parts: Parts): void {
	listenFor(TOOLSET, app, parts);
	listenFor(FUNCTIONS, app, parts);
	app.view<ViewSubmitAction>(CONFIRMATION, async ({ ack, view, body, context }) => {
		const [title, team] = [view.title.text, context.teamId ?? ''];
		await ack({ response_action: 'update', view: noteView(title, 'One moment…') });
		const speaker = { place: { team, channel: body.user.id, threadTs: NO_THREAD }, user: body.user.id, id: `confirm/${view.id}` };
		const told = (error: unknown) => noteView(title, toldError(error, parts.logger).userMessage);
		const next = await sayConfirmed(view.private_metadata, speaker, parts).then((reply) => replyView(title, reply), told);
		await turnTo(next, view.id, team, parts);
	});
}

function listenFor<Form extends DocumentForm>(kind: Kind<Form>, app: App, parts: Parts): void {
	app.view<ViewSubmitAction>(kind.callbackId, async ({ ack, view, body, context }) => {
		const read = kind.read(view.state);
		if (!read.ok) return ack({ response_action: 'errors', errors: read.problems });
		await ack({ response_action: 'update', view: noteView(kind.title, kind.reading(read.value)) });
		const team = context.teamId ?? '';
		const next = await submit(kind, read.value, { team, user: body.user.id, id: view.id }, parts);
		await turnTo(next, view.id, team, parts);
	});
}

/** Runs the command, and gives the view that tells what came of it: the form once more, where something was wrong. Some commands ask back first. */
async function submit<Form extends DocumentForm>(
	kind: Kind<Form>,
	form: Form,
	{ team, user, id }: { readonly team: string; readonly user: string; readonly id: string },
	parts: Parts,
): Promise<ModalView> {
	try {
		const upload = form.fileId === undefined ? undefined : await readUpload(team, form.fileId, parts);
		const { source, services } = documentOf(form, upload, parts.services);
		const speaker = { place: { team, channel: user, threadTs: NO_THREAD }, user, id };
		const said = await sayCommand(kind.command, { ...kind.options(form), source }, speaker, { ...parts, services });
		return said.kind === 'confirm' ? confirmationView(kind.title, said.question, said.line) : replyView(kind.title, said.reply);
	} catch (error) {
		return kind.view(form, toldError(error, parts.logger).userMessage);
	}
}
