import type { ToolsetRecord } from '../../src/toolset/catalogue.ts';
import { describeReference } from '../../src/toolset/http/credential-reference.ts';
import type { Toolset } from '../../src/toolset/tool.ts';
import type { ReplyBlock } from '../command.ts';

/** Lines of a listing that a chat still shows whole; the rest is counted. */
export const LISTED = 80;
/** How an operator's secret is named. */
export const REFERENCES = 'NAME of an operator secret, or bearer:NAME, basic:NAME, header:X-Api-Key:NAME, query:key:NAME, oauth2:NAME';

export function counted(toolset: Toolset): string {
	const writes = [...toolset.tools.values()].filter((tool) => tool.effect !== 'read').length;
	const skipped = toolset.skipped.length > 0 ? `, ${toolset.skipped.length} operations left out` : '';
	return `${toolset.tools.size} ${toolset.tools.size === 1 ? 'tool' : 'tools'} (${writes === 0 ? 'all read-only' : `${writes} that write`})${skipped}`;
}

export function skippedTable({ skipped }: Toolset): ReplyBlock[] {
	if (skipped.length === 0) return [];
	return [
		{ kind: 'table', columns: ['left out', 'because'], rows: skipped.slice(0, LISTED).map(({ origin, reason }) => [origin, reason]) },
	];
}

export function credentialOf({ credential, oauth2 }: ToolsetRecord): string {
	if (credential === undefined) return 'none';
	const tokens = oauth2?.tokenUrl === undefined ? '' : `, tokens from ${oauth2.tokenUrl}`;
	return `${describeReference(credential)}${tokens}${oauth2?.scope === undefined ? '' : ` (${oauth2.scope})`}`;
}
