import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addToolsetView, readAddToolset } from '../../../../adapters/slack/views/add-toolset.ts';
import type { FormValue } from '../../../../adapters/slack/views/form.ts';
import { HOSTILE_TEXTS } from '../../shared/hostile.ts';
import { checkView } from '../render/check-limits.ts';
import { problemsOf, submitted } from './form-state.ts';

const read = (inputs: Record<string, string | FormValue>) => readAddToolset(submitted(addToolsetView(), inputs).state);
const source = 'https://api.example.com/openapi.json';

describe('what cannot be used', () => {
	const wrong: readonly (readonly [name: string, inputs: Record<string, string | FormValue>, fields: string[]])[] = [
		['nothing', {}, ['name', 'source']],
		['only blanks', { name: '  ', source: ' \n' }, ['name', 'source']],
		['a name that is no identifier', { name: 'my crm', source }, ['name']],
		['a reserved word', { name: 'delete', source }, ['name']],
		['an address and a file', { name: 'crm', source, file: { files: [{ id: 'F1' }] } }, ['source']],
		['a file of the machine', { name: 'crm', source: '/etc/passwd' }, ['source']],
		['another protocol', { name: 'crm', source: 'file:///etc/passwd' }, ['source']],
		['a base address without one', { name: 'crm', source, 'base-url': 'api.example.com' }, ['base-url']],
		['a secret in place of a reference', { name: 'crm', source, auth: 'sk-1234567890abcdef1234' }, ['auth']],
	];
	for (const [name, inputs, fields] of wrong) {
		test(`${name} is said at its field`, () => {
			const result = read(inputs);
			assert.deepEqual(problemsOf(result), fields);
			assert.doesNotMatch(JSON.stringify(result), /sk-1234/);
		});
	}
	for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
		test(`${name} breaks neither reading nor showing it again`, () => {
			assert.equal(read({ name: text, source: text, 'base-url': text, auth: text }).ok, false);
			checkView(addToolsetView({ name: text, source: text, baseUrl: text, auth: text }, text));
		});
	}
});

test('an address with everything around it', () => {
	assert.deepEqual(read({ name: ' crm ', source: ` ${source} `, 'base-url': 'https://api.example.com/v1', auth: 'bearer:CRM' }), {
		ok: true,
		value: { name: 'crm', source, baseUrl: 'https://api.example.com/v1', auth: 'bearer:CRM' },
	});
});

test('a file, or an example', () => {
	assert.deepEqual(read({ name: 'crm', file: { files: [{ id: 'F0123' }] } }), { ok: true, value: { name: 'crm', fileId: 'F0123' } });
	assert.deepEqual(read({ name: 'movies', source: 'example:movies' }), { ok: true, value: { name: 'movies', source: 'example:movies' } });
});

test('shown again, the form holds what was typed and what was wrong', () => {
	const view = addToolsetView({ name: 'crm', source, auth: 'CRM' }, 'The document cannot be read.');
	checkView(view);
	const text = JSON.stringify(view);
	for (const part of ['"initial_value":"crm"', `"initial_value":"${source}"`, 'The document cannot be read.'])
		assert.ok(text.includes(part), part);
	assert.doesNotMatch(JSON.stringify(addToolsetView()), /initial_value|⚠️/);
});
