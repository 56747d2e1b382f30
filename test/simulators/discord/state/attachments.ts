import path from 'node:path';
import type { APIAttachment } from 'discord-api-types/v10';
import type { Snowflakes } from './snowflakes.ts';

export interface UploadedFile {
	readonly name: string;
	readonly content: Buffer;
	readonly description?: string;
}

/** What was uploaded by anybody, downloadable from the simulator under the attachment's own address. */
export interface Attachments {
	upload(channelId: string, file: UploadedFile, ephemeral?: boolean): APIAttachment;
	/** By the path of its address. */
	download(pathname: string): { readonly content: Buffer; readonly type: string } | undefined;
	contentOf(id: string): Buffer | undefined;
	all(): readonly { readonly attachment: APIAttachment; readonly content: Buffer }[];
}

/** Of other names Discord says nothing. */
const TYPES: Readonly<Record<string, string>> = {
	'.csv': 'text/csv; charset=utf-8',
	'.json': 'application/json; charset=utf-8',
	'.md': 'text/markdown; charset=utf-8',
	'.png': 'image/png',
	'.txt': 'text/plain; charset=utf-8',
};

export function createAttachments(origin: string, snowflakes: Snowflakes): Attachments {
	const kept = new Map<string, { attachment: APIAttachment; content: Buffer }>();
	return {
		upload(channelId, file, ephemeral = false) {
			const id = snowflakes.next();
			// Discord replaces what an address cannot hold; the real name is not kept.
			const filename = file.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_');
			const folder = ephemeral ? 'ephemeral-attachments' : 'attachments';
			const url = `${origin}/${folder}/${channelId}/${id}/${encodeURIComponent(filename)}?ex=7fffffff&is=0&hm=${'0'.repeat(64)}&`;
			const content_type = TYPES[path.extname(filename).toLowerCase()];
			const attachment: APIAttachment = {
				id,
				filename,
				size: file.content.byteLength,
				url,
				proxy_url: url,
				...(content_type === undefined ? {} : { content_type }),
				...(file.description === undefined ? {} : { description: file.description }),
				...(ephemeral ? { ephemeral } : {}),
			};
			kept.set(id, { attachment, content: file.content });
			return attachment;
		},
		download(pathname) {
			const [, id] = /^\/(?:ephemeral-)?attachments\/\d+\/(\d+)\/[^/]+$/.exec(pathname) ?? [];
			const found = id === undefined ? undefined : kept.get(id);
			return found && { content: found.content, type: found.attachment.content_type ?? 'application/octet-stream' };
		},
		contentOf: (id) => kept.get(id)?.content,
		all: () => [...kept.values()],
	};
}
