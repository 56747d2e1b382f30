import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confirmationView } from '../../../../adapters/slack/views/confirmation.ts';
import { HOSTILE_TEXTS } from '../../shared/hostile.ts';
import { checkView } from '../render/check-limits.ts';

test('a form asks back, and a yes says what is to be done', () => {
	const view = confirmationView('Import functions', '**2** functions of `a<b`.\nImport them?', '/functions import kept:0123456789');
	checkView(view);
	assert.equal(view.private_metadata, '/functions import kept:0123456789');
	assert.equal(view.submit?.text, 'Yes, do it');
	assert.ok(JSON.stringify(view.blocks).includes('*2* functions of `a&lt;b`.\\nImport them?'), JSON.stringify(view.blocks));
});

for (const [name, text] of Object.entries(HOSTILE_TEXTS))
	test(`${name} is asked about within the limits`, () => checkView(confirmationView('Import functions', text, 'line')));
