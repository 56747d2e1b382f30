import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createUnzip } from 'node:zlib';

/** More arrived, or came out of decompression, than was allowed. */
export class BodyTooLarge extends Error {
	override readonly name = 'BodyTooLarge';
}

/** What `readBody` undoes, for the Accept-Encoding header. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

/**
 * The decoded body, at most `maxBytes` both as received and as decoded; decompression stops at the limit, so a small bomb costs no more
 * than an honest body. Rejects with BodyTooLarge, with the stream's own error, or with the signal's reason. The stream is closed in
 * every case.
 */
export async function readBody(body: Readable, encoding: string | undefined, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
	const chunks: Buffer[] = [];
	const collect = async (source: AsyncIterable<Buffer>) => {
		for await (const chunk of source) chunks.push(chunk);
	};
	const decoder = decoderFor(encoding);
	if (!decoder) await pipeline(body, limited(maxBytes), collect, { signal });
	else await pipeline(body, limited(maxBytes), decodedBy(decoder, signal), limited(maxBytes), collect, { signal });
	return Buffer.concat(chunks);
}

function decoderFor(encoding: string | undefined): Transform | undefined {
	switch ((encoding ?? '').trim().toLowerCase()) {
		case '':
		case 'identity':
			return undefined;
		case 'gzip':
		case 'x-gzip':
		case 'deflate':
			return createUnzip();
		case 'br':
			return createBrotliDecompress();
		default:
			throw new Error('the content encoding is not supported');
	}
}

function limited(maxBytes: number) {
	return async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
		let bytes = 0;
		for await (const chunk of source) {
			bytes += chunk.length;
			if (bytes > maxBytes) throw new BodyTooLarge();
			yield chunk;
		}
	};
}

/** An empty body stays empty: a HEAD or 304 response may name an encoding and carry nothing, which no decoder accepts. */
function decodedBy(decoder: Transform, signal: AbortSignal) {
	return async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
		const iterator = source[Symbol.asyncIterator]();
		const first = await iterator.next();
		if (first.done) return;
		const feeding = pipeline(
			async function* () {
				yield first.value;
				yield* { [Symbol.asyncIterator]: () => iterator };
			},
			decoder,
			{ signal },
		);
		feeding.catch(() => undefined);
		yield* decoder as AsyncIterable<Buffer>;
		await feeding;
	};
}
