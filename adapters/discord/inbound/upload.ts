import type { Attachment } from 'discord.js';
import { UserError } from '../../../src/errors.ts';
import { downloadText, MOST_UPLOAD_BYTES, uploadTooLarge } from '../../shared/download-text.ts';

/** Where Discord keeps what people upload (discord.com/developers/docs/reference#cdn-endpoints). */
const CDN = ['https://cdn.discordapp.com', 'https://media.discordapp.net'];

/**
 * The text of a file that somebody put into a form, of at most `MOST_UPLOAD_BYTES`. Only Discord's own servers are asked, or the one that stands in
 * for its API. Rejects with a UserError when they do not give it.
 */
export async function readUpload({ url, size }: Pick<Attachment, 'url' | 'size'>, apiUrl: string): Promise<string> {
	if (size > MOST_UPLOAD_BYTES) throw uploadTooLarge();
	const address = URL.parse(url);
	if (!address || ![...CDN, new URL(apiUrl).origin].includes(address.origin)) throw unreadable();
	try {
		return await downloadText(address);
	} catch (error) {
		throw error instanceof UserError ? error : unreadable(error);
	}
}

function unreadable(cause?: unknown): UserError {
	return new UserError('document', 'Discord did not hand the file over. Upload it again, or give the address of the document.', { cause });
}
