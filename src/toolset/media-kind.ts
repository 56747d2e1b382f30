/**
 * What a media type holds, as far as its name says: `json`, `text` (CSV, XML, YAML, HTML, JSON lines, …), `binary` (images, documents, archives, …), or
 * `unknown`, where only the content can tell.
 */
export type MediaKind = 'json' | 'text' | 'binary' | 'unknown';

const JSON_TYPE = /^[\w.+-]+\/([\w.+-]+\+)?json$/;
const TEXT_TYPE =
	/^text\/|^message\/|[/+.](xml|yaml|csv|javascript|ecmascript|x-ndjson|ndjson|jsonl|graphql|x-www-form-urlencoded|sql|toml|x-sh)$/;
const BINARY_TYPE =
	/^(image|audio|video|font|model)\/|^application\/(octet-stream|pdf|zip|gzip|zlib|zstd|x-(tar|gzip|bzip2|7z-compressed|rar-compressed|zip-compressed|protobuf|sqlite3|binary)|vnd\.rar|msword|rtf|epub\+zip|wasm|java-archive|protobuf|x-protobuf|cbor|msgpack|vnd\.ms-.*|vnd\.openxmlformats-.*|vnd\.oasis\..*)$|^binary\/|\+(zip|gzip|cbor|protobuf)$/;

/** `mediaType` without parameters, in any case. */
export function mediaKind(mediaType: string): MediaKind {
	const type = mediaType.trim().toLowerCase();
	if (JSON_TYPE.test(type)) return 'json';
	if (TEXT_TYPE.test(type)) return 'text';
	return BINARY_TYPE.test(type) ? 'binary' : 'unknown';
}
