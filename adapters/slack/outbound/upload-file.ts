import { WebAPIHTTPError, WebAPIRequestError, type WebClient } from '@slack/web-api';
import type { SlackAttachment, SlackFile } from '../render/message.ts';
import { findMessage } from './find-message.ts';
import { type Posters, sendInTurn } from './post-message.ts';
import { refusalOf } from './slack-failure.ts';
import type { Target } from './target.ts';

export interface Upload {
	readonly target: Target;
	readonly key: string;
	readonly file: SlackFile | SlackAttachment;
	/** When it was first shown from here. */
	sentAt?: number;
}

/** For the bytes of one file. */
const TRANSFER_TIMEOUT_MS = 60_000;

/**
 * One attempt at a file in a channel, in the steps of `files.uploadV2`. Until the last one nobody sees anything, and the id that Slack gave for
 * the file in the first one tells whether it appeared. Rejects with Slack's error.
 */
export async function uploadFile(upload: Upload, posters: Posters): Promise<void> {
	try {
		await share(upload, posters);
	} catch (error) {
		// Files that were never shown are not kept for ever.
		if (refusalOf(error) !== 'file_not_found') throw error;
		await posters.postings.forget(transferKey(upload));
		await share(upload, posters);
	}
}

async function share(upload: Upload, posters: Posters): Promise<void> {
	const { target, key, file } = upload;
	const { clientOf, postings } = posters;
	const fileId = await postings.post(transferKey(upload), {
		send: async () => transfer(await clientOf(target.team), file),
		find: async () => undefined,
	});
	await postings.post(key, {
		send: () =>
			sendInTurn(posters, upload, async (client) => {
				upload.sentAt ??= Date.now();
				await show(client, target, { id: fileId, title: file.title });
				return fileId;
			}),
		find: async () => {
			const isIt = ({ files }: { readonly files?: readonly { readonly id?: string }[] }) => files?.some(({ id }) => id === fileId) === true;
			return (await findMessage(await clientOf(target.team), target, isIt, upload.sentAt)) && fileId;
		},
	});
}

function transferKey({ key }: Upload): string {
	return `${key}.file`;
}

async function transfer(client: WebClient, file: Upload['file']): Promise<string> {
	const { filename } = file;
	const bytes = 'bytes' in file ? new Uint8Array(file.bytes) : new TextEncoder().encode(file.content);
	const { upload_url: url, file_id: id } = await client.files.getUploadURLExternal({
		filename: filename.toWellFormed(),
		length: bytes.length,
	});
	if (!url || !id) throw new Error('Slack gave no address for an upload');
	await send(url, bytes, filename);
	return id;
}

/** The address itself is the permission: it gets no token. */
async function send(url: string, bytes: Uint8Array<ArrayBuffer>, filename: string): Promise<void> {
	const body = new FormData();
	body.append('body', new Blob([bytes]), filename);
	try {
		const response = await fetch(url, { method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(TRANSFER_TIMEOUT_MS) });
		const text = await response.text();
		if (!response.ok) throw new WebAPIHTTPError(response.status, response.statusText, {}, text);
	} catch (error) {
		if (error instanceof WebAPIHTTPError) throw error;
		throw new WebAPIRequestError(error instanceof Error ? error : new Error(String(error)));
	}
}

async function show(
	client: WebClient,
	{ channel, threadTs }: Target,
	file: { readonly id: string; readonly title: string },
): Promise<void> {
	const files: [typeof file] = [file];
	await client.files.completeUploadExternal(
		threadTs ? { files, channel_id: channel, thread_ts: threadTs } : { files, channel_id: channel },
	);
}
