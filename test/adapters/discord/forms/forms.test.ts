import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addToolsetForm } from '../../../../adapters/discord/forms/add-toolset.ts';
import { clientForm, credentialForm } from '../../../../adapters/discord/forms/credential.ts';
import { feedbackReasonForm } from '../../../../adapters/discord/forms/feedback-reason.ts';
import { importFunctionsForm } from '../../../../adapters/discord/forms/import-functions.ts';
import { MOST_UPLOAD_BYTES } from '../../../../adapters/shared/download-text.ts';
import { checkModal, inputsOf } from '../../../simulators/discord/checks/modal.ts';
import { HOSTILE_TEXTS } from '../../shared/hostile.ts';

type Form = ReturnType<typeof credentialForm>;

/** As Discord sees it. Throws for what it would not draw. */
function drawn(form: Form) {
	const fields = JSON.parse(JSON.stringify(form));
	checkModal(fields);
	return inputsOf(fields.components).map(({ input }) => input);
}

describe('Discord draws', () => {
	for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
		test(`the form of a new API with ${name} text in it`, () => {
			const inputs = drawn(addToolsetForm({ name: text, 'base-url': text, auth: text, source: text }));
			assert.equal(inputs.length, 5);
		});
	}
	test('the form of a credential', () => {
		const name = 'n'.repeat(32);
		assert.deepEqual(
			drawn(credentialForm(name, true)).map((input) => input.custom_id),
			['kind', 'parameter', 'secret', 'reference'],
		);
		assert.deepEqual(
			drawn(credentialForm(name, false)).map((input) => [input.custom_id, input.required]),
			[['reference', true]],
		);
		assert.match(JSON.stringify(credentialForm(name, true)), /Discord shows what you type here in plain sight/);
		assert.match(JSON.stringify(credentialForm(name, false)), /has not set `ENCRYPTION_KEY`/);
	});
	test('the form of an OAuth2 client', () => {
		const name = 'n'.repeat(32);
		assert.deepEqual(
			drawn(clientForm(name, true)).map((input) => [input.custom_id, input.required]),
			[
				['clientId', true],
				['secret', true],
				['tokenUrl', false],
				['scope', false],
			],
		);
		assert.deepEqual(
			drawn(clientForm(name, false)).map((input) => [input.custom_id, input.required]),
			[
				['reference', true],
				['tokenUrl', false],
				['scope', false],
			],
		);
		assert.match(JSON.stringify(clientForm(name, true)), /Discord shows what you type here in plain sight/);
		assert.ok(JSON.stringify(credentialForm(name, true)).includes(`/toolset auth ${name} oauth2`));
	});
	test('the form that imports functions', () => {
		assert.deepEqual(
			drawn(importFunctionsForm()).map((input) => [input.custom_id, input.required]),
			[
				['source', false],
				['file', false],
			],
		);
		assert.ok(JSON.stringify(importFunctionsForm()).includes(`up to ${MOST_UPLOAD_BYTES / 1024 / 1024} MB`));
	});
	test('the form of a reason', () => {
		assert.deepEqual(
			drawn(feedbackReasonForm(`@${'9'.repeat(20)}/01ARZ3NDEKTSV4RRFFQ69G5FAV`)).map(({ custom_id: id, required, max_length: most }) => [
				id,
				required,
				most,
			]),
			[['reason', false, 1000]],
		);
	});
});

test('the form of a new API holds what was given, and tells how large a file may be', () => {
	const inputs = drawn(addToolsetForm({ name: 'crm', 'base-url': 'https://crm.example.com/v1', auth: 'bearer:CRM' }));
	assert.deepEqual(
		inputs.map((input) => [input.custom_id, input.value, input.required]),
		[
			['name', 'crm', true],
			['source', undefined, false],
			['file', undefined, false],
			['base-url', 'https://crm.example.com/v1', false],
			['auth', 'bearer:CRM', false],
		],
	);
	assert.ok(JSON.stringify(addToolsetForm({})).includes(`up to ${MOST_UPLOAD_BYTES / 1024 / 1024} MB`));
	assert.ok(!JSON.stringify(addToolsetForm({})).includes('"value"'));
});
