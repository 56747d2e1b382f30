import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { describeReference, parseTypedForm, referenceText, type SentReference } from '../../../src/toolset/http/credential-reference.ts';
import {
	applyCredential,
	type Credential,
	type CredentialReference,
	parseCredentialReference,
	resolveClient,
	resolveCredential,
	resolveTyped,
} from '../../../src/toolset/http/credentials.ts';
import type { EgressRequest } from '../../../src/toolset/http/egress.ts';
import type { SecurityScheme } from '../../../src/toolset/openapi/operation.ts';

suite('parseCredentialReference', () => {
	const readable: [string, CredentialReference][] = [
		['TMDB', { kind: 'document', name: 'TMDB' }],
		[' tmdb ', { kind: 'document', name: 'TMDB' }],
		['TOOLSET_SECRET_TMDB', { kind: 'document', name: 'TMDB' }],
		['bearer:CRM_2', { kind: 'bearer', name: 'CRM_2' }],
		['Basic:CRM', { kind: 'basic', name: 'CRM' }],
		['header:X-Api-Key:CRM', { kind: 'header', parameter: 'X-Api-Key', name: 'CRM' }],
		['query:api_key:CRM', { kind: 'query', parameter: 'api_key', name: 'CRM' }],
		['cookie:session:CRM', { kind: 'cookie', parameter: 'session', name: 'CRM' }],
		['OAuth2:crm', { kind: 'oauth2', name: 'CRM' }],
	];
	for (const [text, reference] of readable) test(text, () => assert.deepEqual(parseCredentialReference(text), { ok: true, reference }));

	const unreadable = [
		'',
		':',
		'bearer:',
		'bearer',
		'a b',
		'oauth:CRM',
		'oauth2',
		'oauth2:scope:CRM',
		'oauth2:*',
		'header:CRM:',
		'header:X Y:CRM',
		'header:X\r\nY:CRM',
		'query::CRM',
		'bearer:x:CRM',
		'header:a:b:CRM',
		'1ABC',
		'*',
		'bearer:*',
		'header:X-Api-Key:*',
		'bearer:CRM_HOSTS',
		'CRM_workspaces',
	];
	for (const text of unreadable.filter((each) => each !== 'bearer' && each !== 'oauth2')) {
		test(`${JSON.stringify(text)} is explained`, () => {
			const parsed = parseCredentialReference(text);
			assert.equal(parsed.ok, false);
			assert.match(parsed.ok ? '' : parsed.message, /bearer:NAME.*TOOLSET_SECRET_NAME|TOOLSET_SECRET_NAME.*bearer:NAME/s);
		});
	}

	test('a pasted secret is refused and not repeated', () => {
		for (const secret of [
			'sk-proj-abc123DEF456',
			'8f14e45fceea167a5a36dedd4bea2543',
			'eyJhbGciOiJIUzI1NiJ9.eyJzdWIi',
			'bearer:8f14e45fceea167a5a36dedd4bea2543',
		]) {
			const parsed = parseCredentialReference(secret);
			assert.equal(parsed.ok, false, secret);
			assert.ok(!JSON.stringify(parsed).toLowerCase().includes(secret.slice(-12).toLowerCase()));
		}
	});
});

function sentForm(form: string) {
	const reference = parseTypedForm(form);
	return reference && reference.kind !== 'oauth2' ? reference : assert.fail(form);
}

suite('resolveClient', () => {
	const [typed, named] = [{ kind: 'oauth2', name: '*' } as const, { kind: 'oauth2', name: 'CRM' } as const];

	test('the client id ends at the first colon', () => {
		assert.deepEqual(resolveClient(named, ' id:se:cret/+ \n'), { ok: true, client: { id: 'id', secret: 'se:cret/+' } });
	});

	const wrong: [Parameters<typeof resolveClient>, RegExp][] = [
		[[named, undefined], /TOOLSET_SECRET_CRM is not set.*restart/],
		[[named, '  '], /TOOLSET_SECRET_CRM is not set/],
		[[named, 'onlyonepart'], /TOOLSET_SECRET_CRM must hold client_id:client_secret/],
		[[named, ':hunter2hunter2'], /must hold client_id:client_secret/],
		[[named, 'id:hunter2\nhunter2'], /on one line/],
		[[named, 'long-client-id:abc'], /client secret in TOOLSET_SECRET_CRM is too short/],
		[[typed, 'long-client-id:hunter2'], /^The client secret is too short.*8/],
		[[typed, 'hunter2hunter2'], /^The credential must hold client_id:client_secret/],
	];
	for (const [args, message] of wrong) {
		test(`${args[0].name} ${JSON.stringify(args[1])} is explained without showing it`, () => {
			const resolved = resolveClient(...args);
			assert.match(resolved.ok ? '' : resolved.message, message);
			assert.doesNotMatch(JSON.stringify(resolved), /hunter2|onlyonepart|abc/);
		});
	}
});

suite('how a secret that was typed in is sent', () => {
	const forms: [string, string, string][] = [
		['bearer', 'bearer:*', 'bearer, typed in'],
		[' Basic:* ', 'basic:*', 'basic, typed in'],
		['header:X-Api-Key', 'header:X-Api-Key:*', 'header X-Api-Key, typed in'],
		['query:key:*', 'query:key:*', 'query key, typed in'],
		['cookie:session', 'cookie:session:*', 'cookie session, typed in'],
		['oauth2', 'oauth2:*', 'oauth2, typed in'],
	];
	for (const [form, stored, words] of forms) {
		test(form, () => {
			const reference = parseTypedForm(form) ?? assert.fail();
			assert.equal(referenceText(reference), stored);
			assert.deepEqual(parseTypedForm(stored), reference);
			assert.equal(describeReference(stored), words);
		});
	}

	test('no other form is one', () => {
		for (const form of [
			'',
			'*',
			':*',
			'CRM',
			'oauth',
			'bearer:x',
			'header',
			'header:',
			'header:X Y',
			'header:X\r\nY',
			'query:',
			'bearer:*:*',
		])
			assert.equal(parseTypedForm(form), undefined, form);
	});

	test('references to the operator are told by variable', () => {
		assert.equal(describeReference('header:X-Api-Key:crm'), 'header X-Api-Key, from TOOLSET_SECRET_CRM');
		assert.equal(describeReference('CRM'), 'as the document says, from TOOLSET_SECRET_CRM');
	});

	test('what cannot be sent, or could be an ordinary word, is refused without showing it', () => {
		const cases: [string, string, RegExp][] = [
			['bearer', 'abcdefg', /too short/],
			['bearer', '', /too short/],
			['bearer', 'abcdefgh\r\nx: 1', /header/],
			['basic', 'nocolonhere', /user:password/],
		];
		for (const [form, secret, message] of cases) {
			const resolved = resolveTyped(sentForm(form), secret, 'https://api.test');
			assert.match(resolved.ok ? '' : resolved.message, message);
			assert.ok(secret === '' || !JSON.stringify(resolved).includes(secret));
		}
	});

	test('it is bound to the origin', () => {
		const resolved = resolveTyped(sentForm('query:key'), ' hunter2hunter2\n', 'https://api.test/v1');
		const scheme = { type: 'apiKey', in: 'query', name: 'key' };
		assert.deepEqual(resolved, { ok: true, credential: { scheme, secret: 'hunter2hunter2', origin: 'https://api.test' } });
	});
});

suite('resolveCredential', () => {
	const base = 'https://api.test/v1';
	const resolve = (reference: SentReference, schemes: SecurityScheme[], secret: string | undefined) =>
		resolveCredential(reference, schemes, () => secret, base);
	const messageOf = (...args: Parameters<typeof resolve>) => {
		const resolved = resolve(...args);
		return resolved.ok ? assert.fail('resolved') : resolved.message;
	};
	const fromDocument: SentReference = { kind: 'document', name: 'CRM' };

	test('a missing variable is named, with what to do', () => {
		for (const secret of [undefined, '', '  \n'])
			assert.match(messageOf({ kind: 'bearer', name: 'CRM' }, [], secret), /TOOLSET_SECRET_CRM is not set.*restart/);
	});

	test('several kinds in the document ask for a form; none, too', () => {
		const schemes: SecurityScheme[] = [{ type: 'bearer' }, { type: 'apiKey', in: 'query', name: 'api_key' }];
		assert.match(messageOf(fromDocument, schemes, 'secret'), /several.*bearer:CRM, query:api_key:CRM/);
		assert.match(messageOf(fromDocument, [], 'secret'), /does not say.*bearer:CRM/);
	});

	test('the only kind of the document is used, also when it is declared twice', () => {
		const resolved = resolve(fromDocument, [{ type: 'bearer' }, { type: 'bearer' }], ' s3cret\n');
		assert.deepEqual(resolved, { ok: true, credential: { scheme: { type: 'bearer' }, secret: 's3cret', origin: 'https://api.test' } });
	});

	test('secrets that cannot be sent are refused without showing them', () => {
		const cases: [SentReference, string, RegExp][] = [
			[{ kind: 'bearer', name: 'A' }, 'abc', /too short/],
			[{ kind: 'bearer', name: 'A' }, 'abcd\r\nx-evil: 1', /header/],
			[{ kind: 'bearer', name: 'A' }, 'pässwörd', /header/],
			[{ kind: 'basic', name: 'A' }, 'nocolonhere', /user:password/],
			[{ kind: 'cookie', parameter: 'sid', name: 'A' }, 'abcd; admin=1', /cookie/],
		];
		for (const [reference, secret, message] of cases) {
			const said = messageOf(reference, [], secret);
			assert.match(said, message);
			assert.ok(!said.includes(secret));
		}
	});

	test('an address that is none is a message', () =>
		assert.equal(resolveCredential({ kind: 'bearer', name: 'A' }, [], () => 'secret', 'nowhere').ok, false));
});

suite('applyCredential', () => {
	const request: EgressRequest = {
		method: 'GET',
		url: 'https://api.test/v1/a?api_key=mine&b=a%20b?',
		headers: { accept: 'x', cookie: 'sid=mine; k=v', 'x-api-key': 'mine' },
	};
	const credential = (scheme: SecurityScheme, secret = 's3cr:et&'): Credential => ({ scheme, secret, origin: 'https://api.test' });

	test('bearer', () => assert.equal(applyCredential(request, credential({ type: 'bearer' })).headers.authorization, 'Bearer s3cr:et&'));
	test('basic', () =>
		assert.equal(applyCredential(request, credential({ type: 'basic' })).headers.authorization, `Basic ${btoa('s3cr:et&')}`));

	test('a header replaces what arguments put there, in any case', () => {
		const sent = applyCredential(request, credential({ type: 'apiKey', in: 'header', name: 'X-API-Key' }));
		assert.equal(sent.headers['X-API-Key'], 's3cr:et&');
		assert.equal(sent.headers['x-api-key'], undefined);
		assert.deepEqual(sent.credentials, { headers: ['X-API-Key'], query: [] });
	});

	test('a query parameter replaces what arguments put there and leaves the rest alone', () => {
		const sent = applyCredential(request, credential({ type: 'apiKey', in: 'query', name: 'api_key' }));
		assert.equal(sent.url, 'https://api.test/v1/a?b=a%20b?&api_key=s3cr%3Aet%26');
		assert.deepEqual(sent.credentials, { headers: [], query: ['api_key'] });
	});

	test('a cookie joins the others', () => {
		const sent = applyCredential(request, credential({ type: 'apiKey', in: 'cookie', name: 'sid' }));
		assert.equal(sent.headers.cookie, 'k=v; sid=s3cr:et&');
	});

	test('another origin gets nothing', () => {
		for (const url of ['https://evil.test/', 'http://api.test/', 'https://api.test:8443/', 'https://api.test.evil.test/']) {
			const elsewhere = { ...request, url };
			assert.equal(applyCredential(elsewhere, credential({ type: 'bearer' })), elsewhere, url);
		}
	});
});
