import { UserError } from '../../../src/errors.ts';
import { downloadText, MOST_UPLOAD_BYTES, uploadTooLarge } from '../../shared/download-text.ts';
import type { Parts } from '../parts.ts';

/** What reading a file takes of the parts. */
export interface Reader {
	readonly outbound: Pick<Parts['outbound'], 'call'>;
	readonly access: Pick<Parts['access'], 'clientOf'>;
}

/**
 * A file that somebody put into a form, of at most `MOST_UPLOAD_BYTES`. The token goes to Slack alone, wherever the file is said to be. Rejects
 * with a UserError when Slack does not give it.
 */
export async function readUpload(team: string, fileId: string, { outbound, access }: Reader): Promise<{ name: string; text: string }> {
	const { file } = await outbound.call(team, (client) => client.files.info({ file: fileId }));
	if (file?.is_external || file?.mode === 'external') throw external();
	if ((file?.size ?? 0) > MOST_UPLOAD_BYTES) throw uploadTooLarge();
	const { slackApiUrl, token = '' } = await access.clientOf(team);
	const address = addressAtSlack(file?.url_private_download ?? file?.url_private, slackApiUrl);
	if (!address) throw unreadable();
	try {
		return { name: file?.name ?? fileId, text: await downloadText(address, { authorization: `Bearer ${token}` }) };
	} catch (error) {
		throw error instanceof UserError ? error : unreadable(error);
	}
}

/** `files.slack.com`, `files.slack-gov.com`, or the server that stands in for Slack's API. */
function addressAtSlack(address: string | undefined, apiUrl: string): URL | undefined {
	if (!address || !URL.canParse(address)) return undefined;
	const [url, api] = [new URL(address), new URL(apiUrl)];
	return ['https://files.slack.com', `https://files.${api.host}`, api.origin].includes(url.origin) ? url : undefined;
}

function external(): UserError {
	return new UserError('document', 'The file lies outside Slack. Upload the document itself, or give its address.');
}

function unreadable(cause?: unknown): UserError {
	return new UserError('document', 'Slack did not hand the file over. Upload it again, or give the address of the document.', { cause });
}
