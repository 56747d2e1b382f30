import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** For what does not tell on which port it listens: Socket Mode says nothing of the pages that install the app. */
export async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}
