/** A process with a model server, which takes the time it is told for every reply, whatever else it is asked meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startModelServer } from '../../test/simulators/model-server.ts';
import { serveParent } from './child.ts';
import { scriptedReplies } from './scripted-replies.ts';

export interface ModelOrder {
	readonly latencyMs: number;
}

/** The address of a server, once it listens. */
export interface Serving {
	readonly type: 'serving';
	readonly url: string;
}

serveParent<ModelOrder, Serving>(async ({ latencyMs }, say) => {
	const reply = scriptedReplies();
	const answer = async (...asked: Parameters<typeof reply>) => {
		if (latencyMs > 0) await sleep(latencyMs);
		return reply(...asked);
	};
	const { url } = await startModelServer(answer, { keepsPrompts: false });
	say({ type: 'serving', url });
});
