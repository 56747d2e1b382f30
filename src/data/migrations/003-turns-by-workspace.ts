import type { Turn } from '../../runs/run.ts';
import { inSlices } from '../../toolset/in-slices.ts';
import type { Step } from '../step.ts';

/** `<conversation>/…` becomes `<workspace> <conversation>/…`. Conversations began with their workspace then. */
export const step: Step = async (storage, { check }) => {
	const turns = storage.records<Turn>('turns');
	for await (const key of inSlices(turns.keys())) {
		const [topic = '', run = ''] = key.split('/');
		const conversation = decodeURIComponent(topic);
		if (conversation.includes(' ')) continue;
		check();
		const turn = await turns.get(key);
		const [workspaceId] = conversation.split('/');
		if (turn) await turns.put(`${encodeURIComponent(`${workspaceId} ${conversation}`)}/${run}`, turn);
		await turns.delete(key);
	}
};
