/** Endings of the media types that APIs hand out most. */
const ENDINGS: Readonly<Record<string, string>> = {
	'application/pdf': 'pdf',
	'application/zip': 'zip',
	'application/gzip': 'gz',
	'application/json': 'json',
	'application/xml': 'xml',
	'application/msword': 'doc',
	'application/vnd.ms-excel': 'xls',
	'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
	'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
	'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
	'image/jpeg': 'jpg',
	'image/svg+xml': 'svg',
	'audio/mpeg': 'mp3',
	'text/plain': 'txt',
};

const MAX_CHARACTERS = 100;

/**
 * What a downloaded file is called: as its Content-Disposition says (RFC 6266, `filename*` before `filename`), else as its address ends, else `file` with
 * an ending that fits its type. A name for people and uploads, never a path: no slashes, no control or direction characters, 1 to 100 characters.
 */
export function fileName(disposition: string | undefined, url: string, mediaType: string): string {
	const segment = decoded(new URL(url).pathname.split('/').at(-1) ?? '');
	const candidates = [dispositionName(disposition ?? ''), /\.\w{1,8}$/.test(segment) ? segment : ''];
	const name = candidates.map(plain).find((candidate) => candidate !== '');
	return name ?? `file.${endingOf(mediaType)}`;
}

/** The same of a name or address that a server gives: its last part, or `file` with an ending that fits its type. */
export function plainFileName(given: string, mediaType: string): string {
	return plain(decoded(given)) || `file.${endingOf(mediaType)}`;
}

function dispositionName(header: string): string {
	const text = header.slice(0, 2_000);
	const extended = /;\s*filename\*\s*=\s*(?:utf-8|iso-8859-1)'[^']*'([^\s;]+)/i.exec(text)?.[1];
	if (extended !== undefined) return decoded(extended);
	const [, quoted, bare] = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i.exec(text) ?? [];
	return quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '';
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

function plain(name: string): string {
	const base = name.split(/[/\\]/).at(-1) ?? '';
	const clean = base
		.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}<>:"|?*]+/gu, ' ')
		.replace(/\s+/g, ' ')
		.replace(/^[\s.]+|[\s.]+$/g, '');
	if (clean.length <= MAX_CHARACTERS) return clean;
	const ending = /\.\w{1,8}$/.exec(clean)?.[0] ?? '';
	return clean.slice(0, MAX_CHARACTERS - ending.length) + ending;
}

function endingOf(mediaType: string): string {
	const known = Object.hasOwn(ENDINGS, mediaType) ? ENDINGS[mediaType] : undefined;
	return known ?? /^(?:image|audio|video|font)\/([a-z0-9]{2,5})$/.exec(mediaType)?.[1] ?? 'bin';
}
