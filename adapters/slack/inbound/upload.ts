import { UserError } from '../../../src/errors.ts';
import type { Parts } from '../parts.ts';
import { MOST_UPLOAD_BYTES } from '../views/add-toolset.ts';

/** What reading a file takes of the parts. */
export interface Reader {
	readonly outbound: Pick<Parts['outbound'], 'call'>;
	readonly access: Pick<Parts['access'], 'clientOf'>;
}

const TIMEOUT_MS = 30_000;

/**
 * A file that somebody put into a form, of at most `MOST_UPLOAD_BYTES`. The token goes to Slack alone, wherever the file is said to be. Rejects
 * with a UserError when Slack does not give it.
 */
export async function readUpload(team: string, fileId: string, { outbound, access }: Reader): Promise<{ name: string; text: string }> {
	const { file } = await outbound.call(team, (client) => client.files.info({ file: fileId }));
	if (file?.is_external || file?.mode === 'external') throw external();
	if ((file?.size ?? 0) > MOST_UPLOAD_BYTES) throw tooLarge();
	const { slackApiUrl, token = '' } = await access.clientOf(team);
	const address = addressAtSlack(file?.url_private_download ?? file?.url_private, slackApiUrl);
	if (!address) throw unreadable();
	try {
		return { name: file?.name ?? fileId, text: await download(address, token) };
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

async function download(address: URL, token: string): Promise<string> {
	const response = await fetch(address, {
		headers: { authorization: `Bearer ${token}` },
		redirect: 'error',
		signal: AbortSignal.timeout(TIMEOUT_MS),
	});
	if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
	const parts: Uint8Array[] = [];
	let bytes = 0;
	for await (const part of response.body) {
		bytes += part.length;
		if (bytes > MOST_UPLOAD_BYTES) throw tooLarge();
		parts.push(part);
	}
	return new TextDecoder().decode(Buffer.concat(parts));
}

function external(): UserError {
	return new UserError('document', 'The file lies outside Slack. Upload the document itself, or give its address.');
}

function tooLarge(): UserError {
	const most = MOST_UPLOAD_BYTES / 1024 / 1024;
	return new UserError('document', `The file is larger than ${most} MB, the most a form takes. Give the address of the document instead.`);
}

function unreadable(cause?: unknown): UserError {
	return new UserError('document', 'Slack did not hand the file over. Upload it again, or give the address of the document.', { cause });
}
