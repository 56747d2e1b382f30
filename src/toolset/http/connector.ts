import { lookup as dnsLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { Destination, EgressPolicy } from './egress-policy.ts';

export type Connector = ReturnType<typeof buildConnector>;

/** All addresses of a host name, or a rejection when there is none. */
export type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

export const resolveWithSystem: Resolve = (host) => dnsLookup(host, { all: true, verbatim: true });

/** The policy forbids the destination. Reaches the caller of undici as the rejection of its request. */
export class RefusedDestination extends Error {
	override readonly name = 'RefusedDestination';

	readonly host: string;

	constructor(destination: Destination, detail: string) {
		super(`${destination.host}:${destination.port} is refused: ${detail}`);
		this.host = destination.host;
	}
}

/**
 * A connector for undici that connects only where the policy allows. The host is checked before it is resolved; all its addresses are
 * checked before one is dialled, and those very addresses are dialled, so a second answer of the name server changes nothing; the address
 * the socket ended at is checked before the socket is used.
 *
 * @param connectWith makes the connector underneath; another one is only of use to tests
 */
export function createGuardedConnector(
	policy: EgressPolicy,
	resolve: Resolve,
	connectWith: (lookup: LookupFunction) => Connector = (lookup) => buildConnector({ lookup, allowH2: false, timeout: 10_000 }),
): Connector {
	return (options, callback) => {
		const destination: Destination = { host: options.hostname, port: Number(options.port) || (options.protocol === 'https:' ? 443 : 80) };
		if (!policy.allowsHost(destination)) return callback(new RefusedDestination(destination, 'the host is not allowed'), null);
		const connect = connectWith(guardedLookup(policy, destination, resolve));
		connect(options, (...result) => {
			const [error, socket] = result;
			if (error) return callback(error, null);
			if (policy.allowsAddress(destination, socket.remoteAddress ?? '')) return callback(null, socket);
			socket.destroy();
			callback(new RefusedDestination(destination, `connected to ${socket.remoteAddress ?? 'nowhere'}`), null);
		});
	};
}

/** One address that is not allowed refuses the name: a mixed answer is how a public name is pointed at a private service. */
function guardedLookup(policy: EgressPolicy, destination: Destination, resolve: Resolve): LookupFunction {
	return (host, options, callback) => {
		resolve(host).then(
			(addresses) => {
				const refused = addresses.find(({ address }) => !policy.allowsAddress(destination, address));
				if (refused) return callback(new RefusedDestination(destination, `it resolves to ${refused.address}`), '');
				const [first] = addresses;
				if (!first) return callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '');
				if (options.all) return callback(null, [...addresses]);
				callback(null, first.address, first.family);
			},
			(error: NodeJS.ErrnoException) => callback(error, ''),
		);
	};
}
