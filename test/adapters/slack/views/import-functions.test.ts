import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { replyView } from '../../../../adapters/slack/notes.ts';
import type { FormValue } from '../../../../adapters/slack/views/form.ts';
import { importFunctionsView, readImportFunctions } from '../../../../adapters/slack/views/import-functions.ts';
import { HOSTILE_TEXTS } from '../../shared/hostile.ts';
import { checkView } from '../render/check-limits.ts';
import { problemsOf, submitted } from './form-state.ts';

const read = (inputs: Record<string, string | FormValue>) => readImportFunctions(submitted(importFunctionsView(), inputs).state);
const source = 'https://example.com/functions.json';
const file = { files: [{ id: 'F0123' }] };

describe('the form that imports functions', () => {
	const wrong: readonly (readonly [name: string, inputs: Record<string, string | FormValue>])[] = [
		['nothing', {}],
		['only blanks', { source: ' \n' }],
		['an address and a file', { source, file }],
		['a file of the machine', { source: '/etc/passwd' }],
		['an MCP server', { source: 'mcp:files' }],
	];
	for (const [name, inputs] of wrong) {
		test(`says of ${name} what is wrong, at its field`, () => assert.deepEqual(problemsOf(read(inputs)), ['source']));
	}

	test('takes an address or a file', () => {
		assert.deepEqual(read({ source: ` ${source} ` }), { ok: true, value: { source } });
		assert.deepEqual(read({ file }), { ok: true, value: { fileId: 'F0123' } });
	});

	for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
		test(`comes back with ${name} text`, () => {
			assert.equal(read({ source: text }).ok, false);
			checkView(importFunctionsView({ source: text }, text));
		});
	}

	test('comes back with what was typed and what was wrong', () => {
		const view = importFunctionsView({ source }, 'The file cannot be read.');
		checkView(view);
		for (const part of [`"initial_value":"${source}"`, 'The file cannot be read.']) assert.ok(JSON.stringify(view).includes(part), part);
		assert.doesNotMatch(JSON.stringify(importFunctionsView()), /initial_value|⚠️/);
	});
});

describe('the answer to a form', () => {
	test('has the rows of a table as lines', () => {
		const rows = [
			['f', 'the type check fails', ''],
			['g', 'there', ''],
		];
		const view = replyView('Import functions', [
			{ kind: 'text', text: 'Imported **2** of 4 <functions>.' },
			{ kind: 'table', columns: ['function', 'problem', 'more'], rows },
		]);
		checkView(view);
		const text = JSON.stringify(view.blocks);
		assert.ok(text.includes('Imported *2* of 4 &lt;functions&gt;.\\n• f · the type check fails\\n• g · there"'), text);
	});

	for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
		test(`is drawn with ${name} text`, () =>
			checkView(
				replyView('Import functions', [
					{ kind: 'text', text },
					{ kind: 'table', columns: ['a'], rows: [[text]] },
				]),
			));
	}
});
