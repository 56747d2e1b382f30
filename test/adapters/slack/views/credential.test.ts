import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clientView, credentialView, readCredential } from '../../../../adapters/slack/views/credential.ts';
import type { FormValue } from '../../../../adapters/slack/views/form.ts';
import { parseTypedForm } from '../../../../src/toolset/http/credential-reference.ts';
import { HOSTILE_TEXTS } from '../../shared/hostile.ts';
import { checkView } from '../render/check-limits.ts';
import { problemsOf, submitted } from './form-state.ts';

const kind = (value: string): FormValue => ({ selected_option: { value } });
const read = (inputs: Record<string, string | FormValue>) => readCredential(submitted(credentialView('crm', true), inputs));

describe('what cannot be used', () => {
	const wrong: readonly (readonly [name: string, inputs: Record<string, string | FormValue>, field: string])[] = [
		['nothing', { kind: kind('bearer') }, 'secret'],
		['a secret and a reference', { kind: kind('bearer'), secret: 's3cret', reference: 'CRM' }, 'reference'],
		['a secret where a reference belongs', { reference: 's3cret-s3cret' }, 'reference'],
		['a password without a user', { kind: kind('basic'), secret: 's3cret' }, 'secret'],
		['a header without a name', { kind: kind('header'), secret: 's3cret' }, 'parameter'],
		['a header with blanks in its name', { kind: kind('header'), parameter: 'X Api', secret: 's3cret' }, 'parameter'],
		['a parameter without a name', { kind: kind('query'), secret: 's3cret' }, 'parameter'],
		['a name that would change the form', { kind: kind('header'), parameter: 'X:Y', secret: 's3cret' }, 'parameter'],
		['line breaks in a secret', { kind: kind('bearer'), secret: 's3cret\nHost: evil' }, 'secret'],
		['a kind there is not', { kind: kind('cookie'), secret: 's3cret' }, 'parameter'],
	];
	for (const [name, inputs, field] of wrong) {
		test(`${name} is said at its field, without what was typed`, () => {
			const result = read(inputs);
			assert.deepEqual(problemsOf(result), [field]);
			assert.doesNotMatch(JSON.stringify(result), /s3cret/);
		});
	}
	test('an empty form of a bot that cannot keep secrets is told at the only field there is', () => {
		const view = credentialView('crm', false);
		assert.deepEqual(problemsOf(readCredential(submitted(view, {}))), ['reference']);
	});
});

test('each kind of secret has its form, which the catalogue knows', () => {
	const forms: readonly (readonly [kind: string, parameter: string, secret: string, form: string])[] = [
		['bearer', '', ' token ', 'bearer'],
		['basic', '', 'dana:p:w', 'basic'],
		['header', 'X-Api-Key', 'key', 'header:X-Api-Key'],
		['query', 'api_key', 'key', 'query:api_key'],
	];
	for (const [name, parameter, secret, form] of forms) {
		assert.deepEqual(read({ kind: kind(name), parameter, secret }), {
			ok: true,
			value: { toolset: 'crm', credential: { form, secret: secret.trim() }, blockId: 'secret' },
		});
		assert.ok(parseTypedForm(form));
	}
});

describe('a client of OAuth2', () => {
	const client = (inputs: Record<string, string | FormValue>) => readCredential(submitted(clientView('crm', true), inputs));

	test('is kept as one secret, with where its tokens come from', () => {
		const more = { tokenUrl: ' https://auth.test/token ', scope: 'read write' };
		assert.deepEqual(client({ clientId: ' bot ', secret: 's3c:ret', ...more }), {
			ok: true,
			value: {
				toolset: 'crm',
				credential: { form: 'oauth2', secret: 'bot:s3c:ret', oauth2: { tokenUrl: 'https://auth.test/token', scope: 'read write' } },
				blockId: 'secret',
			},
		});
		const bare = { toolset: 'crm', credential: { form: 'oauth2', secret: 'bot:s3cret' }, blockId: 'secret' };
		assert.deepEqual(client({ clientId: 'bot', secret: 's3cret' }), { ok: true, value: bare });
		assert.ok(parseTypedForm('oauth2'));
	});

	test('is one of the operator where nothing can be kept', () => {
		const view = clientView('crm', false);
		checkView(view);
		const credential = { reference: 'oauth2:CRM', oauth2: { tokenUrl: 'https://auth.test/token' } };
		const inputs = { reference: 'oauth2:CRM', tokenUrl: 'https://auth.test/token' };
		assert.deepEqual(readCredential(submitted(view, inputs)), { ok: true, value: { toolset: 'crm', credential, blockId: 'reference' } });
		assert.deepEqual(problemsOf(readCredential(submitted(view, {}))), ['reference']);
	});

	for (const [inputs, field] of [
		[{ secret: 's3cret' }, 'clientId'],
		[{ clientId: 'a:b', secret: 's3cret' }, 'clientId'],
		[{ clientId: 'bot' }, 'secret'],
		[{ clientId: 'bot', secret: 's3cret\n' + 'x: y' }, 'secret'],
	] as const) {
		test(`${JSON.stringify(inputs)} is wrong at ${field}, without what was typed`, () => {
			const result = client(inputs);
			assert.deepEqual(problemsOf(result), [field]);
			assert.doesNotMatch(JSON.stringify(result), /s3cret/);
		});
	}
});

test('a secret of the operator is named', () => {
	const value = { toolset: 'crm', credential: { reference: 'bearer:CRM' }, blockId: 'reference' };
	assert.deepEqual(read({ reference: ' bearer:CRM ' }), { ok: true, value });
	assert.deepEqual(readCredential(submitted(credentialView('crm', false), { reference: 'bearer:CRM' })), { ok: true, value });
});

describe('the form', () => {
	test('warns that typing is visible, and says where that of OAuth2 is', () => {
		for (const view of [credentialView('crm', true), clientView('crm', true)]) {
			checkView(view);
			assert.match(JSON.stringify(view), /in plain sight/);
		}
		assert.match(JSON.stringify(credentialView('crm', true)), /\/toolset auth crm oauth2/);
	});

	test('asks for no secret that could not be kept, and says why', () => {
		const view = credentialView('crm', false);
		checkView(view);
		assert.deepEqual(
			view.blocks.flatMap(({ type, block_id: id }) => (type === 'input' ? [id] : [])),
			['reference'],
		);
		assert.match(JSON.stringify(view), /ENCRYPTION_KEY/);
	});

	test('takes any name of a toolset', () => {
		for (const name of Object.values(HOSTILE_TEXTS)) {
			for (const view of [credentialView, clientView]) checkView({ ...view(name, true), private_metadata: '' });
		}
	});
});
