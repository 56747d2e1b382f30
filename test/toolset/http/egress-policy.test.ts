import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { UserError } from '../../../src/errors.ts';
import { createEgressPolicy, createOriginPolicy } from '../../../src/toolset/http/egress-policy.ts';

const closed = createEgressPolicy({ allowPrivateHosts: [], allowLoopback: false });
const loopback = createEgressPolicy({ allowPrivateHosts: [], allowLoopback: true });
const listing = (...allowPrivateHosts: string[]) => createEgressPolicy({ allowPrivateHosts, allowLoopback: false });
const at = (host: string, port = 443) => ({ host, port });

suite('addresses that are never called', () => {
	const refused = [
		...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.254'],
		...['169.254.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.1', '192.0.2.1', '192.88.99.1', '192.168.0.1'],
		...['198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
		...['168.63.129.16', '100.100.100.200', '192.0.0.192'],
		...['::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::127.0.0.1', '::8.8.8.8'],
		...['::ffff:0:127.0.0.1', '64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::8.8.8.8', '2002:7f00:1::', '2002:808:808::1'],
		...['2001::1', '2001:db8::1', '2001:10::1', '3fff::1', '5f00::1', '100::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'febf::1'],
		...['fc00::1', 'fd00:ec2::254', 'fdff::1', 'ff02::1', '4000::1', 'e000::1'],
	];
	for (const address of refused) {
		test(address, () => {
			assert.equal(closed.allowsAddress(at('example.com'), address), false);
			assert.equal(closed.allowsHost(at(address)), false);
			assert.equal(closed.allowsHost(at(`[${address}]`)), false);
		});
	}
	test('what is no address at all is not allowed as one', () => {
		for (const address of ['', 'example.com', '1.2.3.4.5', ':::']) assert.equal(closed.allowsAddress(at('example.com'), address), false);
	});
});

test('public addresses are called', () => {
	for (const address of ['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8']) {
		assert.equal(closed.allowsAddress(at('example.com'), address), true, address);
	}
});

suite('names of this machine', () => {
	const names = ['localhost', 'LOCALHOST', 'localhost.', 'localhost..', 'a.localhost', 'localhost.localdomain', 'ip6-localhost', ''];
	for (const name of names) test(`"${name}" is refused before it is resolved`, () => assert.equal(closed.allowsHost(at(name)), false));

	test('other names are left to resolution', () => {
		for (const name of ['example.com', 'localhost.example.com', 'notlocalhost']) assert.equal(closed.allowsHost(at(name)), true, name);
	});
});

suite('allowLoopback', () => {
	test('allows this machine by address and by its own names', () => {
		for (const host of ['127.0.0.1', '127.9.9.9', '::1', '[::1]', 'localhost', 'api.localhost'])
			assert.ok(loopback.allowsHost(at(host)), host);
		assert.ok(loopback.allowsAddress(at('localhost'), '127.0.0.1'));
		assert.ok(loopback.allowsAddress(at('127.0.0.1'), '::ffff:127.0.0.1'));
	});

	test('does not allow another name that resolves to this machine', () => {
		assert.equal(loopback.allowsAddress(at('rebind.example.com'), '127.0.0.1'), false);
		assert.equal(loopback.allowsAddress(at('rebind.example.com'), '::1'), false);
	});

	test('allows nothing else', () => {
		for (const host of ['0.0.0.0', '::', '10.0.0.1', '169.254.169.254', 'fe80::1', '64:ff9b::7f00:1'])
			assert.equal(loopback.allowsHost(at(host)), false, host);
		assert.equal(loopback.allowsAddress(at('localhost'), '10.0.0.1'), false);
	});
});

suite('allowPrivateHosts', () => {
	test('a name allows private and loopback addresses behind exactly that name', () => {
		const policy = listing('Intranet.corp.');
		assert.ok(policy.allowsAddress(at('intranet.corp'), '10.0.0.1'));
		assert.ok(policy.allowsAddress(at('intranet.corp.'), '127.0.0.1'));
		assert.equal(policy.allowsAddress(at('x.intranet.corp'), '10.0.0.1'), false);
		assert.equal(policy.allowsAddress(at('other.corp'), '10.0.0.1'), false);
		assert.equal(policy.allowsHost(at('10.0.0.1')), false);
	});

	test('a name never reaches link-local addresses and metadata services', () => {
		const policy = listing('intranet.corp');
		for (const address of ['169.254.169.254', 'fe80::1', '0.0.0.0', 'fd00:ec2::254', '100.100.100.200']) {
			assert.equal(policy.allowsAddress(at('intranet.corp'), address), false, address);
		}
	});

	test('a port limits the entry to it', () => {
		const policy = listing('intranet.corp:8080', '10.1.2.3:80', '[fd00::1]:9000');
		assert.ok(policy.allowsAddress(at('intranet.corp', 8080), '10.0.0.1'));
		assert.equal(policy.allowsAddress(at('intranet.corp', 8081), '10.0.0.1'), false);
		assert.ok(policy.allowsHost(at('10.1.2.3', 80)));
		assert.equal(policy.allowsHost(at('10.1.2.3', 443)), false);
		assert.ok(policy.allowsHost(at('[fd00::1]', 9000)));
		assert.equal(policy.allowsHost(at('[fd00::1]', 9001)), false);
	});

	test('a range allows its addresses, whatever the name', () => {
		const policy = listing('10.1.0.0/16', 'fd12::/32', '169.254.7.0/24');
		assert.ok(policy.allowsAddress(at('any.example.com'), '10.1.255.1'));
		assert.ok(policy.allowsHost(at('::ffff:10.1.0.1')));
		assert.ok(policy.allowsHost(at('fd12::5')));
		assert.ok(policy.allowsHost(at('169.254.7.7')));
		assert.equal(policy.allowsHost(at('10.2.0.1')), false);
	});

	test('a metadata service needs its exact address', () => {
		assert.equal(listing('169.254.0.0/16', '0.0.0.0/0').allowsHost(at('169.254.169.254')), false);
		assert.ok(listing('169.254.169.254').allowsHost(at('169.254.169.254')));
		const everything = listing('0.0.0.0/0', '::/0');
		for (const host of ['169.254.0.23', '169.254.42.42', 'fd00:42::42', 'fd00:c1::a9fe:a9fe', 'fe80::a9fe:a9fe', 'fd00:ec2::254']) {
			assert.equal(everything.allowsHost(at(host)), false, host);
		}
	});

	test('localhost can be listed, also for one port', () => {
		const policy = listing('localhost:3000');
		assert.ok(policy.allowsHost(at('localhost', 3000)));
		assert.ok(policy.allowsAddress(at('localhost', 3000), '::1'));
		assert.equal(policy.allowsHost(at('localhost', 3001)), false);
	});

	for (const entry of ['http://intranet', '*.corp', '10.0.0.0/33', 'a b', '', 'host:99999', 'user@host', 'host/path', '10.0.0.1:80/8']) {
		test(`"${entry}" is a configuration error that names the entry`, () => {
			assert.throws(
				() => listing('fine.example.com', entry),
				(error) => error instanceof UserError && error.code === 'configuration' && error.userMessage.includes(`"${entry}"`),
			);
		});
	}
});

suite('createOriginPolicy', () => {
	const only = createOriginPolicy('http://127.0.0.1:4747');

	test('allows this host at this port, in every spelling of the address', () => {
		for (const host of ['127.0.0.1', '::ffff:127.0.0.1', '[::ffff:7f00:1]']) assert.ok(only.allowsHost({ host, port: 4747 }), host);
		assert.ok(only.allowsAddress({ host: '127.0.0.1', port: 4747 }, '127.0.0.1'));
	});

	test('and nothing else', () => {
		for (const [host, port] of [
			['127.0.0.1', 4748],
			['127.0.0.2', 4747],
			['localhost', 4747],
			['example.com', 4747],
			['8.8.8.8', 4747],
			['::1', 4747],
			['', 4747],
		] as const) {
			assert.equal(only.allowsHost({ host, port }), false, `${host}:${port}`);
		}
		assert.equal(only.allowsAddress({ host: '127.0.0.1', port: 4747 }, '127.0.0.2'), false);
		assert.equal(only.allowsAddress({ host: 'rebound.test', port: 4747 }, '127.0.0.1'), false);
	});

	test('an origin with a name allows nothing: a name server would decide', () => {
		const named = createOriginPolicy('http://localhost:4747');
		assert.equal(named.allowsHost({ host: 'localhost', port: 4747 }), false);
	});
});
