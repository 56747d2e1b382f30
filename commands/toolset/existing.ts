import { UserError } from '../../src/errors.ts';
import type { ToolsetRecord } from '../../src/toolset/catalogue.ts';
import type { CommandServices } from '../command.ts';

export function optional(value: string | boolean | undefined): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

export async function recordOf(workspaceId: string, name: string, catalogue: CommandServices['catalogue']): Promise<ToolsetRecord> {
	const record = (await catalogue.list(workspaceId)).find((candidate) => candidate.name === name);
	return record ?? missing(workspaceId, name, catalogue);
}

export async function missing(workspaceId: string, name: string, catalogue: CommandServices['catalogue']): Promise<never> {
	const names = (await catalogue.list(workspaceId)).map((record) => record.name);
	const others = names.length > 0 ? `There are: ${names.join(', ')}.` : 'None is connected yet; /toolset add connects one.';
	throw new UserError('not-found', `There is no toolset named ${name}. ${others}`);
}
