/**
 * Addresses that no request from a chat may reach, by how they are hidden. `PORT` is where a server listens on 127.0.0.1 and ::1 that must hear nothing.
 */
export const TARGETS: Readonly<Record<string, readonly string[]>> = {
	'this machine in numbers': hosts([
		...['127.0.0.1', '127.1', '127.0.1', '127.000.000.001', '127.0.0.1.'],
		...['2130706433', '0x7f000001', '0X7F000001', '017700000001', '0000017700000001'],
		...['0x7f.1', '0x7f.0.0.1', '0177.0.0.1', '0177.1', '0x7F.0x0.0x0.0x1', '127.0x1', '0177.0.0x1', '0x7f.0.1', '00177.0.0.01'],
		...['0', '0.0.0.0', '0x0', '0x', '00', '0.0', '000.000.000.000'],
	]),
	'this machine in other characters': hosts([
		...['%31%32%37.0.0.1', '127%2e0%2E0%2e1', '%30x7f000001', '①②⑦.0.0.1', '１２７.０.０.１', '127。0。0。1', '127．0．0．1', '127｡0｡0｡1'],
		...['𝟏𝟐𝟕.0.0.1', '127.0.0.1\u00ad', '12\u200b7.0.0.1'],
	]),
	'this machine by name': hosts([
		...['localhost', 'LOCALHOST', 'LocalHost', 'localhost.', 'localhost..', 'x.localhost', 'a.b.localhost.', 'localhost%2e', '%6cocalhost'],
		...['ｌocalhost', 'loc\u00adalhost', 'ⓛocalhost', 'localhost.localdomain', 'ip6-localhost', 'ip6-loopback'],
	]),
	'this machine in IPv6': hosts([
		...['[::1]', '[0:0:0:0:0:0:0:1]', '[0000:0000:0000:0000:0000:0000:0000:0001]', '[::0001]', '[0::1]', '[::]', '[0:0::0:0]', '[::0]'],
		...['[::ffff:127.0.0.1]', '[::FFFF:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]', '[::ffff:0.0.0.0]', '[::ffff:0:0]'],
	]),
	'this machine in tunnels and translations': hosts([
		...['[::127.0.0.1]', '[::7f00:1]', '[::ffff:0:127.0.0.1]', '[64:ff9b::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::127.0.0.1]'],
		...['[2002:7f00:1::]', '[2002:7f00:0001::1]', '[2001:0:7f00:1::]', '[2001::80ff:fffe]', '[fe80::5efe:127.0.0.1]'],
	]),
	'zones and broken brackets': [
		...hosts(['[::1%25lo]', '[::1%lo]', '[fe80::1%25eth0]', '[fe80::1%eth0]', '[::1', '::1]', '[127.0.0.1]', '[::ffff:127.0.0.1.]', '[]']),
		...hosts(['256.256.256.256', '127.0.0.256', '0x7f0000011', '1.2.3.4.5', '127.0.0.1:', '']),
	],
	'this and private networks': hosts([
		...[
			'127.255.255.254',
			'10.0.0.1',
			'10.255.255.255',
			'0xa.1',
			'167772161',
			'012.0.0.1',
			'172.16.0.1',
			'172.31.255.255',
			'172.17.0.1',
			'0xac.0x10.1',
		],
		...[
			'192.168.0.1',
			'192.168.1.1',
			'0300.0250.1.1',
			'3232235777',
			'100.64.0.1',
			'100.127.255.255',
			'[::ffff:10.0.0.1]',
			'[64:ff9b::a00:1]',
		],
		...['[fc00::1]', '[fd00::1]', '[fdff:ffff::1]', '[2002:a00:1::]'],
	]),
	'link-local, multicast, reserved': hosts([
		...['169.254.0.1', '[fe80::1]', '[febf::1]', '[fec0::1]', '[fe80:0:0:0::1]', '224.0.0.1', '239.255.255.255', '[ff02::1]', '[ff0e::1]'],
		...['255.255.255.255', '4294967295', '0xffffffff', '240.0.0.1', '0.1.2.3', '192.0.0.1', '192.0.2.1', '198.18.0.1', '198.51.100.1'],
		...['203.0.113.1', '192.88.99.1', '[100::1]', '[2001:db8::1]', '[3fff::1]', '[5f00::1]', '[4000::1]', '[2001:10::1]'],
	]),
	'metadata of clouds by address': hosts([
		// AWS, Google, Azure, DigitalOcean, OpenStack, Oracle, Hetzner, IBM
		...['169.254.169.254', '2852039166', '0xa9fea9fe', '0xa9.0xfe.0xa9.0xfe', '0251.0376.0251.0376', '025177524776', '169.254.43518'],
		...[
			'[::ffff:169.254.169.254]',
			'[::ffff:a9fe:a9fe]',
			'[::169.254.169.254]',
			'[64:ff9b::a9fe:a9fe]',
			'[2002:a9fe:a9fe::]',
			'①⑥⑨.254.169.254',
		],
		// AWS: containers, pods, IPv6; Azure; Alibaba; Oracle; Tencent; Scaleway; Google over IPv6
		...[
			'169.254.170.2',
			'169.254.170.23',
			'[fd00:ec2::254]',
			'[fd00:ec2::23]',
			'168.63.129.16',
			'0xa83f8110',
			'100.100.100.200',
			'192.0.0.192',
		],
		...['169.254.0.23', '169.254.42.42', '[fd00:42::42]', '[fd20:ce::254]', '[fe80::a9fe:a9fe]', '[fd00:c1::a9fe:a9fe]'],
	]),
	'names that lead there': hosts([
		...['metadata.google.internal', 'METADATA.google.internal.', 'metadata.goog', 'metadata.tencentyun.com', 'instance-data.ec2.internal'],
		...['metadata.azure.internal', '169.254.169.254.nip.io', '127.0.0.1.nip.io', 'localtest.me', 'LVH.me', '2130706433.example.com'],
		...[
			'private.test',
			'cgnat.test',
			'ula.test',
			'six.test',
			'mapped.test',
			'nat64.test',
			'unspecified.test',
			'link-local.test',
			'broadcast.test',
		],
		...['mixed.test', 'mixed-last.test', 'mixed-six.test', 'host.docker.internal', 'kubernetes.default.svc'],
	]),
	'user names, paths and odd beginnings': [
		'http://example.com@127.0.0.1:PORT/',
		'http://user:password@127.0.0.1:PORT/',
		'http://example.com:80@127.0.0.1:PORT/',
		'http://@127.0.0.1:PORT/',
		'http://127.0.0.1:PORT#@example.com/',
		'http://127.0.0.1:PORT?@example.com/',
		'http://127.0.0.1:PORT\\@example.com/',
		'http:\\\\127.0.0.1:PORT\\',
		'http:127.0.0.1:PORT/',
		'http:/127.0.0.1:PORT/',
		'http:////127.0.0.1:PORT/',
		'HTTP://127.0.0.1:PORT/',
		' http://127.0.0.1:PORT/ ',
		'ht\ttp://127.0.0.1:PORT/',
		'http://127.0.\n0.1:PORT/',
		'http://127.0.0.1%00.example.com:PORT/',
		'http://127.0.0.1:0PORT/',
		'https://127.0.0.1:PORT/',
		'https://localhost:PORT/',
	],
	'other ports of this machine and its networks': ['22', '25', '2375', '6379', '10250', '65535', '0'].flatMap((port) => [
		`http://127.0.0.1:${port}/`,
		`http://[::1]:${port}/`,
	]),
	'other protocols': [
		...[
			'file:///etc/passwd',
			'file://127.0.0.1/etc/passwd',
			'ftp://127.0.0.1:PORT/',
			'gopher://127.0.0.1:PORT/_GET',
			'dict://127.0.0.1:PORT/x',
		],
		...[
			'ldap://127.0.0.1:PORT/',
			'ws://127.0.0.1:PORT/',
			'wss://127.0.0.1:PORT/',
			'unix:/var/run/docker.sock',
			'http+unix://%2Fvar%2Frun%2Fdocker.sock/',
		],
		...[
			'data:application/json,{}',
			'javascript:1',
			'blob:http://127.0.0.1:PORT/1',
			'about:blank',
			'jar:http://127.0.0.1:PORT/!/',
			'tftp://127.0.0.1:PORT/',
		],
	],
};

/** Answers of the name server; every other name is unknown. The public address is one that nobody has. */
export const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
	'metadata.google.internal': ['169.254.169.254'],
	'metadata.google.internal.': ['169.254.169.254'],
	'metadata.goog': ['169.254.169.254'],
	'metadata.tencentyun.com': ['169.254.0.23'],
	'instance-data.ec2.internal': ['169.254.169.254'],
	'metadata.azure.internal': ['168.63.129.16'],
	'169.254.169.254.nip.io': ['169.254.169.254'],
	'127.0.0.1.nip.io': ['127.0.0.1'],
	'localtest.me': ['127.0.0.1', '::1'],
	'lvh.me': ['127.0.0.1'],
	'2130706433.example.com': ['127.0.0.1'],
	'private.test': ['10.0.0.1'],
	'cgnat.test': ['100.64.0.1'],
	'ula.test': ['fd00::1'],
	'six.test': ['::1'],
	'mapped.test': ['::ffff:127.0.0.1'],
	'nat64.test': ['64:ff9b::7f00:1'],
	'unspecified.test': ['0.0.0.0'],
	'link-local.test': ['fe80::1'],
	'broadcast.test': ['255.255.255.255'],
	'mixed.test': ['127.0.0.1', '3000::1'],
	'mixed-last.test': ['3000::1', '127.0.0.1'],
	'mixed-six.test': ['3000::1', '::1'],
	'host.docker.internal': ['172.17.0.1'],
	'kubernetes.default.svc': ['10.96.0.1'],
};

function hosts(names: readonly string[]): readonly string[] {
	return names.map((host) => `http://${host}:PORT/`);
}
