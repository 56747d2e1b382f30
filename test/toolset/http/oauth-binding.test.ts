import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { bindTokens, type OAuth2Settings } from '../../../src/toolset/http/oauth-binding.ts';

const OWN = 'https://api.test/token';
const OTHER = 'https://auth.test/token';
const EVIL = 'https://evil.test/token';

const bind = (settings: OAuth2Settings, declared: readonly string[] = [], name = 'crm') =>
	bindTokens({ name, settings, declared, isTrusted: (tokenUrl) => new URL(tokenUrl).origin === 'https://api.test' });

suite('no token address', () => {
	const wrong: [name: string, settings: OAuth2Settings, declared: readonly string[], message: RegExp][] = [
		['where neither the admin nor the document says one', {}, [], /does not say where access tokens come from.*--token-url/],
		['where the document says several', {}, [OWN, OTHER], /several.*api\.test.*auth\.test.*--token-url/],
		[
			'where the document says that of another server',
			{},
			[OTHER],
			/https:\/\/auth\.test\/token, which is another server.*give that address yourself/,
		],
		['that is no address', { tokenUrl: 'auth.test' }, [OWN], /cannot be used/],
		['of another protocol', { tokenUrl: 'file:///token' }, [], /cannot be used/],
		['with a password', { tokenUrl: 'https://u:hunter2@auth.test/' }, [], /cannot be used/],
		['with a scope on two lines', { tokenUrl: OTHER, scope: 'a\nb' }, [], /scope cannot be read/],
		['with a scope of two spaces', { tokenUrl: OTHER, scope: 'a  b' }, [], /scope cannot be read/],
	];
	for (const [name, settings, declared, message] of wrong) {
		test(name, () => {
			const bound = bind(settings, declared);
			assert.match(bound.ok ? '' : bound.message, message);
			assert.doesNotMatch(JSON.stringify(bound), /hunter2/);
		});
	}
});

suite('a token address is', () => {
	test('what the admin says, whatever the document says', () => {
		const bound = bind({ tokenUrl: ` ${OTHER}#part `, scope: 'read write' }, [EVIL]);
		assert.deepEqual(bound, { ok: true, binding: { tokenUrl: OTHER, scope: 'read write', declared: [EVIL] } });
	});

	test('what the document says where that is trusted', () => {
		assert.deepEqual(bind({}, [OWN]), { ok: true, binding: { tokenUrl: OWN, declared: [OWN] } });
	});
});

suite('once bound', () => {
	const bound = { tokenUrl: OTHER, declared: [OTHER, OWN] };

	test('a document that names another address closes it, with what to do', () => {
		for (const declared of [[EVIL], [OTHER, EVIL]]) {
			const now = bind(bound, declared);
			assert.match(
				now.ok ? '' : now.message,
				/now says.*evil\.test.*was given for https:\/\/auth\.test\/token\. Nothing is sent.*\/toolset auth crm/,
			);
		}
		assert.equal(bind({ tokenUrl: OTHER, declared: [] }, [OWN]).ok, false, 'not even that of the API');
	});

	test('a document that names fewer, or comes to agree, changes nothing', () => {
		for (const declared of [[], [OTHER], [OWN], [OWN, OTHER]]) assert.deepEqual(bind(bound, declared), { ok: true, binding: bound });
		assert.equal(bind({ tokenUrl: OTHER, declared: [] }, [OTHER]).ok, true);
	});
});
