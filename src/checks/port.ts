import { once } from 'node:events';
import { createServer } from 'node:net';
import { UserError } from '../errors.ts';
import type { Check } from './check.ts';

/** That this process may listen on a port. It is given back at once. */
export function checkPort(setting: string, { host, port }: { readonly host?: string; readonly port: number }): Check {
	return {
		settings: setting,
		async run() {
			const server = createServer();
			try {
				server.listen({ port, ...(host && { host }) });
				await once(server, 'listening');
			} catch (error) {
				throw new UserError(
					'configuration',
					`Port ${port} cannot be listened on${host ? ` at ${host}` : ''}; another program may have it. Set ${setting}.`,
					{
						cause: error,
					},
				);
			}
			server.close();
			await once(server, 'close');
			return port === 0 ? 'Any free port will do.' : `Port ${port} is free.`;
		},
	};
}
