import { UserError } from '../../src/errors.ts';
import type { Parts } from './parts.ts';

/** As much as a document from an address may have; what is longer is no API document. */
const MOST_BYTES = 20_000_000;
const TIMEOUT_MS = 30_000;

/** A file that somebody put into a form. Rejects with a UserError when Slack does not give it. */
export async function readUpload(team: string, fileId: string, { outbound, access }: Parts): Promise<{ name: string; text: string }> {
	const { file } = await outbound.call(team, (client) => client.files.info({ file: fileId }));
	const address = file?.url_private_download ?? file?.url_private;
	if (!address) throw unreadable();
	if ((file?.size ?? 0) > MOST_BYTES)
		throw new UserError('document', `The file is larger than ${MOST_BYTES / 1_000_000} MB, so it is hardly an API document.`);
	const token = (await access.clientOf(team)).token ?? '';
	try {
		const response = await fetch(address, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(TIMEOUT_MS) });
		if (!response.ok) throw new Error(`status ${response.status}`);
		return { name: file?.name ?? fileId, text: await response.text() };
	} catch (error) {
		throw unreadable(error);
	}
}

function unreadable(cause?: unknown): UserError {
	return new UserError('document', 'Slack did not hand the file over. Upload it again, or give the address of the document.', { cause });
}
