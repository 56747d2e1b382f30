import { UserError } from '../../src/errors.ts';
import type { DocumentText } from '../../src/toolset/document-source.ts';
import { MOST_UPLOAD_BYTES } from './download-text.ts';

/** Where a form's document comes from: the address in `source`, or the upload `fileId`. */
export interface DocumentForm {
	readonly source?: string;
	readonly fileId?: string;
}

/** An upload that was read. */
export interface Upload {
	readonly name: string;
	readonly text: string;
}

export interface DocumentWords {
	/** What to say when neither is given. */
	readonly missing: string;
	/** What to say of a source that is none. */
	readonly noSource: string;
	readonly isSource: (source: string) => boolean;
}

/** What is wrong with where a document comes from, for people. */
export function documentProblem({ source, fileId }: DocumentForm, { missing, noSource, isSource }: DocumentWords): string | undefined {
	if (source !== undefined && fileId !== undefined) return 'Give an address or a file, not both.';
	if (source === undefined) return fileId === undefined ? missing : undefined;
	return isSource(source) ? undefined : noSource;
}

export const NO_ADDRESS = 'This must be an address that starts with https:// or http://.';

export function isHttpUrl(text: string): boolean {
	return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

/** What is wrong with the form that imports functions, by field; empty when nothing is. */
export function importFormProblems(form: DocumentForm): { readonly source?: string } {
	const missing = 'Give the address of the file, or upload it.';
	const problem = documentProblem(form, { missing, noSource: NO_ADDRESS, isSource: isHttpUrl });
	return problem === undefined ? {} : { source: problem };
}

/** What the form that imports functions says. */
export const IMPORT_WORDS = {
	title: 'Import functions',
	address: { label: 'Address of an exported file', hint: 'Or upload the file below.', example: 'https://example.com/functions.json' },
	file: { label: 'The exported file', hint: `The JSON file of /functions export, up to ${MOST_UPLOAD_BYTES / 1024 / 1024} MB.` },
} as const;

/** The rule that holds for a form, for whoever it is refused. */
export function onlyAdmins(may: 'connect APIs or set credentials' | 'set credentials' | 'import functions'): UserError {
	return new UserError('not-allowed', `Only an admin may ${may}. Ask one of them to do it.`);
}

/** What a command reads its document with. */
interface Reading {
	readDocument(source: string): Promise<DocumentText>;
}

/** How a command gets the document of a form: an upload is `upload:<name>` to it, and what it reads for that is the upload. */
export function documentOf<Services extends Reading>(
	{ source }: DocumentForm,
	upload: Upload | undefined,
	services: Services,
): { readonly source: string | undefined; readonly services: Services } {
	if (!upload) return { source, services };
	return { source: `upload:${upload.name}`, services: { ...services, readDocument: async () => ({ text: upload.text }) } };
}
