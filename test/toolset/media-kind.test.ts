import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MediaKind, mediaKind } from '../../src/toolset/media-kind.ts';

const kinds: Record<MediaKind, string[]> = {
	json: ['application/json', 'text/json', 'application/vnd.github.v3+json', 'application/problem+json', ' Application/JSON '],
	text: [
		'text/csv',
		'text/html',
		'text/x-anything',
		'application/xml',
		'application/atom+xml',
		'image/svg+xml',
		'application/yaml',
		'application/x-ndjson',
		'application/x-www-form-urlencoded',
		'message/rfc822',
	],
	binary: [
		'image/png',
		'image/*',
		'audio/mpeg',
		'application/pdf',
		'application/zip',
		'application/octet-stream',
		'binary/octet-stream',
		'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
		'application/epub+zip',
	],
	unknown: ['', '*/*', 'application/*', 'application/vnd.example.diff', 'application/x-unheard-of', 'nonsense', 'application/pdfx'],
};
for (const [kind, types] of Object.entries(kinds))
	for (const type of types) test(`${JSON.stringify(type)} is ${kind}`, () => assert.equal(mediaKind(type), kind));
