import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

/** What a killed process may have done to others: a server that counts. It never answers to `holdAt`, as if that took long. */
export class World {
	readonly counts = new Map<string, number>();
	readonly held = Promise.withResolvers<void>();
	readonly #server: Server;
	#holdAt: string | undefined;

	constructor(holdAt: string | undefined) {
		this.#holdAt = holdAt;
		this.#server = createServer((request, response) => {
			const name = request.url?.split('/')[1] ?? '';
			this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
			if (name !== this.#holdAt) return response.end(name);
			this.#holdAt = undefined;
			this.held.resolve();
		});
	}

	async open(): Promise<string> {
		this.#server.listen(0, '127.0.0.1');
		await once(this.#server, 'listening');
		const address = this.#server.address();
		assert.ok(address !== null && typeof address === 'object');
		return `http://127.0.0.1:${address.port}`;
	}

	close(): void {
		this.#server.closeAllConnections();
		this.#server.close();
	}
}
