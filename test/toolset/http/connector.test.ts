import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { suite, test } from 'node:test';
import { type Connector, createGuardedConnector, RefusedDestination, type Resolve } from '../../../src/toolset/http/connector.ts';
import { createEgressPolicy } from '../../../src/toolset/http/egress-policy.ts';
import { serve } from './local-server.ts';

const closed = createEgressPolicy({ allowPrivateHosts: [], allowLoopback: false });

function connectTo(connector: Connector, hostname: string, port: number): Promise<Socket | Error> {
	return new Promise((resolve) => {
		connector({ hostname, host: `${hostname}:${port}`, protocol: 'http:', port: String(port) }, (error, socket) =>
			resolve(error ?? (socket as Socket)),
		);
	});
}

suite('guarded connector', () => {
	test('refuses a name when any of its addresses is not allowed, and dials none', async (t) => {
		const server = await serve((_, response) => response.end());
		t.after(() => server.close());
		const answers: Resolve = async () => [
			{ address: '93.184.216.34', family: 4 },
			{ address: '127.0.0.1', family: 4 },
		];
		const result = await connectTo(createGuardedConnector(closed, answers), 'mixed.example.com', server.port);
		assert.ok(result instanceof RefusedDestination);
		assert.match(result.message, /mixed\.example\.com.*127\.0\.0\.1/);
	});

	test('never asks the name server for an address literal or a name of this machine', async () => {
		let asked = 0;
		const resolve: Resolve = async () => {
			asked += 1;
			return [{ address: '93.184.216.34', family: 4 }];
		};
		const connector = createGuardedConnector(closed, resolve);
		for (const host of ['10.0.0.1', '::1', 'localhost', 'fe80::1'])
			assert.ok((await connectTo(connector, host, 80)) instanceof RefusedDestination, host);
		assert.equal(asked, 0);
	});

	test('drops a socket that ended somewhere else than at the address that was checked', async (t) => {
		const server = await serve((_, response) => response.end());
		t.after(() => server.close());
		const opened: Socket[] = [];
		const elsewhere = (): Connector => (_options, callback) => {
			const socket = connect(server.port, '127.0.0.1', () => callback(null, socket));
			opened.push(socket);
		};
		const resolve: Resolve = async () => [{ address: '93.184.216.34', family: 4 }];
		const result = await connectTo(createGuardedConnector(closed, resolve, elsewhere), 'example.com', 80);
		assert.ok(result instanceof RefusedDestination);
		assert.match(result.message, /connected to 127\.0\.0\.1/);
		assert.equal(opened[0]?.destroyed, true);
	});

	test('dials the addresses that were checked: the name is resolved once', async (t) => {
		const server = await serve((_, response) => response.end());
		t.after(() => server.close());
		let asked = 0;
		const rebinding: Resolve = async () => {
			asked += 1;
			return [{ address: '127.0.0.1', family: 4 }];
		};
		const policy = createEgressPolicy({ allowPrivateHosts: ['intranet.test'], allowLoopback: false });
		const result = await connectTo(createGuardedConnector(policy, rebinding), 'intranet.test', server.port);
		assert.ok(!(result instanceof Error), String(result));
		assert.equal(asked, 1);
		result.destroy();
	});
});
