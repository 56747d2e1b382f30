import type { Catalogue } from '../../toolset/catalogue.ts';
import { human } from '../../toolset/human.ts';
import type { Toolset } from '../../toolset/tool.ts';
import { type CallableTools, callableToolsOf } from '../callable-tools.ts';
import type { VerifyServices } from './verify.ts';

/** What it takes to hold the stored functions of a workspace against its tools. */
export interface FunctionChecks extends VerifyServices {
	/**
	 * The tools of a workspace, whatever its policy says of them and whether they are on: that a tool may not be called now says nothing of a function.
	 * Toolsets that cannot be opened are left out. `refreshed` stands in for the one of its name.
	 */
	toolsOf(workspaceId: string, refreshed?: Toolset): Promise<CallableTools>;
}

/** Recorded calls are answered at once: what takes longer waits for nothing. An imported function may. */
const REPLAY_MS = 10_000;

export function createFunctionChecks(services: VerifyServices, catalogue: Pick<Catalogue, 'list' | 'loadWhole'>): FunctionChecks {
	const { limits } = services;
	return {
		...services,
		limits: { ...limits, wallMs: Math.min(limits.wallMs, REPLAY_MS) },
		async toolsOf(workspaceId, refreshed) {
			const records = await catalogue.list(workspaceId);
			// Why one cannot be opened, /toolset list and the log say.
			const open = (name: string) => catalogue.loadWhole(workspaceId, name).catch(() => undefined);
			const opened = await Promise.all(records.map(({ name }) => (name === refreshed?.name ? refreshed : open(name))));
			return callableToolsOf([...opened.filter((toolset): toolset is Toolset => toolset !== undefined), human]);
		},
	};
}
