import { Refusal } from '../refusal.ts';

/** https://docs.slack.dev/interactivity/handling-user-interaction: a trigger is good once, for three seconds. */
const TRIGGER_LIFE_MS = 3000;

export interface Trigger {
	readonly team: string;
	readonly user: string;
	/** The view it was pressed in, for views.push. */
	readonly view?: string;
}

export interface Triggers {
	issue(trigger: Trigger): string;
	/** Uses it up, or refuses with Slack's reason. */
	exchange(id: string, team: string): Trigger;
}

export function createTriggers(): Triggers {
	const triggers = new Map<string, Trigger & { readonly expiresAt: number; used: boolean }>();
	let count = 0;
	return {
		issue(trigger) {
			count += 1;
			const id = `${Date.now()}.${count}.${crypto.randomUUID().replaceAll('-', '')}`;
			triggers.set(id, { ...trigger, expiresAt: performance.now() + TRIGGER_LIFE_MS, used: false });
			return id;
		},
		exchange(id, team) {
			const trigger = triggers.get(id);
			if (!trigger || trigger.team !== team) throw new Refusal('invalid_trigger_id');
			if (trigger.used) throw new Refusal('exchanged_trigger_id');
			if (performance.now() > trigger.expiresAt) throw new Refusal('expired_trigger_id');
			trigger.used = true;
			return trigger;
		},
	};
}
