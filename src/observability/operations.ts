import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { JsonValue } from '../json.ts';
import type { OpsConfig, TracesConfig } from '../settings/observability.ts';
import type { Load, Metrics } from './metrics.ts';
import type { OpsServer } from './ops-server.ts';
import { createReadiness, type Look } from './readiness.ts';

export interface OperationsOptions {
	readonly config: { readonly ops?: OpsConfig; readonly traces?: TracesConfig };
	readonly scrub: <T extends JsonValue>(value: T) => T;
	readonly logger: Logger;
}

/** What an operator has of a process: the server for health and metrics, and traces, each where it is switched on. */
export interface Operations {
	/** Where the server listens. */
	readonly port: number | undefined;
	/** The bot does its work from now on, as far as `looks` say so. `load` is what the queue has to do. */
	serving(given: { readonly looks: Readonly<Record<string, Look>>; readonly load: () => Promise<Load> }): void;
	/** It takes nothing more in. The server goes on until `close`. */
	stopping(): void;
	/** Sends what traces are left, for at most 2 s. Never rejects. */
	close(): Promise<void>;
}

/** To be begun before everything else and closed after it. Rejects with a UserError when the port cannot be listened on. */
export async function startOperations({ config: { ops, traces }, scrub, logger }: OperationsOptions): Promise<Operations> {
	const readiness = createReadiness();
	let load: (() => Promise<Load>) | undefined;
	let metrics: Metrics | undefined;
	let server: OpsServer | undefined;
	// Loaded only where they are used: a tenth of a second of the processor for the metrics, a quarter for the traces.
	if (ops) {
		const { createMetrics } = await import('./metrics.ts');
		const { startOpsServer } = await import('./ops-server.ts');
		metrics = createMetrics({ load: () => load?.(), version: ownVersion(), logger });
		server = await startOpsServer({ ...ops, readiness, metrics, logger });
		logger.info({ host: ops.host, port: server.port }, 'health and metrics can be asked for');
	}
	const tracing =
		traces && (await import('./traces.ts')).createTraces({ config: traces, version: ownVersion(), instance: randomUUID(), scrub, logger });
	return {
		port: server?.port,
		serving(given) {
			load = given.load;
			readiness.serving(given.looks);
		},
		stopping: readiness.stopping,
		async close() {
			load = undefined;
			metrics?.close();
			await Promise.all([tracing?.close(), server?.close()]);
		},
	};
}

function ownVersion(): string {
	const manifest: { readonly version?: string } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
	return manifest.version ?? 'unknown';
}
