import ipaddr from 'ipaddr.js';
import { UserError } from '../../errors.ts';
import { type Address, kindOf, parseAddress } from './address.ts';

/** Where a request is about to go: the host as the URL has it, and the port it will use. */
export interface Destination {
	readonly host: string;
	readonly port: number;
}

/** Which servers may be called. Both questions must be answered with true before a byte is sent. */
export interface EgressPolicy {
	/** Before a name is resolved: false for address literals that are not allowed and for names of this machine. */
	allowsHost(destination: Destination): boolean;
	/** For every address the host resolved to, and for the address the socket is really connected to. */
	allowsAddress(destination: Destination, address: string): boolean;
}

export interface EgressPolicyOptions {
	/**
	 * Host names, addresses or CIDR ranges, each optionally with a port (`intranet`, `intranet:8080`, `10.1.2.3`, `[fd00::1]:80`, `10.0.0.0/8`).
	 * A name allows private and loopback addresses behind exactly that name; link-local and other special ranges need an address or
	 * a range, and a cloud's metadata service its exact address.
	 */
	readonly allowPrivateHosts: readonly string[];
	/** Allows 127.0.0.0/8, ::1 and the names `localhost` and `*.localhost`, on every port; no other name that resolves there. */
	readonly allowLoopback: boolean;
}

interface Rule {
	readonly port?: number;
	readonly name?: string;
	readonly range?: readonly [Address, number];
}

/** Throws a UserError of code `configuration` that names the first entry it cannot read. */
export function createEgressPolicy(options: EgressPolicyOptions): EgressPolicy {
	const rules = options.allowPrivateHosts.map(parseRule);
	const nameIsListed = ({ host, port }: Destination) => rules.some((rule) => rule.name === canonicalHost(host) && portMatches(rule, port));

	const allowsAddress = (destination: Destination, text: string): boolean => {
		const address = parseAddress(text);
		if (!address) return false;
		const kind = kindOf(address);
		if (kind === 'public') return true;
		if (rules.some((rule) => rangeMatches(rule, address, kind === 'metadata') && portMatches(rule, destination.port))) return true;
		if (kind === 'loopback' && options.allowLoopback && isThisMachine(destination.host)) return true;
		return (kind === 'loopback' || kind === 'private') && nameIsListed(destination);
	};

	return {
		allowsHost(destination) {
			const host = canonicalHost(destination.host);
			if (host === '') return false;
			if (parseAddress(host)) return allowsAddress(destination, host);
			return !isLocalName(host) || options.allowLoopback || nameIsListed(destination);
		},
		allowsAddress,
	};
}

/** Allows one origin and nothing else, wherever it lies. Its host must be an address, so that no name server has a say. */
export function createOriginPolicy(origin: string): EgressPolicy {
	const { hostname, port, protocol } = new URL(origin);
	const only = parseAddress(hostname);
	const onlyPort = Number(port) || (protocol === 'https:' ? 443 : 80);
	const isOnly = (host: string, at: number) => only !== undefined && parseAddress(host)?.toString() === only.toString() && at === onlyPort;
	return {
		allowsHost: ({ host, port: at }) => isOnly(host, at),
		allowsAddress: (destination, address) => isOnly(destination.host, destination.port) && isOnly(address, destination.port),
	};
}

/** Lower case, without brackets and trailing dots: `LOCALHOST.` and `localhost` are one host. */
function canonicalHost(host: string): string {
	return host
		.toLowerCase()
		.replace(/^\[|\]$/g, '')
		.replace(/\.+$/, '');
}

/** Names that mean this machine without asking a name server (RFC 6761, section 6.3, and what systems put into their hosts file). */
function isLocalName(host: string): boolean {
	return /(^|\.)localhost$/.test(host) || host === 'localhost.localdomain' || host === 'ip6-localhost' || host === 'ip6-loopback';
}

function isThisMachine(host: string): boolean {
	return /(^|\.)localhost$/.test(canonicalHost(host)) || parseAddress(canonicalHost(host)) !== undefined;
}

function portMatches(rule: Rule, port: number): boolean {
	return rule.port === undefined || rule.port === port;
}

function rangeMatches(rule: Rule, address: Address, exactOnly: boolean): boolean {
	if (!rule.range) return false;
	const [network, bits] = rule.range;
	if (network.kind() !== address.kind()) return false;
	if (exactOnly && bits !== network.toByteArray().length * 8) return false;
	return address.match(network, bits);
}

function parseRule(entry: string): Rule {
	const text = entry.trim();
	if (ipaddr.isValidCIDR(text)) return { range: ipaddr.parseCIDR(text) };
	const bare = ipaddr.IPv6.isValid(text) ? `[${text}]` : text;
	if (!/^(\[[0-9a-f:.]+\]|[\p{L}\p{N}._-]+)(:\d{1,5})?$/iu.test(bare) || !URL.canParse(`http://${bare}`)) throw unreadable(entry);
	const url = new URL(`http://${bare}`);
	const explicitPort = /:(\d+)$/.exec(bare.replace(/^\[.*\]/, ''))?.[1];
	const port = explicitPort === undefined ? {} : { port: Number(explicitPort) };
	const address = parseAddress(canonicalHost(url.hostname));
	if (address) return { ...port, range: [address, address.toByteArray().length * 8] };
	return { ...port, name: canonicalHost(url.hostname) };
}

function unreadable(entry: string): UserError {
	return new UserError(
		'configuration',
		`ALLOW_PRIVATE_HOSTS has an entry that cannot be read: "${entry}". Give host names, host:port, IP addresses or CIDR ranges, separated by commas.`,
	);
}
