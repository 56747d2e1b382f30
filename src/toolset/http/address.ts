import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * What can be behind an address:
 * - `public`: the internet
 * - `loopback`, `private`: this machine, its networks (RFC 1918, shared and unique-local ranges included)
 * - `special`: link-local, multicast, unspecified, broadcast, reserved, documentation, tunnels: nothing an API answers on
 * - `metadata`: a cloud's credential service
 */
export type AddressKind = 'public' | 'loopback' | 'private' | 'special' | 'metadata';

/**
 * Instance metadata and platform services: of AWS and most others, of AWS for containers and pods, of Azure (in a public range), Alibaba, Oracle, Tencent and
 * Scaleway.
 */
const METADATA = new Set([
	...['169.254.169.254', '169.254.170.2', '169.254.170.23', '168.63.129.16', '100.100.100.200', '192.0.0.192'],
	...['169.254.0.23', '169.254.42.42'],
]);
/** AWS, AWS for pods, Google, Scaleway, Oracle, OpenStack. */
const METADATA_V6 = new Set(['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254', 'fd00:42::42', 'fd00:c1::a9fe:a9fe', 'fe80::a9fe:a9fe']);

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

const KINDS: Readonly<Record<string, AddressKind>> = {
	unicast: 'public',
	loopback: 'loopback',
	private: 'private',
	carrierGradeNat: 'private',
	uniqueLocal: 'private',
};

/** The address a host is a literal of, IPv4-mapped IPv6 reduced to IPv4; undefined for a name. Brackets and zone are ignored. */
export function parseAddress(host: string): Address | undefined {
	const text = host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
	if (!text.includes(':')) return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
	// The URL parser writes every IPv6 spelling one way; ipaddr.js takes `::8.8.8.8` (IPv4-compatible) for `::ffff:8.8.8.8` (IPv4-mapped).
	return URL.canParse(`http://[${text}]`) ? ipaddr.process(new URL(`http://[${text}]`).hostname.slice(1, -1)) : undefined;
}

/**
 * IPv6 counts as public only inside 2000::/3 (what IANA has handed out) and outside its special ranges, so IPv4-compatible addresses and
 * tunnels (6to4, Teredo) never do. NAT64 (64:ff9b::/96) counts as public when the IPv4 address inside it does, because networks
 * without IPv4 resolve every public name to it.
 */
export function kindOf(address: Address): AddressKind {
	if (address.kind() === 'ipv4') {
		return METADATA.has(address.toString()) ? 'metadata' : (KINDS[address.range()] ?? 'special');
	}
	const v6 = address as ipaddr.IPv6;
	if (METADATA_V6.has(v6.toRFC5952String())) return 'metadata';
	if (v6.match(NAT64)) return kindOf(new ipaddr.IPv4(v6.toByteArray().slice(12))) === 'public' ? 'public' : 'special';
	const kind = KINDS[v6.range()] ?? 'special';
	return kind === 'public' && !v6.match(GLOBAL_UNICAST) ? 'special' : kind;
}
