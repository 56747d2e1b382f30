/** What goes wrong with a call: an HTTP status, Slack's own refusal, or a cut connection before or after the call has had its effect. */
export type Fault =
	| { readonly status: number; readonly retryAfter?: number }
	| { readonly error: string }
	| { readonly drop: 'before' | 'after' }
	| { readonly delayMs: number };

export interface Faults {
	/** The next calls of this method (`*`: of any) go wrong so. */
	next(method: string, fault: Fault, times?: number): void;
	/** Takes the fault that is due for a call. */
	take(method: string): Fault | undefined;
	/** Faults that no call has met yet. */
	pending(): number;
	clear(): void;
}

export function createFaults(): Faults {
	const queues = new Map<string, Fault[]>();
	return {
		next(method, fault, times = 1) {
			queues.set(method, [...(queues.get(method) ?? []), ...Array.from({ length: times }, () => fault)]);
		},
		take: (method) => queues.get(method)?.shift() ?? queues.get('*')?.shift(),
		pending: () => [...queues.values()].reduce((sum, queue) => sum + queue.length, 0),
		clear: () => queues.clear(),
	};
}
