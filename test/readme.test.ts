import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { parseLine } from '../commands/parse.ts';
import { commandTable } from '../commands/table.ts';
import { settings } from '../src/config.ts';

const root = path.dirname(import.meta.dirname);
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

describe('the documentation', () => {
	test('the README fits in 120 lines', () => {
		assert.ok(read('README.md').split('\n').length <= 120);
	});

	test('names only scripts that package.json has', () => {
		const { scripts } = JSON.parse(read('package.json'));
		const named = documents.flatMap((file) =>
			[...read(file).matchAll(/npm (?:run (?:--silent )?([\w:]+)|(start|test)\b)/g)].map((match) => match[1] ?? match[2] ?? ''),
		);
		assert.ok(named.length >= 8);
		assert.deepEqual(
			named.filter((name) => !(name in scripts)),
			[],
		);
	});

	test('its commands are commands of the bot', () => {
		const typed = [...read('README.md').matchAll(/^ {4}> (\/.*)$/gm)].map((match) => match[1] ?? '');
		assert.ok(typed.length >= 2);
		for (const line of typed) parseLine(line, commandTable);
	});

	test('its settings are settings of the bot', () => {
		const named = [...read('README.md').matchAll(/^ {4}([A-Z][A-Z_]+)=/gm), ...read('README.md').matchAll(/`([A-Z][A-Z_]{5,})`/g)].map(
			(match) => match[1] ?? '',
		);
		assert.ok(named.length >= 4);
		assert.deepEqual(
			named.filter((name) => !(name in settings) && !/^(TOOLSET_SECRET|MCP_COMMAND)_/.test(name)),
			[],
		);
	});

	test('its links lead somewhere', () => {
		const links = documents.flatMap((file) => [...read(file).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] ?? ''));
		assert.ok(links.length >= 5);
		assert.deepEqual(
			links.filter((link) => !existsSync(path.join(root, link))),
			[],
		);
	});

	test('every folder and file that the architecture names exists', () => {
		const named = [...read('ARCHITECTURE.md').matchAll(/`((?:src|commands|adapters|examples|bench|test|scripts)[\w./-]*)`/g)].map(
			(match) => match[1] ?? '',
		);
		assert.ok(named.length >= 15);
		assert.deepEqual(
			named.filter((place) => !existsSync(path.join(root, place))),
			[],
		);
	});
});
