import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFor, readOperatorSecrets, refusalOf } from '../../src/toolset/operator-secret.ts';

const A = { workspaceId: 'slack:TA', severalWorkspaces: false };
const B = { workspaceId: 'slack:TB', severalWorkspaces: false };
const several = { severalWorkspaces: true };
const CRM = { value: 'hunter2hunter2', hosts: ['crm.test:443'] };

describe('readOperatorSecrets', () => {
	test('a pin that cannot be read is a problem that names its variable, and repeats nothing', () => {
		for (const hosts of ['https://crm.test', 'crm.test/v1', '*.crm.test', 'crm.test:99999', 'me@crm.test', 'crm test', 'crm.test,,:80']) {
			const { problems } = readOperatorSecrets({ TOOLSET_SECRET_CRM: 'x', TOOLSET_SECRET_CRM_HOSTS: hosts });
			assert.equal(problems.length, 1, hosts);
			assert.match(problems[0] ?? '', /^TOOLSET_SECRET_CRM_HOSTS must be hosts/);
			assert.ok(!problems[0]?.includes(hosts));
		}
		const { problems } = readOperatorSecrets({ TOOLSET_SECRET_CRM: 'x', TOOLSET_SECRET_CRM_WORKSPACES: 'T0123' });
		assert.match(problems.join(), /^TOOLSET_SECRET_CRM_WORKSPACES must be workspaces/);
	});

	test('only variables with the prefix are secrets, and pins are none', () => {
		const { secrets, problems } = readOperatorSecrets({
			OPENAI_API_KEY: 'sk-model',
			TOOLSET_SECRET_CRM: ' hunter2hunter2\n',
			TOOLSET_SECRET_CRM_HOSTS: 'CRM.test, crm.test:8443 ,[::1]:80',
			TOOLSET_SECRET_CRM_WORKSPACES: 'slack:TA,discord:1',
			TOOLSET_SECRET_EMPTY: ' ',
			TOOLSET_SECRET_PLAIN: 'plain',
			TOOLSET_SECRET_PLAIN_HOSTS: '',
			TOOLSET_SECRET_GONE_HOSTS: 'gone.test',
		});
		assert.deepEqual(problems, []);
		assert.deepEqual(Object.fromEntries(secrets), {
			CRM: { value: 'hunter2hunter2', hosts: ['crm.test:443', 'crm.test:8443', '[::1]:80'], workspaces: ['slack:TA', 'discord:1'] },
			PLAIN: { value: 'plain' },
		});
	});
});

describe('refusalOf', () => {
	const refusal = (secret: Parameters<typeof refusalOf>[1], user: Parameters<typeof refusalOf>[2], address: string) =>
		refusalOf('CRM', secret, user, address);

	test('a chat may have a secret sent to exactly the pinned host, encrypted where the pin says nothing else', () => {
		assert.equal(refusal(CRM, A, 'https://crm.test/v1'), undefined);
		assert.equal(refusal(CRM, A, 'https://crm.test:443'), undefined);
		for (const address of [
			'http://crm.test/v1',
			'http://crm.test:443/v1',
			'https://crm.test:8443',
			'https://crm.test.',
			'https://sub.crm.test',
			'https://crm.test.evil.test',
			'https://evil.test/crm.test',
			'https://crm.test@evil.test/',
		]) {
			assert.match(refusal(CRM, A, address) ?? '', /TOOLSET_SECRET_CRM_HOSTS=/, address);
		}
		const byPort = { value: 'x', hosts: ['crm.test:8080', 'plain.test:80'] };
		assert.equal(refusal(byPort, A, 'http://crm.test:8080/'), undefined);
		assert.equal(refusal(byPort, A, 'http://plain.test/'), undefined);
		assert.match(refusal(byPort, A, 'http://crm.test/') ?? '', /TOOLSET_SECRET_CRM_HOSTS=crm\.test:80 /);
	});

	test('the workspaces of a pin are the only ones; where several share the bot, there must be some', () => {
		const forA = { ...CRM, workspaces: ['slack:TA'] };
		assert.equal(refusal(forA, A, 'https://crm.test'), undefined);
		assert.equal(refusal(forA, { ...A, ...several }, 'https://crm.test'), undefined);
		assert.notEqual(refusal(forA, B, 'https://crm.test'), undefined);
		assert.notEqual(refusal(forA, { ...B, ...several }, 'https://crm.test'), undefined);
		assert.match(refusal(CRM, { ...A, ...several }, 'https://crm.test') ?? '', /TOOLSET_SECRET_CRM_WORKSPACES=slack:TA /);
		assert.notEqual(refusal({ value: 'x', workspaces: ['slack:TA'] }, A, 'https://crm.test'), undefined);
	});

	test('a refusal does not tell whether the secret exists, whose it is and where it goes', () => {
		const secrets = [undefined, { value: 'hunter2hunter2' }, { ...CRM, workspaces: ['slack:TA'] }, { ...CRM, hosts: ['secret.test:443'] }];
		const refusals = new Set(secrets.map((secret) => refusal(secret, { ...B, ...several }, 'https://evil.test')));
		assert.equal(refusals.size, 1);
		assert.doesNotMatch([...refusals].join(), /hunter2|secret\.test|TA/);
	});

	test('the operator at the console needs no pins', () => {
		for (const secret of [undefined, { value: 'x' }, CRM]) {
			assert.equal(refusal(secret, { workspaceId: 'console:local', severalWorkspaces: true }, 'http://anywhere.test'), undefined);
		}
	});
});

test('secrets are of those who may have them sent somewhere', () => {
	const plain = { value: 'x' };
	assert.deepEqual([isFor(A, plain), isFor(A, CRM), isFor({ ...A, ...several }, CRM)], [false, true, false]);
	const forA = { ...CRM, workspaces: ['slack:TA'] };
	assert.deepEqual([isFor({ ...A, ...several }, forA), isFor(B, forA)], [true, false]);
	assert.equal(isFor({ workspaceId: 'console:local', severalWorkspaces: true }, plain), true);
});
