/**
 * What goes wrong with a call: a status, a connection that breaks before or after the call has had its effect, a delay, or a page instead
 * of JSON.
 */
export type Fault =
	| {
			readonly status: number;
			readonly code?: number;
			/** Seconds; with status 429. */
			readonly retryAfter?: number;
			readonly global?: boolean;
	  }
	| { readonly drop: 'before' | 'after' }
	| { readonly delayMs: number }
	| {
			readonly html: true;
			/** Default 502, as from a proxy that does not reach Discord. */
			readonly status?: number;
	  };

export interface Faults {
	/** The next calls of this route (`*`: of any) go wrong so. A route that does not exist throws. */
	next(route: string, fault: Fault, times?: number): void;
	/** Takes the fault that is due for a call. */
	take(route: string): Fault | undefined;
	/** Faults that no call has met yet. */
	pending(): number;
	clear(): void;
}

export function createFaults(routes: readonly string[]): Faults {
	const queues = new Map<string, Fault[]>();
	return {
		next(route, fault, times = 1) {
			if (route !== '*' && !routes.includes(route)) throw new Error(`There is no route ${route}. There are:\n${routes.join('\n')}`);
			queues.set(route, [...(queues.get(route) ?? []), ...Array.from({ length: times }, () => fault)]);
		},
		take: (route) => queues.get(route)?.shift() ?? queues.get('*')?.shift(),
		pending: () => [...queues.values()].reduce((sum, queue) => sum + queue.length, 0),
		clear: () => queues.clear(),
	};
}
